/**
 * The sweeper's look at upstream batches: whose time to be looked at has passed without a task is rung for again. On a
 * platform that is one process, a start ends the holds of the process before.
 */
import { upstreamBatches } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { ringUpstream } from './tending.ts';
import { type UpstreamBatch, upstreamTaskName } from './upstream-batch.ts';

/** How many were rung for. */
export async function sweepUpstream(engine: Engine): Promise<number> {
  let rung = 0;
  for await (const batch of dueBatches(engine, engine.clock.now())) {
    const waiting = (await engine.queue.exists('upkeep', upstreamTaskName(batch))) === 'waiting';
    if (await ringAgain(engine, batch, { waiting })) rung++;
  }
  return rung;
}

/** Whoever held a batch is dead: nobody has to wait for the end of its hold. */
export async function recoverUpstream(engine: Engine): Promise<void> {
  for await (const { id } of dueBatches(engine, Number.MAX_SAFE_INTEGER)) {
    const freed = await engine.store.transaction(async tx => {
      const found = await tx.get(upstreamBatches, id);
      if (!found?.lease) return undefined;
      const { lease: _, ...free } = found;
      const next = {
        ...free,
        dispatch: found.dispatch + 1,
        nextCheckAt: engine.clock.now() + engine.limits.firstCheckMs,
      };
      tx.set(upstreamBatches, next);
      return next;
    });
    if (freed) await ringUpstream(engine, freed, 0);
  }
}

async function* dueBatches(engine: Engine, until: number): AsyncGenerator<UpstreamBatch> {
  let after: string | undefined;
  do {
    const { items, next } = await engine.store.list({
      from: upstreamBatches,
      where: [['nextCheckAt', '<=', until]],
      orderBy: ['nextCheckAt', 'asc'],
      limit: engine.limits.sweepPage,
      ...(after !== undefined ? { after } : {}),
    });
    after = next;
    yield* items;
  } while (after !== undefined);
}

/** While the task waits, only a later look is noted: a paused queue breeds no tasks. */
async function ringAgain(engine: Engine, seen: UpstreamBatch, { waiting }: { waiting: boolean }): Promise<boolean> {
  const { store, clock, limits } = engine;
  const rung = await store.transaction(async tx => {
    const now = clock.now();
    const found = await tx.get(upstreamBatches, seen.id);
    if (!found || found.nextCheckAt === undefined || found.dispatch !== seen.dispatch) return undefined;
    const held = found.lease !== undefined && found.lease.expiresAt > now;
    if (held || waiting) {
      tx.set(upstreamBatches, { ...found, nextCheckAt: now + limits.checkMinMs });
      return undefined;
    }
    const next = { ...found, dispatch: found.dispatch + 1, nextCheckAt: now + limits.checkMinMs };
    tx.set(upstreamBatches, next);
    return next;
  });
  if (rung) await ringUpstream(engine, rung, 0);
  return rung !== undefined;
}
