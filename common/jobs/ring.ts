/**
 * Rings the queue's bell for a run, after the transaction that made it due. A bell that does not ring is no fault:
 * the run carries `nextCheckAt`, and the sweeper rings again.
 */
import { shareOf } from '../budget.ts';
import type { Engine } from '../engine.ts';
import { DOCUMENT_VERSION, type Run, taskName } from '../job.ts';
import { isPlatformError } from '../platform/errors.ts';

export async function ring(engine: Engine, run: Run): Promise<void> {
  const name = taskName(run);
  try {
    await engine.queue.enqueue({
      queue: run.lane,
      name,
      kind: 'job',
      // Shop and share let the worker ask the budget before it reads anything of the job.
      payload: { jobId: run.id, v: DOCUMENT_VERSION, shop: run.shop, share: shareOf(run) },
      ...(run.retryAt !== undefined ? { notBefore: run.retryAt } : {}),
    });
    await engine.point('rung');
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    engine.log.warn('task not enqueued; the sweeper will', { jobId: run.id, taskName: name, error });
  }
}
