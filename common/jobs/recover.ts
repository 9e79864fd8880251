/**
 * Start-up of a platform that is one process (embedded): whoever held a lease is dead, so nobody has to wait for it to
 * run out. Run it before the queue delivers anything, or an old task would find a live lease and be spent on it.
 */
import { sweepBatches } from '../batches/ring-batch.ts';
import { runs } from '../collections.ts';
import { recoverUpstream } from '../economy/sweep-upstream.ts';
import type { Engine } from '../engine.ts';
import { duePages, lookAtAll } from './sweep.ts';

/** How many runs were still held by the process before. */
export async function recover(engine: Engine): Promise<number> {
  const now = engine.clock.now();
  let held = 0;
  for await (const page of duePages(engine, Number.MAX_SAFE_INTEGER, 'running')) {
    // What an upstream batch draws, no process has held.
    const ours = page.filter(({ attempts }) => attempts.at(-1)?.upstreamBatch === undefined);
    for (const { id } of ours) await expireLease(engine, id, now);
    await lookAtAll(engine, ours);
    held += ours.length;
  }
  // Admitted just before the end and perhaps never rung: their first look is near.
  for await (const page of duePages(engine, now + engine.limits.firstCheckMs, 'queued')) await lookAtAll(engine, page);
  await sweepBatches(engine, Number.MAX_SAFE_INTEGER);
  await recoverUpstream(engine);
  return held;
}

async function expireLease(engine: Engine, id: string, now: number): Promise<void> {
  await engine.store.transaction(async tx => {
    const run = await tx.get(runs, id);
    if (run?.lease) tx.set(runs, { ...run, lease: { ...run.lease, expiresAt: now } });
  });
}
