/**
 * Takes a batch of items in: the document that says it is there, and the bell. What comes as a file or as lines is looked
 * at by the batch's own task; the few items of a JSON body were looked at before.
 */
import { batches } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { DOCUMENT_VERSION } from '../job.ts';
import { type NotTaken, refusedEarly } from '../jobs/submit.ts';
import type { Batch, BatchItems } from './batch.ts';
import { openBatchSpend } from './batch-spend.ts';
import type { Checked } from './check-items.ts';
import { deleteParts } from './parts.ts';
import { LOOK_AGAIN_MS, ringBatch, ringBatchAgain } from './ring-batch.ts';
import { takenIn } from './take-in.ts';

export type NewBatch = Pick<Batch, 'id' | 'token' | 'shop' | 'owner' | 'ownerUid' | 'requestHash' | 'createdAt'> &
  Partial<Pick<Batch, 'customId' | 'metadata' | 'webhook' | 'deliverBy'>> & {
    readonly items: Omit<BatchItems, 'rawParts' | 'parts' | 'expanded' | 'spendShards'>;
  };

export type SubmittedItems =
  | { readonly kind: 'admitted' | 'replayed' | 'rejected'; readonly batch: Batch }
  | Exclude<NotTaken, { kind: 'quota exceeded' }>;

/** What is decided before the body is kept: an earlier batch, closed intake, a spent day. */
export async function decideItems(
  engine: Engine,
  { id, requestHash, shop }: { id: string; requestHash?: string; shop: string },
): Promise<SubmittedItems | undefined> {
  const earlier = requestHash === undefined ? undefined : await engine.store.get(batches, id);
  if (earlier && earlier.requestHash !== requestHash) return { kind: 'conflict' };
  if (earlier) {
    await ringBatchAgain(engine, earlier);
    return { kind: 'replayed', batch: earlier };
  }
  const closed = await refusedEarly(engine);
  if (closed) return closed;
  // What batches leave to customers they only wait for; a day that is spent for all takes nothing in.
  const exhausted = await engine.budget.exhausted({ shop, share: 'customer' });
  return exhausted && { kind: 'budget exhausted', resetAt: exhausted.until };
}

/** `taken` = how many raw parts the body became, or what the look at its items found. */
export async function submitItems(
  engine: Engine,
  wish: NewBatch,
  taken: { readonly rawParts: number } | { readonly checked: Checked },
): Promise<SubmittedItems> {
  const fresh = newBatch(engine, wish, 'rawParts' in taken ? taken.rawParts : 0);
  const batch = 'checked' in taken ? await takenIn(engine, fresh, taken.checked) : fresh;
  if (batch.state === 'rejected') {
    await deleteParts(engine, batch);
    return { kind: 'rejected', batch };
  }
  const written = await engine.store.transaction(async tx => {
    const earlier = await tx.get(batches, batch.id);
    if (earlier) return earlier;
    tx.set(batches, batch);
    if (batch.state === 'expanding') openBatchSpend(tx, batch);
    return batch;
  });
  if (written.token !== batch.token) {
    await deleteParts(engine, batch);
    if (written.requestHash !== batch.requestHash) return { kind: 'conflict' };
    await ringBatchAgain(engine, written);
    return { kind: 'replayed', batch: written };
  }
  await engine.point('batch-admitted');
  await ringBatch(engine, written);
  return { kind: 'admitted', batch: written };
}

function newBatch({ clock, limits, settings }: Engine, { items, ...wish }: NewBatch, rawParts: number): Batch {
  const now = clock.now();
  return {
    ...wish,
    v: DOCUMENT_VERSION,
    kind: 'items',
    state: 'validating',
    lane: 'bulk',
    sequence: 1,
    total: 0,
    jobIds: [],
    items: { ...items, rawParts, parts: 0, expanded: 0, spendShards: settings.spendShards },
    dispatch: 1,
    nextCheckAt: now + LOOK_AGAIN_MS,
    expireAt: now + 2 * limits.retentionMs,
  };
}
