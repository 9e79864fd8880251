/**
 * A world for tests of the economy lane: the embedded platform with its clock that stands still, the real worker, and the
 * real SDK in front of the batch double. Nothing moves by itself: a test gathers, tends and advances the time.
 */
import * as assert from 'uvu/assert';
import { spentMicroUsd } from '../../../common/budget.ts';
import type { Clock } from '../../../common/clock.ts';
import { runs, upstreamBatches } from '../../../common/collections.ts';
import { type UpstreamBatch, upstreamTaskName } from '../../../common/economy/upstream-batch.ts';
import type { Run } from '../../../common/job.ts';
import { taskName } from '../../../common/job.ts';
import { CATALOGUE, DEFAULT_MODEL, type ModelEntry } from '../../../common/models.ts';
import type { Usage } from '../../../common/platform/model.ts';
import type { Task } from '../../../common/platform/queue.ts';
import { dayOf } from '../../../common/quota.ts';
import { createWorker } from '../../../worker/app.ts';
import { createGeminiBatches } from '../../../worker/gemini-batch.ts';
import type { EconomyWorker } from '../../../worker/worker.ts';
import { inWorld, type World, type WorldOptions, type WorldWish } from '../../world.ts';
import { type BatchDouble, type HeldBatch, openBatchDouble } from '../gemini-batch.ts';
import { colouredPicture } from '../test-model.ts';

/** As much of a world as the economy lane needs, on any platform. */
export type BareWorld = Pick<World, 'engine' | 'model' | 'admitted' | 'job' | 'run'> & {
  readonly clock: Clock & { advance(ms: number): Promise<void> };
};

export interface EconomyWorld extends BareWorld {
  readonly double: BatchDouble;
  /** Jobs of the economy lane, each with a photo of its own. */
  submitted(count: number, wish?: Partial<WorldWish>): Promise<string[]>;
  /** A minute later: what waits is gathered, and every open batch is looked at. */
  step(): Promise<void>;
  /** Another worker, as of a process that was started anew. */
  restart(): void;
  /** Hands the worker a task. */
  handle(task: Task): Promise<void>;
  gather(): Promise<void>;
  tend(): Promise<void>;
  /** Draws everything that waits in bulk. */
  drawBulk(): Promise<void>;
  upstream(): Promise<UpstreamBatch[]>;
  /** The only batch that the provider has. */
  held(): HeldBatch;
  runsOf(ids: readonly string[]): Promise<Run[]>;
  /** Of the whole service, of all days. */
  spent(): Promise<number>;
}

export type EconomyOptions = WorldOptions & { readonly batches?: EconomyWorker['batches'] };

const MINUTE_MS = 60_000;
export const ENTRY = CATALOGUE.get(DEFAULT_MODEL) as ModelEntry;

export function inEconomyWorld(test: (world: EconomyWorld) => Promise<void>, options: EconomyOptions = {}) {
  return inWorld(async world => {
    const double = await openBatchDouble();
    try {
      await test(createEconomyWorld(world, double, options));
    } finally {
      await double.close();
    }
  }, options);
}

export function createEconomyWorld(
  world: BareWorld,
  double: BatchDouble,
  options: Pick<EconomyOptions, 'batches'>,
): EconomyWorld {
  const { engine, clock, model } = world;
  const access = { apiKey: double.apiKey };
  const batches = options.batches ?? createGeminiBatches({ catalogue: CATALOGUE, access, clock, baseUrl: double.url });
  const never = new AbortController().signal;
  const start = () => createWorker({ engine, model, batches, slots: 8, draining: never, stopping: never });
  let worker = start();
  const upkeep = (payload: Task['payload'], name = 'by-hand') =>
    worker.handle({ queue: 'upkeep', name, kind: 'upkeep', payload });
  const upstream = async () => (await engine.store.list({ from: upstreamBatches, limit: 100 })).items;

  const economy: EconomyWorld = {
    ...world,
    double,
    upstream,
    async submitted(count, wish) {
      const ids: string[] = [];
      for (let index = 0; index < count; index++) {
        const photo = await colouredPicture(300 + index);
        const customer = `customer-${index}`;
        ids.push((await world.admitted({ lane: 'economy', customer, photo, ...wish })).id);
      }
      return ids;
    },
    async step() {
      await clock.advance(MINUTE_MS);
      await economy.gather();
      await economy.tend();
    },
    restart() {
      worker = start();
    },
    handle: task => worker.handle(task),
    gather: () => upkeep({ what: 'gather' }),
    async tend() {
      for (const batch of await upstream()) {
        if (batch.state === 'settled') continue;
        await upkeep({ what: 'upstream', upstreamBatch: batch.id }, upstreamTaskName(batch));
      }
    },
    async drawBulk() {
      const { items } = await engine.store.list({ from: runs, limit: 200 });
      for (const run of items) {
        if (run.lane !== 'bulk' || run.status !== 'queued') continue;
        await worker.handle({ queue: 'bulk', name: taskName(run), kind: 'job', payload: { jobId: run.id } });
      }
    },
    held() {
      assert.is(double.batches.length, 1, 'the provider has one batch');
      return double.batches[0] as HeldBatch;
    },
    runsOf: ids => Promise.all(ids.map(world.run)),
    async spent() {
      const days = [0, 1, 2, 3, 4, 5].map(day => dayOf(clock.now() - day * 24 * 60 * MINUTE_MS));
      const spends = await Promise.all(days.map(day => spentMicroUsd(engine, day)));
      return spends.reduce((sum, spend) => sum + spend, 0);
    },
  };
  return economy;
}

/** Half of the list price, added up here by itself and not by the code under test; rounded up once for each picture. */
export function halfPrice(usages: readonly Usage[], { price }: ModelEntry = ENTRY): number {
  const one = ({ inputTokens, outputTextTokens, outputImageTokens }: Usage) =>
    Math.ceil(
      (inputTokens * price.input + outputTextTokens * price.outputText + outputImageTokens * price.outputImage) /
        2_000_000,
    );
  return usages.reduce((sum, usage) => sum + one(usage), 0);
}
