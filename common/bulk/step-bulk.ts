/**
 * One step of a bulk action, as an upkeep task: some of its jobs, then the place from which the next step goes on. Killed
 * in between, the step is taken again from the same place, and finds what it did by the order's id in the run: each job is
 * acted on once. Steps follow each other at the rate that the operator chose.
 */
import pLimit from 'p-limit';
import type { By } from '../audit.ts';
import { bulkActions, bulkParts } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { cancelAsOperator, eraseAsOperator, expireAsOperator, type Moved } from '../jobs/as-operator.ts';
import { retry } from '../jobs/retry.ts';
import { ringBulk, rung } from './apply-bulk.ts';
import { type BulkAction, PART_SIZE, partId, tallied } from './bulk-action.ts';

/** A step takes about two seconds' worth, so that its task is short and what is shown of it moves on. */
const STEP_S = 2;
const STEP_MAX = 50;
const AT_ONCE = 8;

export async function stepBulk(engine: Engine, actionId: string): Promise<void> {
  const action = await engine.store.get(bulkActions, actionId);
  if (action?.state !== 'running') return;
  const begunAt = engine.clock.now();
  const ids = await idsAt(engine, action);
  const limit = pLimit(AT_ONCE);
  const outcomes = await Promise.all(ids.map(id => limit(() => actOnOne(engine, action, id))));
  await engine.point('bulk-stepped');
  const dueAt = begunAt + Math.ceil((ids.length * 1_000) / action.rate);
  const after = await moveOn(engine, action, { outcomes, dueAt });
  if (after?.state === 'running') await ringBulk(engine, after, dueAt);
}

/** The next ones; a step never reaches beyond its part. */
async function idsAt({ store }: Engine, action: BulkAction): Promise<readonly string[]> {
  const part = await store.get(bulkParts, partId(action.id, action.position));
  const from = action.position % PART_SIZE;
  const size = Math.min(STEP_MAX, Math.max(1, Math.round(action.rate * STEP_S)));
  return part?.ids.slice(from, from + size) ?? [];
}

/** Undefined when it was done, now or by a step whose end was lost; else why the job was left alone. */
async function actOnOne(engine: Engine, action: BulkAction, id: string): Promise<string | undefined> {
  const by: By = { actor: action.appliedBy ?? action.actor, reason: action.reason };
  const moved = await moveOne(engine, action, { id, by });
  return 'refused' in moved ? moved.refused : undefined;
}

function moveOne(engine: Engine, action: BulkAction, { id, by }: { id: string; by: By }): Promise<Moved<string>> {
  const order = { by };
  switch (action.action) {
    case 'retry':
      // In the bulk lane: a night's failures must not stand before the shoppers of the morning.
      return retry(engine, id, { ...order, wish: action.wish, lane: 'bulk', bulk: action });
    case 'cancel':
      return cancelAsOperator(engine, id, order);
    case 'expire':
      return expireAsOperator(engine, id, order);
    case 'erase':
      return eraseAsOperator(engine, id, order);
  }
}

/** Undefined when another delivery of the step has moved on already. What an abort came upon is counted too. */
function moveOn(
  engine: Engine,
  { id, position }: BulkAction,
  { outcomes, dueAt }: { readonly outcomes: readonly (string | undefined)[]; readonly dueAt: number },
): Promise<BulkAction | undefined> {
  return engine.store.transaction(async tx => {
    const before = await tx.get(bulkActions, id);
    if (before?.position !== position) return undefined;
    const { nextCheckAt: _, ...rest } = before;
    const reasons = outcomes.filter(why => why !== undefined);
    const counted = {
      ...rest,
      position: position + outcomes.length,
      done: before.done + outcomes.length - reasons.length,
      skipped: tallied(reasons, before.skipped),
    };
    const isOver = outcomes.length === 0 || counted.position >= before.plan.eligible;
    const after: BulkAction =
      before.state !== 'running'
        ? counted
        : isOver
          ? { ...counted, state: 'done', endedAt: engine.clock.now() }
          : { ...counted, ...rung(before, engine, dueAt) };
    tx.set(bulkActions, after);
    return after;
  });
}
