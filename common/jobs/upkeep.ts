/**
 * Work that follows a job's end. It is written as `pending` entries in the transaction that makes it necessary, rung
 * through the `upkeep` queue, and each task removes its own entry when it is done: a crash in between loses nothing.
 */
import { runs } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { DOCUMENT_VERSION, isDone, type Pending, type Run } from '../job.ts';
import type { Limits } from '../limits.ts';
import { isPlatformError } from '../platform/errors.ts';
import type { Task } from '../platform/queue.ts';

/** When the entry's work may be done, in ms since 1970; 0 = at once. */
export function dueAt(entry: Pending): number {
  return entry.kind === 'webhook' ? (entry.notBefore ?? 0) : 0;
}

/** Rings for every entry, each not before its time. A bell that does not ring is no fault: the sweeper rings again. */
export async function ringUpkeep(engine: Engine, run: Run): Promise<void> {
  for (const entry of run.pending) {
    const task = taskOf(run, entry);
    try {
      await engine.queue.enqueue(task);
    } catch (error) {
      if (!isPlatformError(error)) throw error;
      engine.log.warn('upkeep not enqueued; the sweeper will', { jobId: run.id, taskName: task.name, error });
    }
  }
}

function taskOf({ id, dispatch }: Run, entry: Pending): Task {
  const common = { queue: 'upkeep', kind: 'upkeep' } as const;
  const payload = { jobId: id, what: entry.kind, v: DOCUMENT_VERSION };
  if (entry.kind !== 'webhook') return { ...common, name: `${id}-${dispatch}-${entry.kind}`, payload };
  const notBefore = dueAt(entry);
  const name = `${id}-${dispatch}-webhook-${entry.run}-${notBefore}`;
  return { ...common, name, payload: { ...payload, run: entry.run }, ...(notBefore > 0 ? { notBefore } : {}) };
}

/**
 * Removes the entries whose work is done; removing them twice is once. With `dispatch` only while the run still has it:
 * what was rung for since the work began may not have been seen by it.
 */
export async function upkeepDone(
  engine: Engine,
  jobId: string,
  isTheirs: (entry: Pending) => boolean,
  { dispatch }: { dispatch?: number } = {},
): Promise<void> {
  await engine.store.transaction(async tx => {
    const run = await tx.get(runs, jobId);
    if (!run?.pending.some(isTheirs) || (dispatch !== undefined && run.dispatch !== dispatch)) return;
    tx.set(
      runs,
      withPending(
        run,
        run.pending.filter(entry => !isTheirs(entry)),
        engine,
      ),
    );
  });
}

/** The run with these entries, and looked at again when the first of them is due; never, when it is done and has none. */
export function withPending(
  run: Run,
  pending: readonly Pending[],
  { clock, limits }: { clock: Engine['clock']; limits: Limits },
): Run {
  // A run that goes on is looked at for its own sake.
  if (!isDone(run.status)) return { ...run, pending };
  const { nextCheckAt: _, ...settled } = run;
  if (pending.length === 0) return { ...settled, pending };
  const due = Math.max(clock.now(), Math.min(...pending.map(dueAt)));
  return { ...settled, pending, nextCheckAt: due + limits.firstCheckMs };
}
