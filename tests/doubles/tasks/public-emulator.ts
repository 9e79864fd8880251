/**
 * An emulator of Cloud Tasks that others wrote (github.com/aertje/cloud-tasks-emulator), in a process of its own for
 * each test, with the queue on the real SDK in front and the worker's endpoint behind it. It goes by real time.
 */
import { spawn } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudTasksClient } from '@google-cloud/tasks';
import { jwtVerify } from 'jose';
import { systemClock } from '../../../common/clock.ts';
import { createTasksQueue } from '../../../common/google/queue.ts';
import { plainTasksClient } from '../../../common/google/queue-plain.ts';
import { silentLog } from '../../../common/log.ts';
import type { QueueLimits, QueueName } from '../../../common/platform/queue.ts';
import type { QueueWorld } from '../../../common/platform/queue-conformance/world.ts';
import { waitFor } from '../../wait-for.ts';
import type { Gaps } from '../witness-cases.ts';
import { closeServer, listen } from './listen.ts';
import { type PushWorker, startPushWorker } from './push-worker.ts';
import { ACCOUNT, AUDIENCE, QUEUE_IDS } from './world.ts';

export const TASKS_EMULATOR = 'cloud-tasks-emulator';
const RESUME = {
  reason:
    'Its resumed workers may take the stop signal of the pause for their own: some or all tasks then never start.',
  fails: 'sometimes',
} as const;
/** Of its commit f1fc3ec, of December 2024. */
export const TASKS_GAPS: Gaps = {
  'of many calls at once with one name, one creates it': {
    reason: 'It looks a name up and takes it in two steps: of calls at the same time several may create the task.',
    fails: 'sometimes',
  },
  'a task removed under delivery is not interrupted, but not tried again': {
    reason: 'It keeps showing a task that was deleted under delivery until that delivery has ended.',
    fails: 'always',
  },
  'a name that waits, runs or was done answers `exists` and rings once': RESUME,
  'a paused queue delivers nothing, takes on tasks, and delivers them all when it goes on': RESUME,
  'a pause stops new deliveries of its queue alone, and interrupts none': RESUME,
};

const LOCATION_PATH = 'projects/easel-witness/locations/europe-west1';

/** Its binary: the one that the variable names, else the first on the PATH. */
export function findEmulator({ CLOUD_TASKS_EMULATOR: named, PATH = '' } = process.env): string | undefined {
  const paths = named ? [named] : PATH.split(delimiter).map(folder => join(folder, TASKS_EMULATOR));
  return paths.find(path => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export type EmulatorWorld = QueueWorld & Pick<PushWorker, 'deliveries'>;

export async function openEmulatorWorld(
  binary: string,
  limits: Readonly<Record<QueueName, QueueLimits>>,
): Promise<EmulatorWorld> {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { address, stop } = await startEmulator(binary, keys.privateKey);
  const worker = await startPushWorker(authorization => checkToken(authorization, keys.publicKey), Date.now);
  const queue = createTasksQueue({
    project: 'easel-witness',
    location: 'europe-west1',
    queueIds: QUEUE_IDS,
    workerUrl: worker.url,
    audience: AUDIENCE,
    serviceAccount: ACCOUNT,
    dispatchDeadlineMs: 240_000,
    client: plainTasksClient(address),
    clock: systemClock,
    log: silentLog,
  });
  await createQueues(address, limits);
  return {
    queue,
    deliveries: worker.deliveries,
    now: Date.now,
    start: async handler => worker.start(handler),
    pass: ms => sleep(ms),
    async close() {
      await queue.close();
      await stop();
      await worker.close();
    },
  };
}

/** As the worker's own check, but for the issuer: this emulator's tokens bear its own name. */
async function checkToken(authorization: string, key: KeyObject): Promise<'accepted' | 'refused'> {
  try {
    const token = authorization.replace(/^Bearer /, '');
    const { payload } = await jwtVerify(token, key, { algorithms: ['RS256'], audience: AUDIENCE });
    return payload.email === ACCOUNT && payload.email_verified === true ? 'accepted' : 'refused';
  } catch {
    return 'refused';
  }
}

async function startEmulator(binary: string, key: KeyObject) {
  const folder = mkdtempSync(join(tmpdir(), 'easel-emulator-'));
  // It signs with the key that it finds in the folder it is started in.
  writeFileSync(join(folder, 'oidc.key'), key.export({ format: 'pem', type: 'pkcs1' }));
  const port = await freePort();
  const child = spawn(binary, ['-host', '127.0.0.1', '-port', String(port)], { cwd: folder, stdio: 'ignore' });
  const exit = once(child, 'exit');
  await waitFor('the emulator', () => {
    if (child.exitCode !== null) throw new Error(`The emulator ended with ${child.exitCode}: is port ${port} taken?`);
    return canConnect(port);
  });
  return {
    address: `127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGKILL');
      await exit;
      rmSync(folder, { recursive: true });
    },
  };
}

/** It cannot say which port it took, so that one is looked for: somebody else could take it in between. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await closeServer(server);
  return port;
}

function canConnect(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => resolve(false));
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

async function createQueues(address: string, limits: Readonly<Record<QueueName, QueueLimits>>): Promise<void> {
  const client = new CloudTasksClient(await plainTasksClient(address)());
  for (const [name, { concurrency, ratePerSecond }] of Object.entries(limits)) {
    await client.createQueue({
      parent: LOCATION_PATH,
      queue: {
        name: `${LOCATION_PATH}/queues/${QUEUE_IDS[name as QueueName]}`,
        rateLimits: { maxConcurrentDispatches: concurrency, maxDispatchesPerSecond: ratePerSecond },
        retryConfig: { maxAttempts: 1_000, minBackoff: { nanos: 2e8 }, maxBackoff: { seconds: 60 } },
      },
    });
  }
  await client.close();
}
