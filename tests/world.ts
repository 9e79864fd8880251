/**
 * A world of its own for each test: the real embedded platform in a fresh directory, a clock that stands still, dice
 * that repeat, and, where the test wants it, the real worker over a model that does as it is told.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobs, runs } from '../common/collections.ts';
import { type EmbeddedPlatform, openEmbedded } from '../common/embedded/platform.ts';
import { createEngine, type Engine } from '../common/engine.ts';
import { derivedId, newId, sha256 } from '../common/ids.ts';
import type { Job, Lane, Owner, Run } from '../common/job.ts';
import type { Submission } from '../common/jobs/submission.ts';
import { submit } from '../common/jobs/submit.ts';
import { DAY_MS, LIMITS, type Limits } from '../common/limits.ts';
import { type Log, silentLog } from '../common/log.ts';
import { CATALOGUE, DEFAULT_MODEL } from '../common/models.ts';
import type { Outbound } from '../common/outbound/outbound.ts';
import { ownerUid } from '../common/owners.ts';
import { generationKey } from '../common/picture.ts';
import { noPoint, type Point } from '../common/points.ts';
import { type Pool, scopesOf } from '../common/quota.ts';
import { createWorker } from '../worker/app.ts';
import type { EconomyWorker } from '../worker/worker.ts';
import { colouredPicture, createTestModel, type TestModel } from './doubles/test-model.ts';
import { seededRandom, type TestClock, testClock } from './test-clock.ts';
import { waitFor } from './wait-for.ts';

export interface World {
  readonly engine: Engine;
  readonly platform: EmbeddedPlatform;
  readonly clock: TestClock;
  readonly model: TestModel;
  readonly directory: string;
  /** Starts the real worker on the queue. */
  startWorker(options?: { slots?: number; outbound?: Outbound; batches?: EconomyWorker['batches'] }): StartedWorker;
  /** A submission as the API would make it. */
  submission(wish?: Partial<WorldWish>): Promise<Submission>;
  /** Submits and expects admission. */
  admitted(wish?: Partial<WorldWish>): Promise<Job>;
  job(id: string): Promise<Job>;
  run(id: string): Promise<Run>;
  /** Waits, moving the clock on where the job waits for a time, until it is done. */
  done(id: string): Promise<Job>;
}

export interface StartedWorker {
  readonly draining: AbortController;
  readonly stopping: AbortController;
  /** How many jobs it works on. */
  readonly running: () => number;
}

export interface WorldWish {
  readonly customer: string;
  readonly pool: Pool;
  readonly key: string;
  readonly prompt: string;
  readonly variation: number;
  readonly photo: Uint8Array;
  /** Where the shop's server wants to be told of the end. */
  readonly webhook: string;
  readonly lane: Lane;
  /** ms since 1970. */
  readonly deadlineAt: number;
}

export interface WorldOptions {
  readonly model?: TestModel;
  readonly limits?: Partial<Limits>;
  readonly point?: Point;
  readonly log?: Log;
  readonly budgetMicroUsd?: number;
  /** Where signed addresses lead, once that is known. */
  readonly baseUrl?: () => string | undefined;
  /** Puts something around the seams, for example a wrapper that fails. */
  readonly around?: (platform: EmbeddedPlatform) => Partial<Pick<Engine, 'store' | 'queue' | 'bucket'>>;
}

const SHOP = 'default';

/** Opens a world, runs the test in it, and closes it whatever happened. */
export function inWorld(test: (world: World) => Promise<void>, options: WorldOptions = {}): () => Promise<void> {
  return async () => {
    const directory = await mkdtemp(join(tmpdir(), 'easel-world-'));
    const world = await openWorld(directory, options);
    try {
      await test(world);
    } finally {
      await world.close();
      await rm(directory, { recursive: true });
    }
  };
}

/** For tests that open the same directory twice; `close` leaves the directory. */
export async function openWorld(
  directory: string,
  options: WorldOptions = {},
): Promise<World & { close(): Promise<void> }> {
  const clock = testClock();
  const random = seededRandom(1);
  const { point = noPoint, log = silentLog, model = createTestModel() } = options;
  const limits = { ...LIMITS, ...options.limits };
  const baseUrl = () => options.baseUrl?.() ?? 'http://127.0.0.1:1';
  const platform = await openEmbedded({ dataDir: directory, clock, random, point, log, limits, baseUrl });
  const engine = createEngine({
    ...platform,
    ...options.around?.(platform),
    clock,
    random,
    point,
    log,
    limits,
    catalogue: CATALOGUE,
    settings: {
      quotaPerDay: { named: 10, custom: 3 },
      quotaPerDayByAddress: { named: 60, custom: 20 },
      budgetMicroUsdPerDay: options.budgetMicroUsd ?? 10_000_000,
      orderRetentionMs: 400 * DAY_MS,
      spendShards: 4,
      idSecret: platform.secrets.id,
    },
  });
  let started = false;

  const world: World = {
    engine,
    platform,
    clock,
    model,
    directory,
    startWorker({ slots = 8, ...more } = {}) {
      const draining = new AbortController();
      const stopping = new AbortController();
      started = true;
      const worker = createWorker({ engine, model, slots, ...more, ...signalsOf(draining, stopping) });
      platform.queue.start(worker.handle);
      return { draining, stopping, running: worker.running };
    },
    submission: wish => submissionOf(engine, wish),
    async admitted(wish) {
      const submitted = await submit(engine, await submissionOf(engine, wish));
      if (submitted.kind !== 'admitted') throw new Error(`expected admission, got ${submitted.kind}`);
      return submitted.job;
    },
    job: id => found(platform.store.get(jobs, id), id),
    run: id => found(platform.store.get(runs, id), id),
    done: id => waitFor(`the end of ${id}`, () => stepToEnd(world, id)),
  };
  return {
    ...world,
    async close() {
      if (started) await platform.queue.stop();
      platform.close();
    },
  };
}

function signalsOf(draining: AbortController, stopping: AbortController) {
  return { draining: draining.signal, stopping: stopping.signal };
}

async function stepToEnd({ clock, job, run }: World, id: string): Promise<Job | undefined> {
  const found = await job(id);
  if (found.done) return found;
  const { retryAt } = await run(id);
  if (retryAt !== undefined && retryAt > clock.now()) await clock.advance(retryAt - clock.now());
  return undefined;
}

/** Of any engine, as the API would make it. */
export async function submissionOf(engine: Engine, wish: Partial<WorldWish> = {}): Promise<Submission> {
  const { customer = 'customer-1', pool = 'named', prompt = 'Draw it.', variation = 0, key } = wish;
  const { settings, clock, random } = engine;
  const photo = wish.photo ?? (await colouredPicture(200));
  const owner: Owner = { customer };
  const uid = ownerUid(settings.idSecret, SHOP, owner);
  const options = { aspectRatio: '4:5', size: '1K', variation };
  const inputSha256 = sha256(photo);
  return {
    id: key === undefined ? newId('job', clock, random) : derivedId('job', settings.idSecret, [uid, key]),
    repeatable: key !== undefined,
    requestHash: sha256(JSON.stringify([prompt, options, inputSha256])),
    generationKey: generationKey({ ownerUid: uid, inputSha256, prompt, options }, DEFAULT_MODEL),
    shop: SHOP,
    owner,
    ownerUid: uid,
    prompt,
    options,
    model: DEFAULT_MODEL,
    lane: wish.lane ?? 'interactive',
    ...(wish.deadlineAt === undefined ? {} : { deadlineAt: wish.deadlineAt }),
    scopes: scopesOf(SHOP, owner, pool, settings, clock.now()),
    input: { bytes: photo, sha256: inputSha256, contentType: 'image/png' },
    ...(wish.webhook === undefined ? {} : { webhook: { url: wish.webhook } }),
  };
}

async function found<T>(document: Promise<T | undefined>, id: string): Promise<T> {
  const value = await document;
  if (value === undefined) throw new Error(`there is no document ${id}`);
  return value;
}
