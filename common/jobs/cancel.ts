/**
 * The owner gives a job up. Before a worker has it, it ends at once and the hold goes back; afterwards the worker is
 * told by its next heartbeat, and work that the model was asked for stays charged.
 */
import { upstreamBatches } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { isDone, type Job, type Run } from '../job.ts';
import { closeAttempt, endMove, overdue, type Pair } from '../job-moves.ts';
import type { Transaction } from '../platform/store.ts';
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
    const after = await cancelMove(tx, engine, before);
    await savePair(tx, engine, before, after);
    return { job: after.job, ...(isDone(after.run.status) ? { ended: after.run } : {}) };
  });
  if (ended) {
    noteEnd(engine, ended);
    await ringUpkeep(engine, ended);
  }
  return job;
}

/**
 * queued → canceled, and so does what an upstream batch draws; of another running one its worker is asked to stop. To be
 * used on a job that is not done.
 */
export async function cancelMove(tx: Transaction, engine: Engine, before: Pair): Promise<Pair> {
  const asked = askToStop(before);
  return (await endedAtOnce(tx, engine, asked, engine.clock.now())) ?? asked;
}

/** Seen by the owner at once and by the worker with its next heartbeat. */
function askToStop({ run, job }: Pair): Pair {
  return {
    run: { ...run, cancelRequested: true },
    job: { ...job, cancelRequested: true, sequence: job.sequence + 1 },
  };
}

/** Undefined when a worker has the job and has to be told. */
async function endedAtOnce(tx: Transaction, engine: Engine, asked: Pair, now: number): Promise<Pair | undefined> {
  if (asked.run.status === 'queued') {
    const end = overdue(asked.run, now, engine.limits);
    return end && endMove(asked, now, end);
  }
  const { upstreamBatch } = asked.run.attempts.at(-1) ?? {};
  const batch = upstreamBatch === undefined ? undefined : await tx.get(upstreamBatches, upstreamBatch);
  // While the batch is still put together, who does that leaves the job out of it.
  if (!batch || batch.state === 'gathering') return undefined;
  // The provider has it and will bill it, whenever its answer comes: nobody has to wait for that.
  const run = closeAttempt(asked.run, asked.run.fence, { endedAt: now, outcome: 'canceled', billed: 'possibly' });
  return endMove({ ...asked, run }, now, { status: 'canceled', captures: true });
}
