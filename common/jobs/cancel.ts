/**
 * The owner gives a job up. Before a worker has it, it ends at once and the hold goes back; afterwards the worker is
 * told by its next heartbeat, and work that the model was asked for stays charged.
 */

import type { Engine } from '../engine.ts';
import { isDone, type Job, type Run } from '../job.ts';
import { endMove, overdue, type Pair } from '../job-moves.ts';
import { noteEnd } from './note.ts';
import { readPair, savePair } from './save.ts';
import { ringUpkeep } from './upkeep.ts';

/** Idempotent: the job as it is now; undefined when there is none. A job that is done stays as it ended. */
export async function cancel(engine: Engine, jobId: string): Promise<Job | undefined> {
  const { job, ended } = await engine.store.transaction(async (tx): Promise<{ job?: Job; ended?: Run }> => {
    const before = await readPair(tx, jobId);
    if (!before || isDone(before.run.status) || before.run.cancelRequested) {
      return before ? { job: before.job } : {};
    }
    const now = engine.clock.now();
    const asked = askToStop(before);
    const end = before.run.status === 'queued' ? overdue(asked.run, now, engine.limits) : undefined;
    const after = end ? endMove(asked, now, end) : asked;
    await savePair(tx, engine, before, after);
    return { job: after.job, ...(end ? { ended: after.run } : {}) };
  });
  if (ended) {
    noteEnd(engine, ended);
    await ringUpkeep(engine, ended);
  }
  return job;
}

/** Seen by the owner at once and by the worker with its next heartbeat. */
function askToStop({ run, job }: Pair): Pair {
  return {
    run: { ...run, cancelRequested: true },
    job: { ...job, cancelRequested: true, sequence: job.sequence + 1 },
  };
}
