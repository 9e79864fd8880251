/**
 * `--direct`: the API in this process, over the same store and queue, for the night on which the real one does not answer.
 * Who may do that is decided by the platform: by the operator's own login on google, by the files' owner on one machine.
 * It serves the loopback address alone, to whoever has the key that was just made up and is stored nowhere; the audit
 * names the person of the login instead of a key.
 */
import { userInfo } from 'node:os';
import { ADMIN_ROUTES } from '../../api/admin/routes.ts';
import { createApi } from '../../api/app.ts';
import type { Route } from '../../api/route.ts';
import { systemClock, systemRandom } from '../../common/clock.ts';
import { keys } from '../../common/collections.ts';
import { DEFAULTS, readGoogleConfig } from '../../common/config.ts';
import type { Key } from '../../common/documents.ts';
import { hasKeys, keysPath } from '../../common/embedded/secrets.ts';
import { createEngine, type EngineParts } from '../../common/engine.ts';
import { sha256 } from '../../common/ids.ts';
import { DEFAULT_SHOP, newKey } from '../../common/keys.ts';
import { DAY_MS, LIMITS } from '../../common/limits.ts';
import { silentLog } from '../../common/log.ts';
import { CATALOGUE } from '../../common/models.ts';
import { createOutbound } from '../../common/outbound/outbound.ts';
import { noClientAccess } from '../../common/platform/client-access.ts';
import type { Collection, Document, Store } from '../../common/platform/store.ts';
import { noPoint } from '../../common/points.ts';
import { serve } from '../../common/serve.ts';
import { settingsOf } from '../../common/settings.ts';
import type { Options, World } from './command.ts';
import { type Connection, dataDirectory } from './connection.ts';
import { EXIT, Fault } from './faults.ts';

export interface Direct {
  readonly connection: Connection;
  close(): Promise<void>;
}

/** What stops a service, beside all that reads. What changes anything else belongs to the API. */
const STOPS = ['/v1/admin/queues/:name/pause', '/v1/admin/intake'];

/** Throws a fault where store and queue cannot be had, for example because the service still runs and holds them. */
export async function openDirect({
  env,
  options,
}: Pick<World, 'env'> & { readonly options: Options }): Promise<Direct> {
  const opened = await openPlatform(env, options).catch((error: unknown) => {
    const hint =
      'Does the service still run? Then ask it without --direct. On google: gcloud auth application-default login.';
    throw new Fault(EXIT.unreachable, (error as Error).message, { cause: error, hint });
  });
  const key = newKey('admin', systemRandom);
  const closing = new AbortController();
  const engine = createEngine({ ...opened.parts, store: knowing(opened.parts.store, keyOf(key)) });
  const api = createApi(
    {
      engine,
      clientAccess: noClientAccess,
      outbound: createOutbound({ ...engine, allow: [] }),
      sessionSecret: systemRandom.bytes(32),
      defaultModel: '',
      closing: closing.signal,
    },
    ADMIN_ROUTES.filter(isServed),
  );
  const server = await serve(api.callback(), { host: '127.0.0.1', port: 0 });
  return {
    connection: { url: server.url, isLocal: true, key: () => key, keyFile: undefined, keyKind: 'admin' },
    async close() {
      closing.abort();
      await server.close();
      await opened.close();
    },
  };
}

function isServed([method, path]: Route): boolean {
  return method === 'get' || ((method === 'post' || method === 'put') && STOPS.includes(path));
}

interface Opened {
  readonly parts: EngineParts;
  close(): Promise<void>;
}

async function openPlatform(env: World['env'], options: Options): Promise<Opened> {
  const common = { clock: systemClock, random: systemRandom, point: noPoint, log: silentLog, limits: LIMITS };
  const service = { catalogue: CATALOGUE };
  if (env.PLATFORM === 'google') {
    const { openGoogle, SPEND_SHARDS } = await import('../../common/google/platform.ts');
    const read = readGoogleConfig({ ...standIns(), ...defined(env) });
    if ('problems' in read) throw new Error(read.problems.join('\n'));
    const { config } = read;
    const platform = openGoogle(config, common);
    const settings = settingsOf(config, { idSecret: config.idSecret, spendShards: SPEND_SHARDS });
    return { parts: { ...platform, ...common, ...service, settings }, close: platform.close };
  }
  const { openEmbedded } = await import('../../common/embedded/platform.ts');
  const dataDir = dataDirectory(options, env);
  if (!hasKeys(dataDir)) throw new Error(`There is no ${keysPath(dataDir)}: no service has kept its data there.`);
  const platform = await openEmbedded({ ...common, dataDir, baseUrl: () => 'http://127.0.0.1' });
  const quotaPerDay = { named: DEFAULTS.quotaNamed, custom: DEFAULTS.quotaCustom };
  const budget = Number(env.BUDGET_USD_PER_DAY || DEFAULTS.budgetUsd);
  const orderRetentionMs = DEFAULTS.orderDays * DAY_MS;
  const set = { quotaPerDay, orderRetentionMs, budgetMicroUsdPerDay: Math.round(budget * 1_000_000) };
  const settings = settingsOf(set, { idSecret: platform.secrets.id, spendShards: 1 });
  return { parts: { ...platform, ...common, ...service, settings }, close: async () => platform.close() };
}

/** What reading and stopping never use, so that an operator needs no secret of the service for it. */
function standIns(): { [name: string]: string } {
  const secret = () => Buffer.from(systemRandom.bytes(32)).toString('base64');
  return {
    PLATFORM: 'google',
    WORKER_URL: 'https://worker.invalid',
    TASKS_SERVICE_ACCOUNT: 'nobody@invalid',
    ID_SECRET: secret(),
    SESSION_SECRET: secret(),
  };
}

function defined(env: World['env']): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function keyOf(key: string): Key {
  const label = `directly, ${userInfo().username}`;
  return { id: sha256(key), kind: 'admin', shop: DEFAULT_SHOP, label, createdAt: systemClock.now() };
}

/** The store, with one key more than there is. */
function knowing(store: Store, key: Key): Store {
  return {
    ...store,
    async get<D extends Document>(from: Collection<D>, id: string) {
      return from.name === keys.name && id === key.id ? (key as unknown as D) : store.get(from, id);
    },
  };
}
