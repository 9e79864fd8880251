/**
 * Another run of a job that ended without a picture, opened by an operator: it takes nothing of the shopper's quota.
 * `whyNot` is the one rule of what may be tried again; single retries, plans and their application all ask it.
 */
import { runs } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { type DrawOptions, laneQueue, type QueuedLane, type Run } from '../job.ts';
import type { Pair } from '../job-moves.ts';
import { cannotDraw, estimateMicroUsd } from '../models.ts';
import { laneClock } from '../pause.ts';
import { generationKey } from '../picture.ts';
import { RUNS_MAX, reopenMove } from '../reopen-move.ts';
import { actOn, type Moved, type Order } from './as-operator.ts';

export interface RetryWish {
  readonly model?: string | undefined;
  readonly options?: { readonly [option in keyof DrawOptions]?: DrawOptions[option] | undefined } | undefined;
  /** Also what the safety rules declined, and what two retries have not helped. */
  readonly force?: boolean | undefined;
}

export const NOT_RETRIED = [
  'not ended',
  'has a picture',
  'given up by its owner',
  'erased',
  'photo not kept',
  'blocked content',
  'retried twice already',
  'the model cannot draw it',
  'changed since the plan',
] as const;
export type NotRetried = (typeof NOT_RETRIED)[number];

interface Retry extends Order {
  readonly wish: RetryWish;
  /** Instead of the lane it was in. */
  readonly lane?: QueuedLane;
  /** Part of a bulk action: once, and only what has not ended anew since its plan. */
  readonly bulk?: { readonly id: string; readonly createdAt: number };
}

/** Refused unless all is there that a run needs. Throws what store and bucket throw. */
export async function retry(
  engine: Engine,
  jobId: string,
  { wish, lane, bulk, ...order }: Retry,
): Promise<Moved<NotRetried | 'missing' | 'changed'>> {
  const seen = await engine.store.get(runs, jobId);
  // Asked before the transaction, which is to be short: a photo stays where it is for as long as it is kept.
  const kept = seen !== undefined && seen.inputPath !== '' && (await engine.bucket.stat(seen.inputPath)) !== undefined;
  return actOn<NotRetried>(engine, jobId, order, async (before, tx, now) => {
    if (bulk && before.run.orderId === bulk.id) return { after: before };
    if (bulk && (before.run.finishedAt ?? 0) > bulk.createdAt) return { refused: 'changed since the plan' };
    const refused = whyNot(engine, before.run, { wish, nowMs: now });
    if (refused) return { refused };
    if (!kept) return { refused: 'photo not kept' };
    // What waited for half the price is not made to wait for it again.
    const into = lane ?? laneQueue(before.run.lane);
    const after = reopenMove(before, {
      ...{ nowMs: now, limits: engine.limits, lane: into, laneClockMs: await laneClock(tx, into, now) },
      ...{ charge: 'none', scopes: [], wish: wishOf(before.run, wish) },
      ...(bulk ? { orderId: bulk.id } : {}),
    });
    return { after, did: { action: 'job.retry', detail: detailOf(before, after) } };
  });
}

/** Why a run is not tried again, as far as its document tells; undefined when it is. */
export function whyNot(
  { catalogue, limits }: Pick<Engine, 'catalogue' | 'limits'>,
  run: Run,
  { wish, nowMs }: { readonly wish: RetryWish; readonly nowMs: number },
): NotRetried | undefined {
  if (run.status === 'queued' || run.status === 'running') return 'not ended';
  if (run.status === 'succeeded') return 'has a picture';
  if (run.status === 'canceled') return 'given up by its owner';
  if (run.prompt === '') return 'erased';
  if (run.inputPath === '' || nowMs - run.createdAt > limits.retentionMs) return 'photo not kept';
  if (run.status === 'blocked' && !wish.force) return 'blocked content';
  if (run.run >= RUNS_MAX && !wish.force) return 'retried twice already';
  const { model, options } = wishOf(run, wish);
  const entry = catalogue.get(model);
  return entry && cannotDraw(entry, options) === undefined ? undefined : 'the model cannot draw it';
}

/** What one attempt of it is expected to cost, in micro-dollars. */
export function retryEstimate({ catalogue }: Pick<Engine, 'catalogue'>, run: Run, wish: RetryWish): number {
  const { model, options } = wishOf(run, wish);
  const entry = catalogue.get(model);
  return entry ? estimateMicroUsd(entry, options.size) : 0;
}

function wishOf(run: Run, wish: RetryWish): Pick<Run, 'model' | 'options' | 'generationKey'> {
  const model = wish.model ?? run.model;
  const { aspectRatio, size, variation } = { ...run.options, ...defined(wish.options) };
  const options = { aspectRatio, size, variation };
  return { model, options, generationKey: generationKey({ ...run, options }, model) };
}

function defined(options: RetryWish['options'] = {}): Partial<DrawOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function detailOf(before: Pair, { run }: Pair): string {
  const was = before.run.code === undefined ? before.run.status : `${before.run.status} (${before.run.code})`;
  const changed = run.generationKey === before.run.generationKey ? [] : [`with ${run.model}, ${optionsText(run)}`];
  return [`was ${was}, run ${run.run}`, ...changed].join(', ');
}

function optionsText({ options: { aspectRatio, size, variation } }: Run): string {
  return `${size} ${aspectRatio} variation ${variation}`;
}
