/**
 * Puts a queued run back because the worker has no room for it now: no attempt is used up, and its deadline stays. Who
 * waits for a photo's picture would rather hear in time that it did not work out than wait without end.
 */
import { runs } from '../documents.ts';
import type { Engine } from '../engine.ts';
import { type Run, taskName } from '../job.ts';
import { ring } from './ring.ts';

/** Only the task that was delivered may put its run back: a run that has moved on in the meantime stays as it is. */
export async function postpone(
  engine: Engine,
  jobId: string,
  { deliveredTask, waitMs }: { deliveredTask: string; waitMs: number },
): Promise<'postponed' | 'nothing'> {
  const moved = await engine.store.transaction(async (tx): Promise<Run | undefined> => {
    const now = engine.clock.now();
    const run = await tx.get(runs, jobId);
    if (run?.status !== 'queued' || taskName(run) !== deliveredTask) return undefined;
    const retryAt = now + waitMs;
    const after: Run = {
      ...run,
      dispatch: run.dispatch + 1,
      retryAt,
      nextCheckAt: retryAt + engine.limits.firstCheckMs,
    };
    tx.set(runs, after);
    return after;
  });
  if (!moved) return 'nothing';
  await ring(engine, moved);
  return 'postponed';
}
