/**
 * The owner gives a batch up: whatever of it has not ended is given up like any job, and the batch remembers that it was
 * its owner's wish. Many items are given up by a task.
 */
import pLimit from 'p-limit';
import { jobs } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { cancel } from '../jobs/cancel.ts';
import type { Batch } from './batch.ts';
import { changeBatch, ringBatchAgain, rung } from './ring-batch.ts';

const PARALLEL = 8;
const PAGE = 200;

/** Idempotent: the batch as it is then; undefined when there is none. One that is done stays as it ended. */
export async function cancelBatch(engine: Engine, id: string): Promise<Batch | undefined> {
  const now = engine.clock.now();
  const batch = await changeBatch(engine, id, before => {
    if (before.cancelRequestedAt !== undefined || before.endedAt !== undefined) return before;
    const { retry: _, ...rest } = before;
    const after: Batch = { ...rest, cancelRequestedAt: now, sequence: before.sequence + 1 };
    return before.kind === 'items' || before.webhook ? rung(after, now) : after;
  });
  if (!batch) return undefined;
  await engine.point('batch-canceling');
  const limit = pLimit(PARALLEL);
  await Promise.all(batch.jobIds.map(jobId => limit(cancel, engine, jobId)));
  await ringBatchAgain(engine, batch);
  return batch;
}

/** How many jobs of the batch had not ended. Each queued one has now, and each running one is told to. */
export async function cancelOpenJobs(engine: Engine, { id }: Batch): Promise<number> {
  const limit = pLimit(PARALLEL);
  let open = 0;
  let after: string | undefined;
  do {
    const page = await engine.store.list({
      from: jobs,
      where: [
        ['batchId', '==', id],
        ['done', '==', false],
      ],
      limit: PAGE,
      ...(after !== undefined ? { after } : {}),
    });
    after = page.next;
    const ended = await Promise.all(page.items.map(job => limit(cancel, engine, job.id)));
    open += ended.filter(job => job && !job.done).length;
  } while (after !== undefined);
  return open;
}
