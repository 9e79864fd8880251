/**
 * The service as it really is, on simulated seams: the whole API over its router, the whole worker with its slots, its
 * circuits and its sweeper. Several processes as on google, or a single one that recovers when it starts as embedded.
 */
import { createApi } from '../../api/app.ts';
import { noteEconomy } from '../../common/economy/economy-note.ts';
import { createEngine, type Engine } from '../../common/engine.ts';
import { sha256 } from '../../common/ids.ts';
import { recover } from '../../common/jobs/recover.ts';
import { sweep } from '../../common/jobs/sweep.ts';
import { DAY_MS, LIMITS } from '../../common/limits.ts';
import { silentLog } from '../../common/log.ts';
import { CATALOGUE, DEFAULT_MODEL } from '../../common/models.ts';
import { noClientAccess } from '../../common/platform/client-access.ts';
import { isPlatformError } from '../../common/platform/errors.ts';
import { noPoint } from '../../common/points.ts';
import { createWorker } from '../../worker/app.ts';
import { decodeWith } from '../../worker/pictures.ts';
import { startSweeper } from '../../worker/sweeper.ts';
import { diceFor } from './dice.ts';
import { type Injected, type InjectedAnswer, inject } from './inject.ts';
import { simulatedPictures } from './pictures.ts';
import { createProcess, type Process } from './process.ts';
import { connectStore } from './store.ts';
import type { Backends } from './world.ts';

export interface Running {
  readonly process: Process;
  readonly roles: readonly Role[];
  /** Asks its API; undefined for a worker. */
  readonly ask?: (request: Injected) => Promise<InjectedAnswer>;
  /** As the scheduler does; undefined for an API. */
  readonly sweep?: () => Promise<unknown>;
  /** As SIGTERM does. */
  terminate(): void;
}

export type Role = 'api' | 'worker';

export interface Keys {
  readonly server: string;
  readonly admin: string;
}

export const KEYS: Keys = { server: `sk_${'s'.repeat(43)}`, admin: `ak_${'a'.repeat(43)}` };
export const KEY_IDS = { server: sha256(KEYS.server), admin: sha256(KEYS.admin) } as const;
const SECRET = Buffer.alloc(32, 7);
const SLOTS = 4;
const SWEEP_UNLESS_WITHIN_MS = 90_000;
const SWEEP_LOOK_MS = 30_000;
const DRAIN_MS = 8_000;
const KILLED_AFTER_MS = 10_000;

/** Starts a process with these roles; it serves from this moment on. */
export function startProcess(backends: Backends, name: string, roles: readonly Role[]): Running {
  const { schedule, seed, faults, queue } = backends;
  const process = createProcess(name, schedule, diceFor(seed, name), faults);
  const engine = openEngine(backends, process);
  const closing = new AbortController();
  const api = roles.includes('api') ? openApi(backends, engine, { process, closing: closing.signal }) : undefined;
  const worker = roles.includes('worker') ? openWorker(backends, engine, process) : undefined;
  const alone = roles.length > 1;
  if (worker && alone) {
    queue.restart();
    void recover(engine).then(worker.begin, (error: unknown) => unlessPlatform(backends, name, error, worker.begin));
  } else worker?.begin();

  return {
    process,
    roles,
    ...(api ? { ask: api } : {}),
    ...(worker ? { sweep: worker.sweep } : {}),
    terminate() {
      closing.abort();
      worker?.drain();
      schedule.after(KILLED_AFTER_MS, `${name} is killed`, () => process.crash());
    },
  };
}

function openEngine({ database, queue, bucket, budgetMicroUsd, quota }: Backends, process: Process): Engine {
  const engine = createEngine({
    store: connectStore(database, process),
    queue: queue.connect(process),
    bucket: bucket.connect(process),
    clock: process.clock,
    random: process.dice,
    point: noPoint,
    log: silentLog,
    limits: LIMITS,
    catalogue: CATALOGUE,
    settings: {
      quotaPerDay: { named: quota, custom: quota },
      quotaPerDayByAddress: { named: 60, custom: 20 },
      orderRetentionMs: 400 * DAY_MS,
      budgetMicroUsdPerDay: budgetMicroUsd,
      spendShards: 2,
      idSecret: SECRET,
    },
  });
  decodeWith(engine, simulatedPictures(process));
  return engine;
}

function openApi(
  { receiver }: Backends,
  engine: Engine,
  { process, closing }: { readonly process: Process; readonly closing: AbortSignal },
): (request: Injected) => Promise<InjectedAnswer> {
  const listener = createApi({
    engine,
    clientAccess: noClientAccess,
    outbound: receiver.connect(process),
    sessionSecret: SECRET,
    defaultModel: DEFAULT_MODEL,
    closing,
  }).callback();
  return request => inject(listener, request);
}

function openWorker(backends: Backends, engine: Engine, process: Process) {
  const { provider, batchProvider, receiver, queue, laws } = backends;
  const batches = batchProvider.connect(process);
  const draining = new AbortController();
  const stopping = new AbortController();
  const worker = createWorker({
    engine,
    model: provider.connect(process),
    batches,
    outbound: receiver.connect(process),
    slots: SLOTS,
    draining: draining.signal,
    stopping: stopping.signal,
  });
  return {
    begin() {
      void noteEconomy(engine, batches);
      queue.deliverTo(process, async task => {
        try {
          await worker.handle(task);
        } catch (error) {
          // A process that ends gives its task back in the middle, and another one goes on with it.
          const isGivenBack = stopping.signal.aborted && (error as Error).name === 'AbortError';
          if (!isPlatformError(error) && !isGivenBack)
            laws.broken(`${process.name} failed at ${task.name}: ${String(error)}`);
          throw error;
        }
      });
      startSweeper(engine, { everyMs: SWEEP_LOOK_MS, unlessWithinMs: SWEEP_UNLESS_WITHIN_MS });
    },
    sweep: () => sweep(engine).catch((error: unknown) => unlessPlatform(backends, process.name, error)),
    drain() {
      draining.abort();
      process.clock.after(DRAIN_MS, () => stopping.abort());
    },
  };
}

function unlessPlatform({ laws }: Backends, name: string, error: unknown, then = () => {}): void {
  if (!isPlatformError(error)) laws.broken(`${name} failed: ${String(error)}`);
  else then();
}
