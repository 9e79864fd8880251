/**
 * From economy to bulk: a job that no upstream batch can draw (in time) is drawn by itself, at the full price. Its
 * deadline stays, which is why economy ends well before it.
 */
import type { Engine } from '../engine.ts';
import type { Run } from '../job.ts';
import { bulkMove, isOverdueForEconomy } from '../job-moves.ts';
import { ring } from '../jobs/ring.ts';
import { readPair, savePair } from '../jobs/save.ts';

/** Only a queued economy run is moved; twice is once. */
export async function fallBack(engine: Engine, run: Run, why: string): Promise<boolean> {
  const moved = await engine.store.transaction(async tx => {
    const before = await readPair(tx, run.id);
    if (before?.run.status !== 'queued' || before.run.lane !== 'economy') return undefined;
    const now = engine.clock.now();
    const after = bulkMove(before, now, why, engine.limits);
    await savePair(tx, engine, before, after);
    return after.run;
  });
  if (!moved) return false;
  engine.log.info('drawn in bulk instead of economy', { jobId: run.id, reason: why });
  await ring(engine, moved);
  return true;
}

export function whyNoEconomy(run: Run, now: number): string | undefined {
  return isOverdueForEconomy(run, now) ? 'no upstream batch has drawn it in the time that economy had' : undefined;
}
