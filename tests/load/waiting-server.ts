/**
 * The embedded service in a process of its own, for tests that ask what waiting takes: the model draws one small picture
 * after a given time, and there may be a front that passes on only so many requests at once, as Cloud Run does.
 * Started by `waiting-service.ts`.
 */
import type { RequestListener } from 'node:http';
import { createApi } from '../../api/app.ts';
import { systemClock, systemRandom } from '../../common/clock.ts';
import { readConfig } from '../../common/config.ts';
import { openEmbedded } from '../../common/embedded/platform.ts';
import { createEngine } from '../../common/engine.ts';
import { DEFAULT_SHOP, newKey, registerKey } from '../../common/keys.ts';
import { LIMITS } from '../../common/limits.ts';
import { silentLog } from '../../common/log.ts';
import { OFFLINE_MODEL } from '../../common/models.ts';
import { readCatalogue } from '../../common/models-file.ts';
import { createOutbound } from '../../common/outbound/outbound.ts';
import { pauseQueue, resumeQueue } from '../../common/pause.ts';
import { noClientAccess } from '../../common/platform/client-access.ts';
import { noPoint } from '../../common/points.ts';
import { seedStyles } from '../../common/seed-styles.ts';
import { serve } from '../../common/serve.ts';
import { settingsOf } from '../../common/settings.ts';
import { createWorker } from '../../worker/app.ts';
import { colouredPicture } from '../doubles/test-model.ts';

export interface WaitingServerOptions {
  readonly dataDir: string;
  readonly drawMs: number;
  /** Requests that are passed on at once; absent = all. */
  readonly slots?: number;
  readonly waitersMax?: number;
}

/** Of the whole process, after a collection of garbage. */
export interface ServerUsed {
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly cpuMs: number;
}

export type Told = 'resume' | 'usage';

const options = JSON.parse(process.argv[2] ?? '') as WaitingServerOptions;
const read = readConfig({ PORT: '0', DATA_DIR: options.dataDir });
if ('problems' in read) throw new Error(read.problems.join('\n'));
const { config } = read;
const parts = { clock: systemClock, random: systemRandom, point: noPoint, log: silentLog, limits: LIMITS };
let url = '';
const platform = await openEmbedded({ ...parts, dataDir: config.dataDir, baseUrl: () => url });
const settings = settingsOf(config, { idSecret: platform.secrets.id, spendShards: 1 });
const engine = createEngine({ ...platform, ...parts, catalogue: readCatalogue(config), settings });
const key = newKey('server', engine.random);
await registerKey(engine.store, key, { kind: 'server', shop: DEFAULT_SHOP, now: engine.clock.now() });
await seedStyles(engine.store);
await pauseQueue(engine, 'interactive', { because: 'operator', reason: 'until all wait' });

const never = new AbortController().signal;
const picture = await colouredPicture(1);
const model = {
  async generate({ model: id }: { model: string }) {
    await new Promise(resolve => setTimeout(resolve, options.drawMs));
    return { bytes: picture, model: id, usage: { inputTokens: 0, outputTextTokens: 0, outputImageTokens: 0 } };
  },
};
platform.queue.start(createWorker({ engine, model, slots: 16, draining: never, stopping: never }).handle);
const api = createApi({
  ...{ engine, clientAccess: noClientAccess, outbound: createOutbound({ ...engine, allow: [] }), closing: never },
  ...{ sessionSecret: platform.secrets.sessions, defaultModel: OFFLINE_MODEL },
  ...(options.waitersMax === undefined ? {} : { waitersMax: options.waitersMax }),
});
const listener = api.callback();
const serving = await serve(options.slots === undefined ? listener : inSlots(listener, options.slots), config);
url = serving.url;

process.on('disconnect', () => process.exit());
process.on('message', async (told: Told) => {
  if (told === 'resume') await resumeQueue(engine, 'interactive');
  globalThis.gc?.();
  const { rss: rssBytes, heapUsed: heapBytes } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  process.send?.({ rssBytes, heapBytes, cpuMs: (user + system) / 1_000 } satisfies ServerUsed);
});
process.send?.({ url, key });

/** Those beyond wait outside, in the order in which they came, until an answer has ended. */
function inSlots(inner: RequestListener, slots: number): RequestListener {
  const outside: (() => void)[] = [];
  let inside = 0;
  return (request, response) => {
    const begin = () => {
      if (response.destroyed) return outside.shift()?.();
      inside++;
      response.once('close', () => {
        inside--;
        outside.shift()?.();
      });
      inner(request, response);
    };
    if (inside < slots) begin();
    else outside.push(begin);
  };
}
