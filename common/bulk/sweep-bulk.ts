/**
 * Finds the bulk actions that the doorbell forgot: those under way whose next step is overdue. Part of every sweep.
 */
import { bulkActions } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { bulkTask, ringBulk, rung } from './apply-bulk.ts';
import type { BulkAction } from './bulk-action.ts';

/** More than are ever under way at once. */
const ACTIONS_MAX = 100;

export async function sweepBulk(engine: Engine): Promise<number> {
  const due = await engine.store.list({
    from: bulkActions,
    where: [['nextCheckAt', '<=', engine.clock.now()]],
    orderBy: ['nextCheckAt', 'asc'],
    limit: ACTIONS_MAX,
  });
  let rang = 0;
  for (const seen of due.items) if (await lookAt(engine, seen)) rang++;
  return rang;
}

async function lookAt(engine: Engine, seen: BulkAction): Promise<boolean> {
  // A task that waits behind a paused queue needs no second one.
  const waiting = (await engine.queue.exists('upkeep', bulkTask(seen))) === 'waiting';
  const after = await engine.store.transaction(async tx => {
    const before = await tx.get(bulkActions, seen.id);
    if (before?.state !== 'running' || before.dispatch !== seen.dispatch) return undefined;
    const now = engine.clock.now();
    if (waiting) {
      tx.set(bulkActions, { ...before, nextCheckAt: now + engine.limits.checkMinMs });
      return undefined;
    }
    const again: BulkAction = { ...before, ...rung(before, engine, now) };
    tx.set(bulkActions, again);
    return again;
  });
  if (after) await ringBulk(engine, after, 0);
  return after !== undefined;
}
