/**
 * The queue seam on SQLite, and its dispatcher: tasks lie in a table of the common database (`queue-tasks.ts`) and are
 * delivered within this process, each queue by a lane of its own (`queue-lane.ts`). Which tasks are under way is known
 * to memory alone, so that a delivery costs no write; after a crash they are simply delivered again.
 */
import type { Clock } from '../clock.ts';
import { type Log, silentLog } from '../log.ts';
import { PlatformError } from '../platform/errors.ts';
import type { Dispatcher, Queue, QueueLimits, QueueName } from '../platform/queue.ts';
import { createLane, type Lane } from './queue-lane.ts';
import { openTasks, type Tasks } from './queue-tasks.ts';
import type { Database } from './sqlite.ts';

export interface QueueOptions {
  readonly clock: Clock;
  readonly limits: Readonly<Record<QueueName, QueueLimits>>;
  readonly log?: Log;
  /** A handler that takes longer counts as failed, and its task is delivered again while it may still run. */
  readonly dispatchDeadlineMs?: number;
  /** Wait after the first failure of a task; doubles with each further one up to the greatest wait. */
  readonly backoff?: { readonly firstMs: number; readonly greatestMs: number };
}

const DEFAULTS = { log: silentLog, dispatchDeadlineMs: 240_000, backoff: { firstMs: 1_000, greatestMs: 60_000 } };

export function createSqliteQueue(database: Database, options: QueueOptions): Queue & Dispatcher {
  const { limits, ...settings } = { ...DEFAULTS, ...options };
  const tasks = openTasks(database);
  const names = Object.keys(limits) as QueueName[];
  const lanes = new Map(
    names.map(name => [name, createLane(name, { database, tasks, settings, limits: limits[name] })]),
  );
  const parts: Parts = {
    database,
    tasks,
    clock: settings.clock,
    laneOf(queue) {
      const lane = lanes.get(queue);
      if (!lane) throw new PlatformError('invalid', `There is no queue "${queue}".`);
      return lane;
    },
  };
  return { ...taskCalls(parts), ...pauseCalls(parts), ...dispatcher([...lanes.values()]) };
}

interface Parts {
  readonly database: Database;
  readonly tasks: Tasks;
  readonly clock: Clock;
  /** Throws `invalid` for a queue that was not declared. */
  laneOf(queue: QueueName): Lane;
}

function taskCalls({ database, tasks, clock, laneOf }: Parts): Pick<Queue, 'enqueue' | 'exists' | 'remove'> {
  return {
    async enqueue(task) {
      const lane = laneOf(task.queue);
      checkTaskName(task.name);
      const place = await database.commit(() => tasks.add(task, clock.now()));
      if (!place) return 'exists';
      lane.arrive(place);
      return 'created';
    },
    async exists(queue, name) {
      return tasks.waits(queue, name) ? 'waiting' : 'gone';
    },
    async remove(queue, name) {
      await database.commit(() => tasks.remove(queue, name, clock.now()));
    },
  };
}

function pauseCalls({ database, tasks, laneOf }: Parts): Pick<Queue, 'pause' | 'resume' | 'state'> {
  const setPaused = async (queue: QueueName, paused: boolean) => {
    const lane = laneOf(queue);
    await database.commit(() => tasks.setPaused(queue, paused));
    lane.setPaused(paused);
  };
  return {
    pause: queue => setPaused(queue, true),
    resume: queue => setPaused(queue, false),
    async state(queue) {
      return laneOf(queue).isPaused() ? 'paused' : 'running';
    },
  };
}

function dispatcher(lanes: readonly Lane[]): Dispatcher {
  let started = false;
  return {
    start(handler) {
      if (started) throw new Error('The dispatcher was started before.');
      started = true;
      for (const lane of lanes) lane.start(handler);
    },
    async stop() {
      await Promise.all(lanes.map(lane => lane.stop()));
    },
  };
}

function checkTaskName(name: string): void {
  if (/^[A-Za-z0-9_-]{1,200}$/.test(name)) return;
  throw new PlatformError('invalid', `Expected a task name of 1 to 200 letters, digits, _ or -, got "${name}".`);
}
