/**
 * Puts a queued run back because the worker has no room for it now: no attempt is used up, and its deadline stays. Who
 * waits for a photo's picture would rather hear in time that it did not work out than wait without end.
 */

import type { Engine } from '../engine.ts';
import { isDone, type Run, taskName } from '../job.ts';
import { endMove, waitMove } from '../job-moves.ts';
import { endInstead } from './claim.ts';
import { noteEnd } from './note.ts';
import { ring } from './ring.ts';
import { readPair, savePair } from './save.ts';

/** Only the task that was delivered may put its run back: a run that has moved on in the meantime stays as it is. */
export async function postpone(
  engine: Engine,
  jobId: string,
  { deliveredTask, waitMs }: { deliveredTask: string; waitMs: number },
): Promise<'postponed' | 'ended' | 'nothing'> {
  const moved = await engine.store.transaction(async (tx): Promise<Run | undefined> => {
    const now = engine.clock.now();
    const before = await readPair(tx, jobId);
    if (before?.run.status !== 'queued' || taskName(before.run) !== deliveredTask) return undefined;
    const end = await endInstead(tx, engine, before.run, now);
    const after = end ? endMove(before, now, end) : waitMove(before, now, now + waitMs, engine.limits);
    await savePair(tx, engine, before, after);
    return after.run;
  });
  if (!moved) return 'nothing';
  if (isDone(moved.status)) {
    noteEnd(engine, moved);
    return 'ended';
  }
  await ring(engine, moved);
  return 'postponed';
}
