/**
 * What stands in for Google's services on a developer's machine: the official Firestore emulator, and doubles of Cloud
 * Tasks and Cloud Storage that speak the real wire protocols. What is in them lives as long as they do.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock, systemRandom } from '../../common/clock.ts';
import { type KeysFile, keysPath, readKeys, readSecrets } from '../../common/embedded/secrets.ts';
import { type FirestoreEmulator, startFirestoreEmulator } from '../../tests/doubles/firestore-emulator.ts';
import { openStorageDouble, type StorageDouble } from '../../tests/doubles/storage.ts';
import { startTasksDouble, type TasksDouble } from '../../tests/doubles/tasks.ts';

export interface GoogleBackends {
  readonly firestore: FirestoreEmulator;
  readonly tasks: TasksDouble;
  readonly storage: StorageDouble;
  readonly project: string;
  readonly keys: KeysFile;
  readonly keysPath: string;
  /** Environment of a service that uses these. */
  environment(workerUrl: string): { readonly [name: string]: string };
  stop(): Promise<void>;
}

const LOCATION = 'europe-west1';
const RULES = fileURLToPath(new URL('../google/firestore.rules', import.meta.url));
/** As the setup makes them: the limits of `common/embedded/platform.ts`, tried again for ever. */
const QUEUES = {
  'easel-interactive': { maxConcurrentDispatches: 16, maxAttempts: -1, minBackoffMs: 1_000, maxBackoffMs: 60_000 },
  'easel-bulk': { maxConcurrentDispatches: 8, maxAttempts: -1, minBackoffMs: 1_000, maxBackoffMs: 60_000 },
  'easel-upkeep': { maxConcurrentDispatches: 4, maxAttempts: -1, minBackoffMs: 1_000, maxBackoffMs: 60_000 },
};

/** `dataDir` takes the keys, as on the embedded platform; everything else is in memory. */
export async function startGoogleBackends(dataDir: string): Promise<GoogleBackends> {
  const firestore = await startFirestoreEmulator({ rules: RULES });
  const project = firestore.newProject();
  const tasks = await startTasksDouble({ clock: systemClock, project, location: LOCATION, queues: QUEUES });
  const storage = await openStorageDouble({ now: Date.now });
  const keys = readKeys(dataDir, systemRandom);
  const { id, sessions } = readSecrets(dataDir, systemRandom);
  const account = storage.account.email;
  return {
    firestore,
    tasks,
    storage,
    project,
    keys,
    keysPath: keysPath(dataDir),
    environment: workerUrl => ({
      ...storage.environment,
      PLATFORM: 'google',
      HOST: '127.0.0.1',
      GOOGLE_CLOUD_PROJECT: project,
      GOOGLE_CLOUD_LOCATION: LOCATION,
      FIRESTORE_EMULATOR_HOST: firestore.host,
      METADATA_SERVER_DETECTION: 'assume-present',
      BUCKET: storage.bucketName,
      STORAGE_ENDPOINT: storage.url,
      TASKS_ENDPOINT: tasks.address,
      TASKS_CERTS_URL: tasks.certsUrl,
      TASKS_SERVICE_ACCOUNT: account,
      WORKER_URL: workerUrl,
      ID_SECRET: Buffer.from(id).toString('base64'),
      SESSION_SECRET: Buffer.from(sessions).toString('base64'),
      BOOTSTRAP_KEYS_FILE: join(dataDir, 'keys.json'),
      // Previews, until the Gemini models are connected.
      GEMINI_MODEL: 'offline',
    }),
    async stop() {
      await Promise.all([tasks.close(), storage.close(), firestore.stop()]);
    },
  };
}
