/**
 * What the tests of the Cloud Tasks queue share: the queue on the real SDK, the double behind it, and the worker's real
 * endpoint, which checks the token of every delivery. The clock stands still until a test moves it.
 */
import { createTasksQueue, type TasksQueueOptions } from '../../../common/google/queue.ts';
import { plainTasksClient } from '../../../common/google/queue-plain.ts';
import { silentLog } from '../../../common/log.ts';
import type { QueueLimits, QueueName, TaskHandler } from '../../../common/platform/queue.ts';
import { createTaskTokenCheck } from '../../../worker/task-token.ts';
import { type TestClock, testClock } from '../../test-clock.ts';
import { startTasksDouble, type TasksDouble, type TasksDoubleOptions } from '../tasks.ts';
import type { QueueSettings } from './messages.ts';
import { type Delivery, startPushWorker } from './push-worker.ts';
import { passSettled } from './settle.ts';

export const HOUR_MS = 3_600_000;
export const AUDIENCE = 'https://worker.example';
export const ACCOUNT = 'tasks@example.iam.gserviceaccount.com';
export const PLACE = { project: 'easel-test', location: 'europe-west1' };
export const QUEUE_IDS = { interactive: 'q-interactive', bulk: 'q-bulk', upkeep: 'q-upkeep' };
const TOKENS = { audience: AUDIENCE, serviceAccount: ACCOUNT };
/** As the setup makes the queues: no task is ever given up, the domain counts attempts itself. */
export const RETRIES = { maxAttempts: -1, minBackoffMs: 1_000, maxBackoffMs: 60_000, maxDoublings: 16 };

export interface TasksWorld {
  readonly clock: TestClock;
  readonly double: TasksDouble;
  readonly queue: ReturnType<typeof createTasksQueue>;
  readonly workerUrl: string;
  /** The requests that the worker got, the latest last. */
  readonly deliveries: Delivery[];
  /** The worker answers from now on; before, it breaks every connection, as one that is not up yet. */
  start(handler: TaskHandler): Promise<void>;
  /** Lets so much time pass, in small steps, with everything that is on the network settled between them. */
  pass(ms: number): Promise<void>;
  /** Another queue on the same double. */
  open(options: Partial<TasksQueueOptions>): ReturnType<typeof createTasksQueue>;
  close(): Promise<void>;
}

export interface WorldOptions extends Omit<TasksDoubleOptions, 'clock' | 'queues' | 'project' | 'location'> {
  readonly limits?: Readonly<Record<QueueName, QueueLimits>>;
  readonly settings?: Partial<QueueSettings>;
}

export async function openTasksWorld(options: WorldOptions = {}): Promise<TasksWorld> {
  const { limits, settings, ...rest } = options;
  const clock = testClock();
  const double = await startTasksDouble({ ...rest, ...PLACE, clock, queues: queuesWith(limits, settings) });
  const { certsUrl } = double;
  const checkToken = createTaskTokenCheck({ ...TOKENS, check: 'signature', certsUrl, clock });
  const worker = await startPushWorker(checkToken, clock.now);
  const opened: ReturnType<typeof createTasksQueue>[] = [];
  const open = (changes: Partial<TasksQueueOptions> = {}) => {
    const queue = createTasksQueue({
      ...PLACE,
      ...TOKENS,
      queueIds: QUEUE_IDS,
      workerUrl: worker.url,
      dispatchDeadlineMs: 240_000,
      client: plainTasksClient(double.address),
      clock,
      log: silentLog,
      ...changes,
    });
    opened.push(queue);
    return queue;
  };

  return {
    clock,
    double,
    queue: open(),
    workerUrl: worker.url,
    deliveries: worker.deliveries,
    start: async handler => worker.start(handler),
    pass: ms => passSettled(clock, ms, () => double.underDelivery() <= worker.handling()),
    open,
    async close() {
      await Promise.all(opened.map(queue => queue.close()));
      await double.close();
      await worker.close();
    },
  };
}

/** Runs a test in a world of its own. */
export function inTasksWorld(body: (world: TasksWorld) => Promise<void>, options?: WorldOptions): () => Promise<void> {
  return async () => {
    const world = await openTasksWorld(options);
    try {
      await body(world);
    } finally {
      await world.close();
    }
  };
}

function queuesWith(limits: WorldOptions['limits'], settings: WorldOptions['settings'] = {}) {
  const all = Object.entries(QUEUE_IDS).map(([name, id]) => {
    const { concurrency = 1_000, ratePerSecond = 500 } = limits?.[name as QueueName] ?? {};
    const rates = { maxConcurrentDispatches: concurrency, maxDispatchesPerSecond: ratePerSecond };
    return [id, { ...RETRIES, ...rates, ...settings }] as const;
  });
  return Object.fromEntries(all);
}
