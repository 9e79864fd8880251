/**
 * Gathers the waiting jobs of the economy lane into upstream batches: by model and size, the oldest first, and only when
 * one is full or has waited long enough. What no batch can draw goes to bulk, with the reason.
 */
import { runs } from '../../common/collections.ts';
import { fallBack, whyNoEconomy } from '../../common/economy/fall-back.ts';
import { gatherTask } from '../../common/economy/gather-task.ts';
import { itemsMax } from '../../common/economy/upstream-batch.ts';
import { laneQueue, type Run, retiredModels } from '../../common/job.ts';
import { type ModelEntry, modelsFor } from '../../common/models.ts';
import { notedPause } from '../../common/pause.ts';
import type { EconomyWorker } from '../worker.ts';
import { beginBatch, type Group } from './begin-batch.ts';

/** The rest is gathered by the next task: this one must end before the queue thinks it dead. */
const TIME_SHARE = 0.6;

export async function gather(worker: EconomyWorker): Promise<void> {
  const { engine } = worker;
  const endsAt = engine.clock.now() + engine.limits.workerBudgetMs * TIME_SHARE;
  const goesOn = () => !worker.draining.aborted && engine.clock.now() < endsAt;
  const pause = await notedPause(engine.store, laneQueue('economy'));
  // One without an end is found over by the sweeper.
  if (pause) return pause.until === undefined ? undefined : ringAgain(worker, pause.until);

  const groups = new Map<string, Group>();
  for await (const run of waiting(worker)) {
    if (!goesOn()) return ringAgain(worker);
    const place = await placeOf(worker, run);
    if (place && 'why' in place) await fallBack(engine, run, place.why);
    if (!place || 'why' in place) continue;
    const key = `${place.model.id} ${run.options.size}`;
    const group = { model: place.model, runs: [...(groups.get(key)?.runs ?? []), run] };
    groups.set(key, group);
    if (group.runs.length < itemsMax(run.options.size)) continue;
    groups.delete(key);
    // The day's budget has no room: those that follow would only be refused as well.
    if ((await beginBatch(worker, group)) === 'no budget') return;
  }
  for (const group of groups.values()) {
    const oldestAt = Math.min(...group.runs.map(({ queuedAt, retryAt = 0 }) => Math.max(queuedAt, retryAt)));
    if (!goesOn() || engine.clock.now() - oldestAt < engine.limits.gatherMs) await ringAgain(worker);
    else if ((await beginBatch(worker, group)) === 'no budget') return;
  }
}

/** Queued economy runs that are due, the oldest first. */
async function* waiting({ engine: { store, clock, limits } }: EconomyWorker): AsyncGenerator<Run> {
  let after: string | undefined;
  do {
    const { items, next } = await store.list({
      from: runs,
      where: [
        ['status', '==', 'queued'],
        ['lane', '==', 'economy'],
        ['queuedAt', '>', 0],
      ],
      orderBy: ['queuedAt', 'asc'],
      limit: limits.sweepPage,
      ...(after !== undefined ? { after } : {}),
    });
    after = next;
    for (const run of items) if ((run.retryAt ?? 0) <= clock.now()) yield run;
  } while (after !== undefined);
}

/** With which others a run can go; or why it can go with none; undefined when it has to wait. */
async function placeOf(worker: EconomyWorker, run: Run): Promise<{ model: ModelEntry } | { why: string } | undefined> {
  const { engine, batches } = worker;
  if ('unavailable' in batches) return { why: `there is no economy: ${batches.unavailable}` };
  const why = whyNoEconomy(run, engine.clock.now());
  if (why !== undefined) return { why };
  const model = await modelOf(worker, run);
  if (model === 'held') return undefined;
  if (!model?.batchPrice) return { why: `the catalogue has no batch price for ${model?.id ?? run.model}` };
  return { model };
}

/** As for a single call: an operator may hold a model back, and its fallback draws where it can. */
async function modelOf({ engine, controls }: EconomyWorker, run: Run): Promise<ModelEntry | 'held' | undefined> {
  const able = modelsFor(engine.catalogue, run, retiredModels(run));
  const { models: held } = await controls();
  return able.find(({ id }) => !held.has(id)) ?? (able.length > 0 ? 'held' : undefined);
}

async function ringAgain({ engine }: EconomyWorker, fromMs = 0): Promise<void> {
  await engine.queue.enqueue(gatherTask(Math.max(fromMs, engine.clock.now()), engine.limits));
}
