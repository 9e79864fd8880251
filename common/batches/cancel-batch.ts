/**
 * The owner gives a batch up: whatever of it has not ended is given up like any job, and the batch remembers that it was
 * its owner's wish.
 */
import pLimit from 'p-limit';
import { batches } from '../documents.ts';
import type { Engine } from '../engine.ts';
import { cancel } from '../jobs/cancel.ts';
import type { Batch } from './batch.ts';

const PARALLEL = 8;

/** Idempotent: the batch as it is then; undefined when there is none. */
export async function cancelBatch(engine: Engine, id: string): Promise<Batch | undefined> {
  const batch = await engine.store.transaction(async tx => {
    const before = await tx.get(batches, id);
    if (!before || before.cancelRequestedAt !== undefined) return before;
    const after: Batch = { ...before, cancelRequestedAt: engine.clock.now(), sequence: before.sequence + 1 };
    tx.set(batches, after);
    return after;
  });
  await engine.point('batch-canceling');
  const limit = pLimit(PARALLEL);
  await Promise.all((batch?.jobIds ?? []).map(jobId => limit(cancel, engine, jobId)));
  return batch;
}
