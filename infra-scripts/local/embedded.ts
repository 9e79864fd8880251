/**
 * Easel on one machine in one process: platform, worker and API put together, started in the one safe order and
 * stopped in the reverse one. `start.ts` is the command; tests and tools start it from here too.
 */
import { resolve } from 'node:path';
import { createApi } from '../../api/app.ts';
import { objectRoutes } from '../../api/objects.ts';
import type { DemoPage } from '../../api/web/demo-page.ts';
import { type Clock, type Random, systemClock, systemRandom } from '../../common/clock.ts';
import type { Config } from '../../common/config.ts';
import { noteEconomy } from '../../common/economy/economy-note.ts';
import { startHousekeeping } from '../../common/embedded/housekeeping.ts';
import { type EmbeddedPlatform, openEmbedded, QUEUE_LIMITS } from '../../common/embedded/platform.ts';
import { hasKeys, keysPath, readKeys } from '../../common/embedded/secrets.ts';
import { createEngine, type Engine } from '../../common/engine.ts';
import { recover } from '../../common/jobs/recover.ts';
import { DEFAULT_SHOP, registerKey } from '../../common/keys.ts';
import { checkLimits, DAY_MS, LIMITS, type Limits } from '../../common/limits.ts';
import type { Log } from '../../common/log.ts';
import { createMetrics } from '../../common/metrics.ts';
import { OFFLINE_MODEL } from '../../common/models.ts';
import { readCatalogue } from '../../common/models-file.ts';
import { createOutbound, type Outbound } from '../../common/outbound/outbound.ts';
import { noClientAccess } from '../../common/platform/client-access.ts';
import type { Model } from '../../common/platform/model.ts';
import { noPoint, type Point } from '../../common/points.ts';
import { seedShop } from '../../common/seed-shop.ts';
import { seedStyles } from '../../common/seed-styles.ts';
import { type Serving, serve } from '../../common/serve.ts';
import { settingsOf } from '../../common/settings.ts';
import { createWorker } from '../../worker/app.ts';
import { connectBatches } from '../../worker/connect-batches.ts';
import { connectModels } from '../../worker/connect-models.ts';
import { tuneSharp } from '../../worker/decoder.ts';
import { startSweeper } from '../../worker/sweeper.ts';
import type { EconomyWorker } from '../../worker/worker.ts';

export interface Running {
  /** Where it listens, for example `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly keysPath: string;
  /** Jobs that the process before had left half done. */
  readonly recovered: number;
  readonly engine: Engine;
  /** No new work, then what is running gets up to `drainMs`, then it is put back. Resolves when all is closed. */
  stop(options?: { drainMs?: number }): Promise<void>;
}

export interface StartOptions {
  readonly log: Log;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly point?: Point;
  readonly limits?: Limits;
  readonly model?: Model;
}

const SWEEP_EVERY_MS = 60_000;
const HOUSEKEEPING_EVERY_MS = DAY_MS;
/** Uploads and probes are short-lived; photos and pictures stay for `limits.retentionMs`. */
const SHORT_LIVED = { 'uploads/': DAY_MS, 'temp/': DAY_MS };
const DRAIN_MS = 60_000;
const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** Throws with a sentence for the operator when it cannot start. */
export async function startEmbedded(config: Config, options: StartOptions): Promise<Running> {
  const { log, clock = systemClock, random = systemRandom, point = noPoint, limits = LIMITS } = options;
  refuseContradictions(config, limits);
  const catalogue = readCatalogue(config);
  tuneSharp();
  let listening = config.publicUrl ?? '';
  const baseUrl = () => listening;
  const platform = await openEmbedded({ dataDir: config.dataDir, clock, random, point, log, limits, baseUrl });
  const metrics = await createMetrics({ clock, catalogue });
  const engine = createEngine({
    ...platform,
    metrics,
    clock,
    random,
    point,
    log,
    limits,
    catalogue,
    settings: settingsOf(config, { idSecret: platform.secrets.id, spendShards: 1 }),
  });
  await firstStart(engine, config.dataDir);
  const recovered = await recover(engine);
  const outbound = createOutbound({ ...engine, allow: config.outboundAllow });
  const model = options.model ?? connectModels({ gemini: config.gemini, catalogue, clock });
  const batches = connectBatches({ gemini: config.gemini, catalogue, clock });
  await noteEconomy(engine, batches);
  const worker = startWorker(engine, platform, { model, batches, outbound });
  const shown = { 'cache/': limits.retentionMs, 'inputs/': limits.retentionMs };
  const lifecycle = { ...SHORT_LIVED, ...shown, 'orders/': config.orderRetentionMs };
  const housekeeping = startHousekeeping({ ...platform, clock, log, lifecycle }, { everyMs: HOUSEKEEPING_EVERY_MS });
  const closing = new AbortController();
  const stopAll = async (drainMs: number) => {
    await Promise.all([worker.stop(drainMs), housekeeping.stop()]);
    platform.close();
  };
  const server = await listen({ engine, platform, config, outbound, closing: closing.signal }).catch(
    async (error: unknown) => {
      await stopAll(0);
      throw error;
    },
  );
  listening ||= server.url;
  return {
    url: server.url,
    keysPath: resolve(keysPath(config.dataDir)),
    recovered,
    engine,
    async stop({ drainMs = DRAIN_MS } = {}) {
      closing.abort();
      await server.close();
      await stopAll(drainMs);
    },
  };
}

function refuseContradictions({ host, dataDir }: Config, limits: Limits): void {
  const problems = checkLimits(limits);
  if (!LOOPBACK.test(host) && !hasKeys(dataDir)) {
    problems.push(
      `HOST: expected a loopback address such as 127.0.0.1 while ${keysPath(dataDir)} is missing, got "${host}". ` +
        'Start once on 127.0.0.1 to make keys, or put your own there, before others can reach the service.',
    );
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

async function firstStart(engine: Engine, dataDir: string): Promise<void> {
  const { admin, server, storefront, webhookSecret } = readKeys(dataDir, engine.random);
  const now = engine.clock.now();
  for (const [kind, key] of Object.entries({ admin, server, storefront } as const)) {
    await registerKey(engine.store, key, { kind: kind as 'admin' | 'server' | 'storefront', shop: DEFAULT_SHOP, now });
  }
  await seedShop(engine.store, { freePrompts: true, webhookSecret, now });
  await seedStyles(engine.store);
}

function startWorker(
  engine: Engine,
  { queue }: EmbeddedPlatform,
  calls: Pick<EconomyWorker, 'model' | 'batches'> & { readonly outbound: Outbound },
) {
  const draining = new AbortController();
  const stopping = new AbortController();
  const slots = QUEUE_LIMITS.interactive.concurrency + QUEUE_LIMITS.bulk.concurrency;
  const worker = createWorker({ engine, ...calls, slots, draining: draining.signal, stopping: stopping.signal });
  queue.start(worker.handle);
  const sweeper = startSweeper(engine, { everyMs: SWEEP_EVERY_MS });
  return {
    async stop(drainMs: number) {
      draining.abort();
      const cancel = engine.clock.after(drainMs, () => stopping.abort());
      await Promise.all([queue.stop(), sweeper.stop()]);
      cancel();
    },
  };
}

/** Signed addresses name PUBLIC_URL, also on a page that was opened by another name of the machine. */
function demoPageOf({ random }: Engine, { dataDir, model, publicUrl }: Config): DemoPage {
  const { storefront: key } = readKeys(dataDir, random);
  return { key, offline: model === OFFLINE_MODEL, pictureOrigins: publicUrl ? [new URL(publicUrl).origin] : [] };
}

interface Listening {
  readonly engine: Engine;
  readonly platform: EmbeddedPlatform;
  readonly config: Config;
  readonly outbound: Outbound;
  readonly closing: AbortSignal;
}

function listen({ engine, platform, config, outbound, closing }: Listening): Promise<Serving> {
  const { bucket, secrets } = platform;
  const api = createApi({
    engine,
    clientAccess: noClientAccess,
    outbound,
    sessionSecret: secrets.sessions,
    defaultModel: config.model,
    localMetrics: config.publicUrl === undefined,
    publicUrl: config.publicUrl,
    trustedHops: config.trustedHops,
    challenge: config.challenge,
    legacy: config.legacy,
    ...(config.demoPage ? { demoPage: demoPageOf(engine, config) } : {}),
    closing,
    objects: objectRoutes({ bucket, signedObjects: bucket, clock: engine.clock }),
  });
  return serve(api.callback(), config);
}
