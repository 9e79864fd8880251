/**
 * Rings the queue's bell for a run, after the transaction that made it due. A bell that does not ring is no fault:
 * the run carries `nextCheckAt`, and the sweeper rings again.
 */
import { shareOf } from '../budget.ts';
import { gatherTask } from '../economy/gather-task.ts';
import type { Engine } from '../engine.ts';
import { DOCUMENT_VERSION, type Run, taskName } from '../job.ts';
import { isPlatformError } from '../platform/errors.ts';
import type { Task } from '../platform/queue.ts';

export async function ring(engine: Engine, run: Run): Promise<void> {
  const task = taskOf(engine, run);
  try {
    await engine.queue.enqueue(task);
    await engine.point('rung');
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    engine.log.warn('task not enqueued; the sweeper will', { jobId: run.id, taskName: task.name, error });
  }
}

/** Whoever has admitted a job has rung by then, if they live. */
export const RINGING_MS = 500;

/**
 * For a request that is repeated: who repeats it may have seen its answer lost with the process that had yet to ring. A
 * task of that name that is there already stays the only one.
 */
export async function ringAgain(engine: Engine, run: Run): Promise<void> {
  if (run.status === 'queued' && engine.clock.now() >= run.queuedAt + RINGING_MS) await ring(engine, run);
}

function taskOf({ clock, limits }: Engine, run: Run): Task {
  if (run.lane === 'economy') return gatherTask(Math.max(clock.now(), run.retryAt ?? 0), limits);
  return {
    queue: run.lane,
    name: taskName(run),
    kind: 'job',
    // Shop and share let the worker ask the budget before it reads anything of the job.
    payload: { jobId: run.id, v: DOCUMENT_VERSION, shop: run.shop, share: shareOf(run) },
    ...(run.retryAt !== undefined ? { notBefore: run.retryAt } : {}),
  };
}
