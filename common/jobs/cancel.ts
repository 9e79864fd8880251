/**
 * The owner gives a job up. Before a worker has it, it ends at once and the hold goes back; afterwards the worker is
 * told by its next heartbeat, and work that the model was asked for stays charged.
 */
import type { Engine } from '../engine.ts';
import { isDone, type Job, type Run } from '../job.ts';
import { endMove, overdue, type Pair } from '../job-moves.ts';
import type { Limits } from '../limits.ts';
import { readPair, savePair } from './save.ts';
import { ringUpkeep } from './upkeep.ts';

/** Idempotent: the job as it is now; undefined when there is none. A job that is done stays as it ended. */
export async function cancel(engine: Engine, jobId: string): Promise<Job | undefined> {
  const { job, ended } = await engine.store.transaction(async (tx): Promise<{ job?: Job; ended?: Run }> => {
    const before = await readPair(tx, jobId);
    if (!before || isDone(before.run.status) || before.run.cancelRequested) {
      return before ? { job: before.job } : {};
    }
    const after = cancelMove(before, engine.clock.now(), engine.limits);
    await savePair(tx, engine, before, after);
    return { job: after.job, ...(isDone(after.run.status) ? { ended: after.run } : {}) };
  });
  if (ended) {
    engine.metrics.jobEnded(ended);
    await ringUpkeep(engine, ended);
  }
  return job;
}

/** queued → canceled; of a running one its worker is asked to stop. To be used on a job that is not done. */
export function cancelMove(before: Pair, nowMs: number, limits: Limits): Pair {
  const asked = askToStop(before);
  const end = before.run.status === 'queued' ? overdue(asked.run, nowMs, limits) : undefined;
  return end ? endMove(asked, nowMs, end) : asked;
}

/** Seen by the owner at once and by the worker with its next heartbeat. */
function askToStop({ run, job }: Pair): Pair {
  return {
    run: { ...run, cancelRequested: true },
    job: { ...job, cancelRequested: true, sequence: job.sequence + 1 },
  };
}
