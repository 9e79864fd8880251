/**
 * The whole service on the google platform, for tests that have to see into it: the API in a process of its own, the
 * worker within this one, over the Firestore emulator and the doubles of Cloud Tasks and Cloud Storage. Only the model
 * is a stand-in. One world a process: the SDKs find their way by the environment.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock, systemRandom } from '../../common/clock.ts';
import { type GoogleConfig, readGoogleConfig } from '../../common/config.ts';
import { createEngine, type Engine } from '../../common/engine.ts';
import { openGoogle, SPEND_SHARDS } from '../../common/google/platform.ts';
import { newKey } from '../../common/keys.ts';
import { LIMITS } from '../../common/limits.ts';
import { silentLog } from '../../common/log.ts';
import { CATALOGUE, DEFAULT_MODEL } from '../../common/models.ts';
import type { TaskHandler } from '../../common/platform/queue.ts';
import { noPoint } from '../../common/points.ts';
import { settingsOf } from '../../common/settings.ts';
import { createWorker } from '../../worker/app.ts';
import { createWorkerHttp } from '../../worker/http.ts';
import { createTaskTokenCheck } from '../../worker/task-token.ts';
import type { EconomyWorker } from '../../worker/worker.ts';
import { startFirestoreEmulator } from '../doubles/firestore-emulator.ts';
import { type FirestoreMeter, startFirestoreMeter } from '../doubles/firestore-meter.ts';
import { openStorageDouble, type StorageDouble } from '../doubles/storage.ts';
import { closeServer, listen } from '../doubles/tasks/listen.ts';
import { startTasksDouble, type TasksDouble } from '../doubles/tasks.ts';
import type { TestModel } from '../doubles/test-model.ts';
import { waitFor } from '../wait-for.ts';
import { type ApiProcess, startApi } from './api-process.ts';

export interface WholeWorld {
  readonly api: ApiProcess;
  readonly keys: Keys;
  readonly worker: Engine;
  readonly firestore: FirestoreMeter;
  readonly tasks: TasksDouble;
  readonly storage: StorageDouble;
  readonly model: TestModel;
  /** Moves the clocks of API and worker on, or back. */
  skip(ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface Keys {
  readonly server: string;
  readonly storefront: string;
  readonly admin: string;
}

export interface WholeWorldOptions {
  readonly model: TestModel;
  /** What draws upstream batches; without it there is no economy. */
  readonly batches?: EconomyWorker['batches'];
  /** Jobs that the worker works on at once. */
  readonly slots?: number;
  readonly environment?: { readonly [name: string]: string };
  /** Deliveries of a queue under way at once. */
  readonly concurrency?: number;
  /** Puts something around the worker's store. */
  readonly aroundStore?: (store: Engine['store']) => Engine['store'];
  /** The bucket keeps what is replaced or deleted, as the one in production does. */
  readonly versioning?: boolean;
  /** Hears of every delivery before it is handled. */
  readonly onDelivery?: (taskName: string) => void;
}

const PLACE = { project: 'demo-easel-whole', location: 'europe-west1' };
const RETRIES = { maxAttempts: -1, minBackoffMs: 1_000, maxBackoffMs: 60_000 };
const QUEUES = ['easel-interactive', 'easel-bulk', 'easel-upkeep'];

/** Closes what it has opened, in the opposite order, also when it cannot open all of it. */
export async function openWholeWorld(options: WholeWorldOptions): Promise<WholeWorld> {
  const opened = new AsyncDisposableStack();
  try {
    const world = await open(options, opened);
    return { ...world, close: () => opened.disposeAsync() };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function open(options: WholeWorldOptions, opened: AsyncDisposableStack): Promise<Omit<WholeWorld, 'close'>> {
  const directory = await mkdtemp(join(tmpdir(), 'easel-whole-'));
  opened.defer(() => rm(directory, { recursive: true }));
  const keys = await writeKeys(directory);
  const emulator = await startFirestoreEmulator();
  opened.defer(() => emulator.stop());
  const firestore = await startFirestoreMeter(emulator.host);
  opened.defer(() => firestore.close());
  const storage = await openStorageDouble({ now: Date.now, versioning: options.versioning === true });
  opened.defer(() => storage.close());
  const server = createServer();
  const workerUrl = `http://127.0.0.1:${await listen(server)}`;
  const limits = { ...RETRIES, maxConcurrentDispatches: options.concurrency ?? 16 };
  const queues = Object.fromEntries(QUEUES.map(id => [id, limits]));
  const tasks = await startTasksDouble({ clock: systemClock, ...PLACE, queues });
  const environment = { ...environmentOf({ directory, firestore, tasks, storage, workerUrl }), ...options.environment };
  Object.assign(process.env, environment);

  let skippedMs = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + skippedMs };
  const worker = startWorker(readConfig(environment), clock, options);
  opened.defer(worker.close);
  server.on('request', worker.listener);
  opened.defer(() => closeServer(server));
  opened.defer(() => tasks.close());
  const api = await startApi(environment, keys.server);
  opened.defer(api.stop);
  const skip = async (ms: number) => {
    skippedMs += ms;
    await api.skip(ms);
  };
  return { api, keys, worker: worker.engine, firestore, tasks, storage, model: options.model, skip };
}

function startWorker(config: GoogleConfig, clock: Clock, options: WholeWorldOptions) {
  const { model, slots = 8, aroundStore = store => store, onDelivery = () => {} } = options;
  const parts = { clock, random: systemRandom, point: noPoint, log: silentLog, limits: LIMITS, catalogue: CATALOGUE };
  const platform = openGoogle(config, parts);
  const settings = settingsOf(config, { idSecret: config.idSecret, spendShards: SPEND_SHARDS });
  const engine = createEngine({ ...platform, ...parts, settings, store: aroundStore(platform.store) });
  const { signal } = new AbortController();
  const batches = options.batches ? { batches: options.batches } : {};
  const worker = createWorker({ engine, model, slots, ...batches, draining: signal, stopping: signal });
  const { taskAudience: audience, taskServiceAccount: serviceAccount, taskTokenCheck: check, endpoints } = config;
  const certsUrl = endpoints.certs ?? '';
  const checkToken = createTaskTokenCheck({ audience, serviceAccount, check, clock, certsUrl });
  let underWay = 0;
  const handle: TaskHandler = async task => {
    onDelivery(task.name);
    underWay++;
    await worker.handle(task).finally(() => underWay--);
  };
  return {
    engine,
    listener: createWorkerHttp({ engine, handle, checkToken }).callback(),
    async close() {
      // A handler whose caller has gone goes on, and would find the store closed.
      await waitFor('the worker to end', () => underWay === 0, { limitMs: 60_000 });
      await platform.close();
    },
  };
}

async function writeKeys(directory: string): Promise<Keys> {
  const keys = {
    server: newKey('server', systemRandom),
    storefront: newKey('storefront', systemRandom),
    admin: newKey('admin', systemRandom),
  };
  await writeFile(join(directory, 'keys.json'), JSON.stringify(keys));
  return keys;
}

function readConfig(environment: { readonly [name: string]: string }): GoogleConfig {
  const read = readGoogleConfig(environment);
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  return read.config;
}

interface Backends extends Pick<WholeWorld, 'firestore' | 'tasks' | 'storage'> {
  readonly directory: string;
  readonly workerUrl: string;
}

function environmentOf({ directory, firestore, tasks, storage, workerUrl }: Backends): { [name: string]: string } {
  const secret = () => Buffer.from(systemRandom.bytes(32)).toString('base64');
  return {
    ...storage.environment,
    PLATFORM: 'google',
    GOOGLE_CLOUD_PROJECT: PLACE.project,
    GOOGLE_CLOUD_LOCATION: PLACE.location,
    FIRESTORE_EMULATOR_HOST: firestore.host,
    METADATA_SERVER_DETECTION: 'assume-present',
    BUCKET: storage.bucketName,
    STORAGE_ENDPOINT: storage.url,
    TASKS_ENDPOINT: tasks.address,
    TASKS_CERTS_URL: tasks.certsUrl,
    TASKS_SERVICE_ACCOUNT: storage.account.email,
    WORKER_URL: workerUrl,
    ID_SECRET: secret(),
    SESSION_SECRET: secret(),
    BOOTSTRAP_KEYS_FILE: join(directory, 'keys.json'),
    GEMINI_MODEL: DEFAULT_MODEL,
  };
}
