/**
 * What stands in for Google's services on a developer's machine: the official Firestore emulator, doubles of Cloud
 * Tasks and Cloud Storage that speak the real wire protocols, and a scheduler. What is in them lives as long as they do;
 * the services that use them may be killed and started again meanwhile.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock, systemRandom } from '../../common/clock.ts';
import { type KeysFile, keysPath, readKeys, readSecrets } from '../../common/embedded/secrets.ts';
import { startFirestoreEmulator } from '../../tests/doubles/firestore-emulator.ts';
import { type FirestoreProxy, startFirestoreProxy } from '../../tests/doubles/firestore-proxy.ts';
import { openStorageDouble, type StorageDouble } from '../../tests/doubles/storage.ts';
import { startTasksDouble, type TasksDouble } from '../../tests/doubles/tasks.ts';
import { startScheduler } from './google-scheduler.ts';

export interface GoogleBackends {
  /** Where the Firestore emulator is spoken to. */
  readonly firestoreHost: string;
  /** The emulator itself, which clients reach as pages do: by HTTP/1 as well as by gRPC. */
  readonly emulatorHost: string;
  readonly tasks: TasksDouble;
  readonly storage: StorageDouble;
  readonly project: string;
  readonly keys: KeysFile;
  readonly keysPath: string;
  /** Environment of a service that uses these. */
  readonly environment: { readonly [name: string]: string };
  stop(): Promise<void>;
}

export interface BackendsOptions {
  /** Takes the keys, as on the embedded platform; everything else is in memory. */
  readonly dataDir: string;
  /** Where the worker will listen: tasks that wait know it, so it stays the same however often the worker starts. */
  readonly workerUrl: string;
  readonly sweepEveryMs?: number;
}

const LOCATION = 'europe-west1';
const RULES = fileURLToPath(new URL('../google/firestore.rules', import.meta.url));
/** As the setup makes them: the limits of `common/embedded/platform.ts`, tried again for ever. */
const QUEUES = {
  'easel-interactive': { maxConcurrentDispatches: 16, maxAttempts: -1, minBackoffMs: 1_000, maxBackoffMs: 60_000 },
  'easel-bulk': { maxConcurrentDispatches: 8, maxAttempts: -1, minBackoffMs: 1_000, maxBackoffMs: 60_000 },
  'easel-upkeep': { maxConcurrentDispatches: 16, maxAttempts: -1, minBackoffMs: 1_000, maxBackoffMs: 60_000 },
};

/** As the setup makes the scheduler's job. */
const SWEEP_EVERY_MS = 60_000;

export async function startGoogleBackends(options: BackendsOptions): Promise<GoogleBackends> {
  const { dataDir, workerUrl, sweepEveryMs = SWEEP_EVERY_MS } = options;
  const firestore = await startFirestoreEmulator({ rules: RULES });
  const proxy = await startFirestoreProxy(firestore.host, { mends: true });
  const project = firestore.newProject();
  const tasks = await startTasksDouble({ clock: systemClock, project, location: LOCATION, queues: QUEUES });
  const storage = await openStorageDouble({ now: Date.now });
  const token = () => tasks.token(storage.account.email, workerUrl);
  const scheduler = startScheduler({ everyMs: sweepEveryMs, workerUrl, token });
  return {
    firestoreHost: proxy.host,
    emulatorHost: firestore.host,
    tasks,
    storage,
    project,
    keys: readKeys(dataDir, systemRandom),
    keysPath: keysPath(dataDir),
    environment: environmentOf({ proxy, tasks, storage, project }, options),
    async stop() {
      await scheduler.stop();
      await Promise.all([tasks.close(), storage.close(), proxy.close()]);
      await firestore.stop();
    },
  };
}

interface Doubles extends Pick<GoogleBackends, 'tasks' | 'storage' | 'project'> {
  readonly proxy: FirestoreProxy;
}

function environmentOf(
  { proxy, tasks, storage, project }: Doubles,
  { dataDir, workerUrl }: BackendsOptions,
): GoogleBackends['environment'] {
  const { id, sessions } = readSecrets(dataDir, systemRandom);
  return {
    ...storage.environment,
    PLATFORM: 'google',
    HOST: '127.0.0.1',
    GOOGLE_CLOUD_PROJECT: project,
    GOOGLE_CLOUD_LOCATION: LOCATION,
    FIRESTORE_EMULATOR_HOST: proxy.host,
    METADATA_SERVER_DETECTION: 'assume-present',
    BUCKET: storage.bucketName,
    STORAGE_ENDPOINT: storage.url,
    TASKS_ENDPOINT: tasks.address,
    TASKS_CERTS_URL: tasks.certsUrl,
    TASKS_SERVICE_ACCOUNT: storage.account.email,
    WORKER_URL: workerUrl,
    ID_SECRET: Buffer.from(id).toString('base64'),
    SESSION_SECRET: Buffer.from(sessions).toString('base64'),
    BOOTSTRAP_KEYS_FILE: join(dataDir, 'keys.json'),
    // Previews, until the Gemini models are connected.
    GEMINI_MODEL: 'offline',
    DEMO_PAGE: 'on',
  };
}
