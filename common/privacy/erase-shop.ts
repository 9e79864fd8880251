/**
 * Everything of a shop: its keys are revoked at once; all that its shoppers and servers have left is erased; in the end
 * its connection, its pages and its secrets go from its own document, of which the name stays.
 */
import pLimit from 'p-limit';
import { batches, jobs, keys, shops, uploads } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { erasePhoto } from '../kept-photos/erase.ts';
import { revokeKey } from '../keys.ts';
import { forgetBatch } from './forget-batch.ts';
import { forgetJob } from './forget-job.ts';
import { AT_ONCE } from './forget-owner.ts';
import { NOBODY, type PrivacyRequest } from './privacy-request.ts';
import type { Step } from './step-erasure.ts';

const PAGE = 100;
/** A revoked key is known for half a minute, and a request takes five at most: what came by it is there by then. */
export const SETTLE_MS = 6 * 60_000;

/** The operators' keys are no shop's. */
export async function closeShop(engine: Engine, shop: string): Promise<void> {
  let after: string | undefined;
  do {
    const cursor = after === undefined ? {} : { after };
    const page = await engine.store.list({ from: keys, where: [['shop', '==', shop]], limit: PAGE, ...cursor });
    after = page.next;
    for (const { id, kind, revokedAt } of page.items) {
      if (kind === 'admin' || revokedAt !== undefined) continue;
      await revokeKey(engine, id, { actor: 'easel', reason: `everything of the shop ${shop} is erased` });
    }
  } while (after !== undefined);
}

/** One page of the shop's batches, uploads and jobs; `done` when a whole pass had nothing to act on. */
export async function shopPass(engine: Engine, request: PrivacyRequest): Promise<Step> {
  const { shop, pass = { acted: 0 } } = request;
  const limit = pLimit(AT_ONCE);
  if (pass.after === undefined && (await forgetBelongings(engine, shop))) {
    return { kind: 'more', fields: { pass: { acted: pass.acted } } };
  }
  const page = await engine.store.list({
    from: jobs,
    where: [['shop', '==', shop]],
    orderBy: ['createdAt', 'desc'],
    limit: PAGE,
    ...(pass.after === undefined ? {} : { after: pass.after }),
  });
  const left = page.items.filter(({ ownerUid }) => ownerUid !== NOBODY);
  const gone = await Promise.all(left.map(({ id }) => limit(forgetJob, engine, id)));
  const acted = pass.acted + gone.length;
  const erased = request.erased + gone.filter(one => one === 'forgotten').length;
  if (page.next !== undefined) return { kind: 'more', fields: { pass: { after: page.next, acted }, erased } };
  return acted === 0 ? { kind: 'done' } : { kind: 'waits', fields: { pass: { acted: 0 }, erased } };
}

/** Whether there was something that is gone now. */
async function forgetBelongings(engine: Engine, shop: string): Promise<boolean> {
  const limit = pLimit(AT_ONCE);
  const photos = await engine.store.list({ from: uploads, where: [['shop', '==', shop]], limit: PAGE });
  await Promise.all(photos.items.map(upload => limit(erasePhoto, engine, upload)));
  const given = await forgetBatches(engine, shop);
  return photos.items.length > 0 || given;
}

async function forgetBatches(engine: Engine, shop: string): Promise<boolean> {
  let after: string | undefined;
  let some = false;
  do {
    const cursor = after === undefined ? {} : { after };
    const query = {
      from: batches,
      where: [['shop', '==', shop]],
      orderBy: ['createdAt', 'desc'],
      limit: PAGE,
    } as const;
    const page = await engine.store.list({ ...query, ...cursor });
    after = page.next;
    for (const { id, ownerUid } of page.items) {
      if (ownerUid === NOBODY) continue;
      some = (await forgetBatch(engine, id)) === 'forgotten' || some;
    }
  } while (after !== undefined);
  return some;
}

/** Also what lies in the folder of its orders and no document knows any more. */
export async function emptyShop({ store, bucket, clock }: Engine, shop: string): Promise<void> {
  for (;;) {
    const kept = await bucket.list(`orders/${shop}/`, { limit: PAGE });
    await Promise.all(kept.map(({ path }) => bucket.delete(path)));
    if (kept.length < PAGE) break;
  }
  await store.transaction(async tx => {
    const found = await tx.get(shops, shop);
    if (!found) return;
    const { shopify: _, webhookSecrets: __, ...rest } = found;
    tx.set(shops, { ...rest, origins: [], updatedAt: clock.now() });
  });
}
