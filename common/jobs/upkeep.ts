/**
 * Work that follows a job's end. It is written as `pending` entries in the transaction that makes it necessary, rung
 * through the `upkeep` queue, and each task removes its own entry when it is done: a crash in between loses nothing.
 */
import { runs } from '../documents.ts';
import type { Engine } from '../engine.ts';
import { DOCUMENT_VERSION, type Pending, type Run } from '../job.ts';
import { isPlatformError } from '../platform/errors.ts';

export async function ringUpkeep(engine: Engine, run: Run): Promise<void> {
  for (const { kind } of run.pending) {
    const name = `${run.id}-${run.dispatch}-${kind}`;
    try {
      const payload = { jobId: run.id, what: kind, v: DOCUMENT_VERSION };
      await engine.queue.enqueue({ queue: 'upkeep', name, kind: 'upkeep', payload });
    } catch (error) {
      if (!isPlatformError(error)) throw error;
      engine.log.warn('upkeep not enqueued; the sweeper will', { jobId: run.id, taskName: name, error });
    }
  }
}

/** Removes an entry whose work is done; removing it twice is once. */
export async function upkeepDone(engine: Engine, jobId: string, kind: Pending['kind']): Promise<void> {
  await engine.store.transaction(async tx => {
    const run = await tx.get(runs, jobId);
    if (!run?.pending.some(entry => entry.kind === kind)) return;
    const pending = run.pending.filter(entry => entry.kind !== kind);
    const { nextCheckAt: _, ...settled } = run;
    tx.set(runs, pending.length > 0 ? { ...run, pending } : { ...settled, pending });
  });
}
