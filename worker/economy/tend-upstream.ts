/**
 * One visit to an upstream batch: takes hold of it, does whatever its state asks for, notes every step before the next,
 * and says when to come again. A worker that dies anywhere in between leaves a state from which the next one goes on.
 */
import { changeUpstream, HoldLost, holdUpstream, releaseUpstream } from '../../common/economy/tending.ts';
import { GIVE_UP_MS, nextTryAt, RESULTS_KEPT_MS, type UpstreamBatch } from '../../common/economy/upstream-batch.ts';
import { ModelError } from '../../common/platform/model.ts';
import type { EconomyWorker, NoBatches } from '../worker.ts';
import { createUpstream } from './create-upstream.ts';
import { lookUpstream } from './look-upstream.ts';
import { sendItems } from './send-items.ts';
import { endItems, overToBulk } from './settle-items.ts';

/** After a step: the batch as it is now, and when the next step is due; at once when absent. */
export interface Step {
  readonly batch: UpstreamBatch;
  readonly nextAt?: number;
}

export type BatchWorker = EconomyWorker & { readonly batches: Exclude<EconomyWorker['batches'], NoBatches> };

const NO_SLOT_WAIT_MS = 10_000;

/** @param taskName Of the task that asks for the visit. */
export async function tendUpstream(worker: EconomyWorker, id: string, taskName: string): Promise<void> {
  const { engine } = worker;
  const held = await holdUpstream(engine, id, taskName);
  if (!held) return;
  const nextAt = await worker.batchSlots
    .use('interactive', () => inTime(worker, signal => visit(worker, held, signal)))
    .catch((error: unknown) => {
      if (error instanceof HoldLost) return error;
      throw error;
    });
  if (nextAt instanceof HoldLost) return;
  await releaseUpstream(engine, held, nextAt === 'no slot' ? engine.clock.now() + NO_SLOT_WAIT_MS : nextAt);
}

/** A visit is a task like others: it has the time of one. */
async function inTime<T>({ engine, stopping }: EconomyWorker, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const cancel = engine.clock.after(engine.limits.workerBudgetMs, () => stop.abort('late'));
  try {
    return await work(AbortSignal.any([stop.signal, stopping]));
  } finally {
    cancel();
  }
}

/** Until nothing can be done any more for now; answers when to come again. */
async function visit(worker: EconomyWorker, held: UpstreamBatch, signal: AbortSignal): Promise<number> {
  const { clock } = worker.engine;
  let batch = held;
  try {
    while (batch.state !== 'settled' && !signal.aborted && !worker.draining.aborted) {
      const step = await nextStep(worker, batch, signal);
      batch = step.batch;
      if (step.nextAt !== undefined) return step.nextAt;
    }
    return clock.now();
  } catch (error) {
    if (error instanceof HoldLost) throw error;
    return signal.aborted ? clock.now() : afterTrouble(worker, batch, error);
  }
}

async function nextStep(worker: EconomyWorker, batch: UpstreamBatch, signal: AbortSignal): Promise<Step> {
  const { batches } = worker;
  // The settings have changed while it was under way, and nobody can be asked for it any more.
  if ('unavailable' in batches) {
    return endItems(worker, batch, {
      code: 'batch_lost',
      detail: `there is no economy any more: ${batches.unavailable}`,
    });
  }
  const able: BatchWorker = { ...worker, batches };
  if (batch.state === 'gathering') return sendItems(able, batch, signal);
  if (batch.state === 'creating') return createUpstream(able, batch, signal);
  return lookUpstream(able, batch, signal);
}

/** Whatever it is, it is tried again; but the jobs do not wait longer than economy has time, and nobody for ever. */
async function afterTrouble(worker: EconomyWorker, found: UpstreamBatch, error: unknown): Promise<number> {
  const { engine } = worker;
  const now = engine.clock.now();
  const detail = error instanceof Error ? error.message : String(error);
  engine.log.warn('an upstream batch met trouble; it is tried again', { upstreamBatch: found.id, reason: detail });
  const batch = await changeUpstream(engine, found, { troubles: found.troubles + 1, detail });
  if (now - (batch.endedAt ?? batch.createdAt) > (batch.endedAt === undefined ? GIVE_UP_MS : RESULTS_KEPT_MS)) {
    await endItems(worker, batch, { code: 'batch_lost', detail });
    return now;
  }
  // While it is gathered nobody is asked: the next visit sees that the time is over.
  const late = now >= batch.economyUntil && batch.state !== 'gathering';
  if (late && batch.fellBackAt === undefined) await overToBulk(worker, batch);
  const retryAfterMs = error instanceof ModelError ? error.retryAfterMs : undefined;
  const at = nextTryAt(batch, now, retryAfterMs);
  return now < batch.economyUntil ? Math.min(at, batch.economyUntil) : at;
}
