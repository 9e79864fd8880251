/**
 * Takes out of a batch whose it was and what its owner called it. Its jobs are erased for themselves.
 */
import type { Batch } from '../batches/batch.ts';
import { cancelBatch } from '../batches/cancel-batch.ts';
import { deleteParts } from '../batches/parts.ts';
import { changeBatch } from '../batches/ring-batch.ts';
import type { Engine } from '../engine.ts';
import { settleDeliveries } from './forget-job.ts';
import { NOBODY } from './privacy-request.ts';

/** `waits`: it is still being taken in; its own task stops that. */
export async function forgetBatch(engine: Engine, id: string): Promise<'forgotten' | 'waits'> {
  const given = await cancelBatch(engine, id);
  if (!given) return 'forgotten';
  if (given.state === 'validating' || given.state === 'expanding') return 'waits';
  await deleteParts(engine, given);
  await settleDeliveries(engine, id);
  await changeBatch(engine, id, nobodysBatch);
  return 'forgotten';
}

/** The numbers stay: how many there were, and which lines were wrong is part of what they said. */
function nobodysBatch(batch: Batch): Batch {
  const { customId: _, metadata: __, webhook: ___, telling: ____, items, ...rest } = batch;
  const invalid = items?.invalid && { count: items.invalid.count, lines: [] };
  return {
    ...rest,
    ...{ owner: {}, ownerUid: NOBODY, requestHash: '', sequence: batch.sequence + 1 },
    ...(items ? { items: { ...items, ...(invalid ? { invalid } : {}) } } : {}),
  };
}
