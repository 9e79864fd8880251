/**
 * The process of the worker on Cloud Run: takes tasks over HTTP, one request each, and sweeps when the scheduler has
 * not been for a while.
 */
import { systemClock, systemRandom } from '../common/clock.ts';
import { readGoogleConfig } from '../common/config.ts';
import { noteEconomy } from '../common/economy/economy-note.ts';
import { createEngine } from '../common/engine.ts';
import { openGoogle, SPEND_SHARDS } from '../common/google/platform.ts';
import { checkLimits, LIMITS } from '../common/limits.ts';
import { createMetrics } from '../common/metrics.ts';
import { OFFLINE_MODEL } from '../common/models.ts';
import { readCatalogue } from '../common/models-file.ts';
import { createOutbound } from '../common/outbound/outbound.ts';
import { noPoint } from '../common/points.ts';
import { orRefuse, runProcess } from '../common/run-process.ts';
import { serve } from '../common/serve.ts';
import { settingsOf } from '../common/settings.ts';
import { createLog } from '../common/telemetry.ts';
import { createWorker } from './app.ts';
import { connectBatches } from './connect-batches.ts';
import { connectModels } from './connect-models.ts';
import { tuneSharp } from './decoder.ts';
import { createWorkerHttp } from './http.ts';
import { startSweeper } from './sweeper.ts';
import { createTaskTokenCheck } from './task-token.ts';

/** Jobs at once in one instance; Cloud Run's concurrency is set to the same. */
const SLOTS = 8;
/** Cloud Run kills ten seconds after SIGTERM; what is aborted by then can still be put back. */
const DRAIN_MS = 8_000;
const SWEEP_LOOK_MS = 30_000;
const SWEEP_UNLESS_WITHIN_MS = 90_000;

const NO_WAY_TO_GEMINI = 'GEMINI_API_KEY or GEMINI_VERTEX_LOCATION: expected one of them, got neither';

const config = orRefuse(readGoogleConfig(process.env));
const { project } = config;
const log = createLog({ readable: false, project, write: text => process.stdout.write(text) });
// Not awaited here: the images bundle this file into a form that knows no await outside of functions.
void runProcess(start, log).then(({ url }) => log.info('worker listens', { route: url }));

async function start() {
  const problems = checkLimits(LIMITS);
  if (!config.gemini && config.model !== OFFLINE_MODEL) problems.push(NO_WAY_TO_GEMINI);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  tuneSharp();
  const catalogue = readCatalogue(config);
  const parts = { clock: systemClock, random: systemRandom, point: noPoint, log, limits: LIMITS, catalogue };
  const platform = openGoogle(config, parts);
  const settings = settingsOf(config, { idSecret: config.idSecret, spendShards: SPEND_SHARDS });
  const metrics = await createMetrics({ clock: systemClock, catalogue });
  const engine = createEngine({ ...platform, ...parts, settings, metrics });
  const draining = new AbortController();
  const stopping = new AbortController();
  const signals = { draining: draining.signal, stopping: stopping.signal };
  const model = connectModels({ ...parts, gemini: config.gemini });
  const outbound = createOutbound({ ...parts, allow: config.outboundAllow });
  const batches = connectBatches({ ...parts, gemini: config.gemini });
  const worker = createWorker({ engine, model, batches, outbound, slots: SLOTS, ...signals });
  const checkToken = createTaskTokenCheck({
    audience: config.taskAudience,
    serviceAccount: config.taskServiceAccount,
    check: config.taskTokenCheck,
    clock: systemClock,
    ...(config.endpoints.certs !== undefined ? { certsUrl: config.endpoints.certs } : {}),
  });
  // Nobody has to wait for the first task until it is noted.
  void noteEconomy(engine, batches);
  const http = createWorkerHttp({ engine, handle: worker.handle, checkToken });
  const server = await serve(http.callback(), config);
  const sweeper = startSweeper(engine, { everyMs: SWEEP_LOOK_MS, unlessWithinMs: SWEEP_UNLESS_WITHIN_MS });
  return {
    url: server.url,
    async stop() {
      draining.abort();
      systemClock.after(DRAIN_MS, () => stopping.abort());
      await Promise.all([server.close(), sweeper.stop()]);
      await platform.close();
    },
  };
}
