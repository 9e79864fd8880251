/**
 * A customer wants to know what is held of them. Easel cannot answer: it knows no address of theirs. So the wish is kept
 * open, for the shop and the operator to see, until somebody has handed the export on and says so.
 */
import { type By, change, type Outcome, openEntry, record } from '../audit.ts';
import { privacyRequests } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { DOCUMENT_VERSION } from '../job.ts';
import { DAY_MS } from '../limits.ts';
import { ownerUid } from '../owners.ts';
import { countJobs, KEPT_MS, ORDERS_MAX } from './ask-erasure.ts';
import { handOverId, type PrivacyRequest, type PrivacySource } from './privacy-request.ts';

/** Three times what the law leaves; an open request names its customer. */
const OPEN_KEPT_MS = 90 * DAY_MS;

export interface HandOverWish {
  readonly shop: string;
  readonly customer: string;
  readonly orderIds: readonly string[];
  readonly asked: PrivacySource;
  /** Names the wish: the same one asks once. */
  readonly message: string;
}

/** Idempotent for a message. */
export async function askHandOver(engine: Engine, wish: HandOverWish): Promise<PrivacyRequest> {
  const { store, settings, clock } = engine;
  const { shop, customer, asked, message } = wish;
  const id = handOverId(settings, shop, message);
  const uid = ownerUid(settings.idSecret, shop, { customer });
  const total = await countJobs(engine, { shop, ownerUid: uid });
  const entry = openEntry(engine);
  // Every time that it is asked for: somebody who reads the log is told once more.
  engine.log.warn('a customer wants to be told what is held: hand the export on, then close the request', {
    reason: id,
  });
  return store.transaction(async tx => {
    const before = await tx.get(privacyRequests, id);
    if (before) return before;
    const now = clock.now();
    const orderIds = wish.orderIds.slice(0, ORDERS_MAX);
    const after: PrivacyRequest = {
      ...{ id, v: DOCUMENT_VERSION, kind: 'hand-over', state: 'open', shop, asked, customer, ownerUid: uid },
      ...(orderIds.length > 0 ? { orderIds } : {}),
      ...{ total, erased: 0, dispatch: 0, createdAt: now, expireAt: now + OPEN_KEPT_MS },
    };
    tx.set(privacyRequests, after);
    const target = `privacy-requests/${id}`;
    record(tx, entry, { actor: asked, action: 'privacy.ask', target, detail: `${total} jobs of shop ${shop}` });
    return after;
  });
}

/** It was handed on, or there was nothing to hand on. Idempotent. */
export function closeRequest(
  engine: Engine,
  id: string,
  by: By,
): Promise<Outcome<PrivacyRequest, 'missing' | 'running'>> {
  return change<PrivacyRequest, 'missing' | 'running'>(engine, { from: privacyRequests, id, by }, async before => {
    if (!before) return { refused: 'missing' };
    if (before.state === 'running') return { refused: 'running' };
    if (before.state === 'done') return { document: before };
    return {
      document: closed(before, engine.clock.now()),
      did: { action: 'privacy.close', target: `privacy-requests/${id}` },
    };
  });
}

/** That somebody was given what is held, and who; of whom only as an id that tells nobody who it is. */
export async function recordExport(
  engine: Engine,
  { shop, ownerUid: uid }: { readonly shop: string; readonly ownerUid: string },
  by: By,
): Promise<void> {
  const entry = openEntry(engine);
  const did = { action: 'customer.export', target: `customers/${uid}`, detail: `shop ${shop}` } as const;
  await engine.store.transaction(async tx => record(tx, entry, { ...by, ...did }));
}

/** What is erased cannot be handed over any more, and is not waited for. */
export async function closeHandOvers(engine: Engine, { shop, ownerUid: uid }: { shop: string; ownerUid: string }) {
  const { items } = await engine.store.list({
    from: privacyRequests,
    where: [
      ['shop', '==', shop],
      ['ownerUid', '==', uid],
      ['kind', '==', 'hand-over'],
    ],
    limit: 1_000,
  });
  for (const { id } of items.filter(({ customer }) => customer !== undefined)) {
    await engine.store.transaction(async tx => {
      const before = await tx.get(privacyRequests, id);
      if (before) tx.set(privacyRequests, closed(before, engine.clock.now()));
    });
  }
}

function closed(before: PrivacyRequest, now: number): PrivacyRequest {
  const { customer: _, orderIds: __, ...rest } = before;
  return { ...rest, state: 'done', doneAt: before.doneAt ?? now, expireAt: now + KEPT_MS };
}
