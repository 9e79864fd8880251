/**
 * Everything that is a customer's, found by their owner's id: batches first, so that no more jobs come of them, then jobs,
 * uploads, and what only bears the customer's name.
 */
import pLimit from 'p-limit';
import { batches, bulkActions, jobs, quotas, uploads } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { erasePhoto } from '../kept-photos/erase.ts';
import { keptScopes } from '../kept-photos/keep.ts';
import { DAY_MS } from '../limits.ts';
import { POOLS, scopesOf } from '../quota.ts';
import { forgetBatch } from './forget-batch.ts';
import { forgetJob } from './forget-job.ts';
import { closeHandOvers } from './hand-over.ts';

export interface Customer {
  readonly shop: string;
  readonly ownerUid: string;
  readonly customer: string;
}

const PAGE = 50;
export const AT_ONCE = 8;
/** Documents of a day's quota live two days longer than it. */
const QUOTA_DAYS = [-3, -2, -1, 0, 1];

/** `more`: something was found and is gone, look again; `waits`: what is left is worked on, and told to stop. */
export async function forgetOwner(engine: Engine, owner: Customer): Promise<'nothing' | 'more' | 'waits'> {
  const { shop, ownerUid } = owner;
  const where = [['shop', '==', shop] as const, ['ownerUid', '==', ownerUid] as const];
  const limit = pLimit(AT_ONCE);
  const open = await engine.store.list({ from: batches, where, limit: PAGE });
  const given = await Promise.all(open.items.map(({ id }) => limit(forgetBatch, engine, id)));
  if (given.includes('forgotten')) return 'more';
  const found = await engine.store.list({ from: jobs, where, orderBy: ['createdAt', 'desc'], limit: PAGE });
  const gone = await Promise.all(found.items.map(({ id }) => limit(forgetJob, engine, id)));
  if (gone.includes('forgotten')) return 'more';
  if (given.length + gone.length > 0) return 'waits';
  const photos = await engine.store.list({ from: uploads, where, limit: PAGE });
  await Promise.all(photos.items.map(upload => limit(erasePhoto, engine, upload)));
  if (photos.items.length > 0) return 'more';
  await forgetQuotas(engine, owner);
  await forgetFilters(engine, owner);
  await closeHandOvers(engine, owner);
  return 'nothing';
}

/** Their names are digests of the customer's, which somebody who knows it could find again. */
async function forgetQuotas({ store, settings, clock }: Engine, { shop, customer }: Customer): Promise<void> {
  const scopes = QUOTA_DAYS.map(day => clock.now() + day * DAY_MS).flatMap(at => [
    ...POOLS.flatMap(pool => scopesOf(shop, { customer }, pool, settings, at)),
    // Of the photos that are kept those of the shop are counted, too, and stay so.
    ...keptScopes(shop, { customer }, at).slice(0, 1),
  ]);
  await store.transaction(async tx => {
    for (const { id } of scopes) tx.delete(quotas, id);
  });
}

/** Plans of bulk actions keep for a month what was looked for. */
async function forgetFilters({ store }: Engine, { shop, customer }: Customer): Promise<void> {
  let after: string | undefined;
  do {
    const cursor = after === undefined ? {} : { after };
    const page = await store.list({ from: bulkActions, orderBy: ['createdAt', 'desc'], limit: PAGE, ...cursor });
    after = page.next;
    for (const { id, filter } of page.items) {
      if (filter.customerId !== customer || (filter.shop ?? shop) !== shop) continue;
      await store.transaction(async tx => {
        const action = await tx.get(bulkActions, id);
        if (action) tx.set(bulkActions, { ...action, filter: { ...action.filter, customerId: 'erased' } });
      });
    }
  } while (after !== undefined);
}
