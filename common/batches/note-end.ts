/**
 * Notes that a batch of items has ended, once, or when to look again.
 */
import type { Engine } from '../engine.ts';
import { type Batch, itemsStandingOf } from './batch.ts';
import { readCounts } from './read-counts.ts';
import { changeBatch } from './ring-batch.ts';

/** Of a batch whose jobs go on. */
const LOOK_MS = 60_000;

export async function noteEnd(engine: Engine, batch: Batch): Promise<'waits'> {
  const { done } = itemsStandingOf(batch, await readCounts(engine.store, batch), 0);
  const now = engine.clock.now();
  await changeBatch(engine, batch.id, found => {
    // Whoever has asked for something meanwhile has rung for it.
    if (found.sequence !== batch.sequence || found.retry !== undefined) return found;
    if (!done) return { ...found, nextCheckAt: now + LOOK_MS };
    const { nextCheckAt: _, ...ended } = found;
    return { ...ended, endedAt: now, sequence: found.sequence + 1 };
  });
  return 'waits';
}
