/**
 * The process of the API on Cloud Run. It listens first and makes keys and styles known afterwards, so that a cold
 * start costs a caller as little as can be.
 */
import { readFile } from 'node:fs/promises';
import { systemClock, systemRandom } from '../common/clock.ts';
import { type GoogleConfig, readGoogleConfig } from '../common/config.ts';
import { createEngine, type Engine } from '../common/engine.ts';
import { openGoogle, SPEND_SHARDS } from '../common/google/platform.ts';
import { DEFAULT_SHOP, registerKey } from '../common/keys.ts';
import { LIMITS } from '../common/limits.ts';
import { createMetrics } from '../common/metrics.ts';
import { OFFLINE_MODEL } from '../common/models.ts';
import { readCatalogue } from '../common/models-file.ts';
import { createOutbound } from '../common/outbound/outbound.ts';
import { noPoint } from '../common/points.ts';
import { orRefuse, runProcess } from '../common/run-process.ts';
import { seedShop } from '../common/seed-shop.ts';
import { seedStyles } from '../common/seed-styles.ts';
import { serve } from '../common/serve.ts';
import { settingsOf } from '../common/settings.ts';
import { createLog } from '../common/telemetry.ts';
import { createApi } from './app.ts';
import type { DemoPage } from './web/demo-page.ts';

/** Of the 100 requests that Cloud Run gives an instance at once: the others are for those who submit and poll. */
const WAITERS_MAX = 40;
/** Where signed addresses of a bucket lead. */
const STORAGE_URL = 'https://storage.googleapis.com';

const NO_SESSION_SECRET = 'SESSION_SECRET: expected at least 32 random bytes in base64, got nothing';

const config = orRefuse(readGoogleConfig(process.env));
const { project } = config;
const log = createLog({ readable: false, project, write: text => process.stdout.write(text) });
// Not awaited here: the images bundle this file into a form that knows no await outside of functions.
void runProcess(start, log).then(({ url }) => log.info('api listens', { route: url }));

async function start() {
  const [sessionSecret, ...formerSessionSecrets] = config.sessionSecrets;
  if (sessionSecret === undefined) throw new Error(NO_SESSION_SECRET);
  const catalogue = readCatalogue(config);
  const parts = { clock: systemClock, random: systemRandom, point: noPoint, log, limits: LIMITS, catalogue };
  const platform = openGoogle(config, parts);
  const settings = settingsOf(config, { idSecret: config.idSecret, spendShards: SPEND_SHARDS });
  const metrics = await createMetrics({ clock: systemClock, catalogue });
  const engine = createEngine({ ...platform, ...parts, settings, metrics });
  const closing = new AbortController();
  const { model, publicUrl, trustedHops, challenge, legacy } = config;
  const { clientAccess } = platform;
  const outbound = createOutbound({ ...parts, allow: config.outboundAllow });
  const shared = { engine, clientAccess, outbound, publicUrl, trustedHops, challenge, legacy };
  const secrets = { sessionSecret, formerSessionSecrets };
  const demoPage = await demoPageOf(config);
  const app = createApi({
    ...shared,
    ...secrets,
    defaultModel: model,
    closing: closing.signal,
    waitersMax: WAITERS_MAX,
    logRequests: true,
    ...(demoPage ? { demoPage } : {}),
  });
  const server = await serve(app.callback(), config);
  void firstStart(engine, config);
  return {
    url: server.url,
    async stop() {
      closing.abort();
      await server.close();
      await platform.close();
    },
  };
}

/** Of the keys the store has digests alone, so the page's comes from the file of the first ones. */
async function demoPageOf(config: GoogleConfig): Promise<DemoPage | undefined> {
  const { demoPage, bootstrapKeysFile, endpoints, model } = config;
  if (!demoPage || bootstrapKeysFile === undefined) return undefined;
  const { storefront } = JSON.parse(await readFile(bootstrapKeysFile, 'utf8')) as { storefront?: string };
  if (!storefront) throw new Error(`DEMO_PAGE: expected a storefront key in ${bootstrapKeysFile}, got none`);
  const bucket = new URL(endpoints.storage ?? STORAGE_URL).origin;
  return { key: storefront, offline: model === OFFLINE_MODEL, pictureOrigins: [bucket] };
}

/** Both are no more than a look once they are done. A fault is logged; the next start tries again. */
async function firstStart(engine: Engine, { bootstrapKeysFile }: GoogleConfig): Promise<void> {
  try {
    const seed = { freePrompts: false, now: engine.clock.now() };
    await seedShop(engine.store, seed);
    await seedStyles(engine.store);
    if (bootstrapKeysFile === undefined) return;
    const keys = JSON.parse(await readFile(bootstrapKeysFile, 'utf8')) as { [kind: string]: string };
    await seedShop(engine.store, { ...seed, webhookSecret: keys.webhookSecret ?? '' });
    // The server's comes last: who sees that one work can count on all.
    for (const kind of ['storefront', 'admin', 'server'] as const) {
      if (keys[kind])
        await registerKey(engine.store, keys[kind], { kind, shop: DEFAULT_SHOP, now: engine.clock.now() });
    }
  } catch (error) {
    log.error('first keys and styles not written', { error });
  }
}
