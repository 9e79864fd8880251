/**
 * A plan is applied, or its application stopped: moves of the action's own document, each once however often it is asked
 * for. What is done to the jobs is in `step-bulk.ts`.
 */
import { type By, change, type Outcome } from '../audit.ts';
import { bulkActions } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { sha256 } from '../ids.ts';
import { DOCUMENT_VERSION } from '../job.ts';
import { isPlatformError } from '../platform/errors.ts';
import type { BulkAction } from './bulk-action.ts';
import { PLAN_GOOD_MS } from './plan-bulk.ts';

type NotApplied = 'missing' | 'another token' | 'outdated';

/** An action that is under way or over is answered as it is. */
export async function applyBulk(
  engine: Engine,
  id: string,
  { token, rate, by }: { readonly token: string; readonly rate: number; readonly by: By },
): Promise<Outcome<BulkAction, NotApplied>> {
  const applied = await change<BulkAction, NotApplied>(engine, { from: bulkActions, id, by }, async before => {
    const now = engine.clock.now();
    if (!before) return { refused: 'missing' };
    if (before.tokenHash !== sha256(token)) return { refused: 'another token' };
    if (before.state !== 'planned') return { document: before };
    if (now - before.createdAt > PLAN_GOOD_MS) return { refused: 'outdated' };
    const begun = {
      state: 'running',
      rate,
      appliedAt: now,
      appliedBy: by.actor,
      ...rung(before, engine, now),
    } as const;
    const over = { state: 'done', appliedAt: now, appliedBy: by.actor, endedAt: now } as const;
    const { action, plan } = before;
    const detail = `${action}: ${plan.eligible} jobs, ${rate} a second`;
    return {
      document: { ...before, ...(plan.eligible > 0 ? begun : over) },
      did: { action: 'bulk.apply', target: `bulk/${id}`, detail },
    };
  });
  if ('document' in applied && applied.document.state === 'running') await ringBulk(engine, applied.document, 0);
  return applied;
}

/** What is done stays done. One that is over stays as it is. */
export async function abortBulk(engine: Engine, id: string, by: By): Promise<Outcome<BulkAction, 'missing'>> {
  return change<BulkAction, 'missing'>(engine, { from: bulkActions, id, by }, async before => {
    if (!before) return { refused: 'missing' };
    if (before.state !== 'running' && before.state !== 'planned') return { document: before };
    const { nextCheckAt: _, ...rest } = before;
    const detail = `${before.action}: after ${before.position} of ${before.plan.eligible} jobs`;
    return {
      document: { ...rest, state: 'aborted', endedAt: engine.clock.now() },
      did: { action: 'bulk.abort', target: `bulk/${id}`, detail },
    };
  });
}

/** What a document that is about to be rung for carries: the name's number, and when the sweeper looks. */
export function rung(
  { dispatch }: Pick<BulkAction, 'dispatch'>,
  { limits }: Pick<Engine, 'limits'>,
  dueAt: number,
): Pick<BulkAction, 'dispatch' | 'nextCheckAt'> {
  return { dispatch: dispatch + 1, nextCheckAt: dueAt + limits.firstCheckMs };
}

/** A bell that does not ring is no fault: the sweeper rings again. */
export async function ringBulk(engine: Engine, action: BulkAction, notBefore: number): Promise<void> {
  const name = bulkTask(action);
  try {
    const payload = { what: 'bulk', actionId: action.id, v: DOCUMENT_VERSION };
    const due = notBefore > 0 ? { notBefore } : {};
    await engine.queue.enqueue({ queue: 'upkeep', name, kind: 'upkeep', payload, ...due });
    await engine.point('bulk-rung');
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    engine.log.warn('step of a bulk action not enqueued; the sweeper will', { taskName: name, error });
  }
}

export function bulkTask({ id, dispatch }: Pick<BulkAction, 'id' | 'dispatch'>): string {
  return `${id}-${dispatch}`;
}
