/**
 * The queue seam on SQLite, and its dispatcher: tasks lie in a table of the common database and are delivered within
 * this process. Which tasks are under way is known to memory alone, so that a delivery costs no write; after a crash
 * they are simply delivered again.
 *
 * In reading order: the queue, the lane of each queue, one attempt, the rate, the table of tasks.
 */
import type { Clock } from '../clock.ts';
import { type Log, silentLog } from '../log.ts';
import { PlatformError } from '../platform/errors.ts';
import type { Dispatcher, Queue, QueueLimits, QueueName, Task, TaskHandler } from '../platform/queue.ts';
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
/** When the database cannot be read or written, this is how long the queue waits before it asks again. */
const AFTER_FAULT_MS = 1_000;
/** A longer wait is cut in pieces of this: a wall clock that was set meanwhile makes a task late by a minute at most. */
const LONGEST_TIMER_MS = 60_000;
/** How long the name of a task that is done stays taken. */
const NAME_TAKEN_MS = 3_600_000;

export function createSqliteQueue(database: Database, options: QueueOptions): Queue & Dispatcher {
  const settings = { ...DEFAULTS, ...options };
  const { clock } = settings;
  const tasks = openTasks(database);
  const names = Object.keys(settings.limits) as QueueName[];
  const lanes = new Map(names.map(name => [name, createLane(name, { database, tasks, settings })]));
  let started = false;

  const laneOf = (queue: QueueName) => {
    const lane = lanes.get(queue);
    if (!lane) throw new PlatformError('invalid', `There is no queue "${queue}".`);
    return lane;
  };

  return {
    async enqueue(task) {
      const lane = laneOf(task.queue);
      if (!/^[A-Za-z0-9_-]{1,200}$/.test(task.name)) {
        throw new PlatformError(
          'invalid',
          `Expected a task name of 1 to 200 letters, digits, _ or -, got "${task.name}".`,
        );
      }
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
    async pause(queue) {
      const lane = laneOf(queue);
      await database.commit(() => tasks.setPaused(queue, true));
      lane.setPaused(true);
    },
    async resume(queue) {
      const lane = laneOf(queue);
      await database.commit(() => tasks.setPaused(queue, false));
      lane.setPaused(false);
    },
    async state(queue) {
      return laneOf(queue).isPaused() ? 'paused' : 'running';
    },
    start(handler) {
      if (started) throw new Error('The dispatcher was started before.');
      started = true;
      for (const lane of lanes.values()) lane.start(handler);
    },
    async stop() {
      await Promise.all([...lanes.values()].map(lane => lane.stop()));
    },
  };
}

// --- One queue's deliveries -------------------------------------------------------------------------------------------

interface Parts {
  readonly database: Database;
  readonly tasks: Tasks;
  readonly settings: typeof DEFAULTS & QueueOptions;
}

/** Where a task stands in the order of its queue. */
interface Place {
  readonly notBefore: number;
  readonly seq: number;
}

type Outcome = 'done' | 'failed';

function createLane(queue: QueueName, { database, tasks, settings }: Parts) {
  const { clock, log, backoff } = settings;
  const limits = settings.limits[queue];
  const rate = createRate(limits.ratePerSecond);
  /** Tasks that are under way or whose outcome is not written yet: they still lie in the table, as if they waited. */
  const held = new Set<number>();
  const underWay = new Set<Promise<void>>();
  /** Every task that waits and is not held stands behind this place; so finding the next one skips nothing. */
  let cursor: Place = { notBefore: -1, seq: 0 };
  let running = 0;
  let handler: TaskHandler | undefined;
  let paused = tasks.isPaused(queue);
  let lookComes = false;
  let cancelTimer = () => {};

  /** Starts all that may start now, and sets the one timer for what may start later. */
  function look(): void {
    cancelTimer();
    try {
      while (handler && !paused && running < limits.concurrency) {
        const next = tasks.next(queue, cursor);
        if (!next) return;
        const now = clock.now();
        const waitMs = Math.max(next.notBefore - now, rate.waitMs(now));
        if (held.has(next.seq)) cursor = next;
        else if (waitMs <= 0) deliver(next, handler);
        else {
          lookIn(waitMs);
          return;
        }
      }
    } catch (error) {
      log.error('queue not read; it will be tried again', { queue, error });
      lookIn(AFTER_FAULT_MS);
    }
  }

  function lookIn(ms: number): void {
    cancelTimer = clock.after(Math.min(ms, LONGEST_TIMER_MS), look);
  }

  /** After an ended delivery; in the next turn, or a queue of quick tasks would never let anything else run. */
  function lookNextTurn(): void {
    if (lookComes) return;
    lookComes = true;
    setImmediate(() => {
      lookComes = false;
      look();
    });
  }

  function deliver(task: TaskRow, deliverTo: TaskHandler): void {
    cursor = task;
    rate.take();
    running++;
    held.add(task.seq);
    const delivery = attempt({ queue, task, handler: deliverTo, settings }).then(outcome => {
      running--;
      lookNextTurn();
      return write(task, outcome);
    });
    underWay.add(delivery);
    void delivery.finally(() => underWay.delete(delivery));
  }

  /** Until the outcome is written the task stays held, so that one that is done is not delivered again. */
  async function write(task: TaskRow, outcome: Outcome): Promise<void> {
    try {
      const place = await database.commit(() => {
        const now = clock.now();
        if (outcome === 'done') return tasks.markDone(task.seq, now);
        return tasks.putBack(task.seq, now + Math.min(backoff.firstMs * 2 ** task.tries, backoff.greatestMs));
      });
      held.delete(task.seq);
      if (place) arrive(place);
    } catch (error) {
      log.error('outcome of a task not written; it will be tried again', { queue, taskName: task.name, error });
      clock.after(AFTER_FAULT_MS, () => void (handler && write(task, outcome)));
    }
  }

  /** A task has come to wait at this place. It is behind the cursor unless the clock was set back. */
  function arrive(place: Place): void {
    const before = place.notBefore - cursor.notBefore || place.seq - cursor.seq;
    if (before <= 0) cursor = { notBefore: place.notBefore, seq: place.seq - 1 };
    look();
  }

  return {
    arrive,
    isPaused: () => paused,
    setPaused(now: boolean) {
      paused = now;
      look();
    },
    start(deliverTo: TaskHandler) {
      handler = deliverTo;
      look();
    },
    async stop() {
      handler = undefined;
      cancelTimer();
      await Promise.all(underWay);
    },
  };
}

interface Attempt extends Pick<Parts, 'settings'> {
  readonly queue: QueueName;
  readonly task: TaskRow;
  readonly handler: TaskHandler;
}

async function attempt({ queue, task, handler, settings }: Attempt): Promise<Outcome> {
  const { clock, log, dispatchDeadlineMs } = settings;
  let cancelDeadline = () => {};
  const deadline = new Promise<never>((_, reject) => {
    const late = () => reject(new Error(`The handler took longer than ${dispatchDeadlineMs} ms.`));
    cancelDeadline = clock.after(dispatchDeadlineMs, late);
  });
  try {
    const { name, kind, payload } = task;
    await Promise.race([handler({ queue, name, kind, payload: JSON.parse(payload) }), deadline]);
    return 'done';
  } catch (error) {
    log.warn('task failed; it will be delivered again', { queue, taskName: task.name, attempt: task.tries + 1, error });
    return 'failed';
  } finally {
    cancelDeadline();
  }
}

/**
 * A token bucket that holds one second's worth, written as the time at which the next token is there (the "generic cell
 * rate algorithm"): no counter to refill, hence no timer and no drift.
 */
function createRate(perSecond: number) {
  const intervalMs = 1_000 / perSecond;
  const burstMs = Math.max(0, 1_000 - intervalMs);
  let nextAt = 0;
  return {
    waitMs(now: number): number {
      // The upper bound matters when the clock was set back: the wait is never longer than one interval.
      nextAt = Math.min(Math.max(nextAt, now - burstMs), now + intervalMs);
      return Math.ceil(nextAt - now);
    },
    take(): void {
      nextAt += intervalMs;
    },
  };
}

// --- The table of tasks -----------------------------------------------------------------------------------------------

interface TaskRow extends Place {
  readonly name: string;
  readonly kind: Task['kind'];
  /** JSON. */
  readonly payload: string;
  readonly tries: number;
}

type Tasks = ReturnType<typeof openTasks>;

/** A task with `done_at` is a tombstone: it only keeps its name taken for a while. */
const TASK_TABLES = [
  `CREATE TABLE IF NOT EXISTS queue_tasks (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
     payload TEXT NOT NULL, not_before INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, done_at INTEGER,
     UNIQUE (queue, name)) STRICT`,
  'CREATE INDEX IF NOT EXISTS queue_tasks_waiting ON queue_tasks (queue, not_before, seq) WHERE done_at IS NULL',
  'CREATE INDEX IF NOT EXISTS queue_tasks_done ON queue_tasks (done_at) WHERE done_at IS NOT NULL',
  'CREATE TABLE IF NOT EXISTS queue_paused (queue TEXT PRIMARY KEY) STRICT',
];

const WAITING = `SELECT seq, name, kind, payload, not_before AS notBefore, tries
  FROM queue_tasks WHERE queue = ?1 AND done_at IS NULL`;
/** In two halves, for SQLite seeks by one comparison only and would walk over all tasks of the same millisecond. */
const NEXT = `
  SELECT * FROM (${WAITING} AND not_before = ?2 AND seq > ?3 ORDER BY seq LIMIT 1) UNION ALL
  SELECT * FROM (${WAITING} AND not_before > ?2 ORDER BY not_before, seq LIMIT 1) LIMIT 1`;
/** More than the one tombstone that each call leaves, so that they run out however many there were. */
const PRUNE = `DELETE FROM queue_tasks WHERE seq IN
  (SELECT seq FROM queue_tasks WHERE done_at <= ? ORDER BY done_at LIMIT 4)`;

function openTasks(database: Database) {
  database.setUp(TASK_TABLES);
  const next = database.prepare<TaskRow>(NEXT);
  const forget = database.prepare('DELETE FROM queue_tasks WHERE queue = ? AND name = ? AND done_at <= ?');
  const add = database.prepare(
    'INSERT INTO queue_tasks (queue, name, kind, payload, not_before) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const waits = database.prepare('SELECT 1 FROM queue_tasks WHERE queue = ? AND name = ? AND done_at IS NULL');
  const remove = database.prepare(
    'UPDATE queue_tasks SET done_at = ? WHERE queue = ? AND name = ? AND done_at IS NULL',
  );
  const finish = database.prepare('UPDATE queue_tasks SET done_at = ? WHERE seq = ? AND done_at IS NULL');
  const prune = database.prepare(PRUNE);
  const putBack = database.prepare(
    'UPDATE queue_tasks SET not_before = ?, tries = tries + 1 WHERE seq = ? AND done_at IS NULL',
  );
  const pause = database.prepare('INSERT INTO queue_paused VALUES (?) ON CONFLICT DO NOTHING');
  const resume = database.prepare('DELETE FROM queue_paused WHERE queue = ?');
  const isPaused = database.prepare('SELECT 1 FROM queue_paused WHERE queue = ?');

  // All that write are to be called within a commit.
  return {
    /** The first task after the place, due or not. */
    next: (queue: QueueName, { notBefore, seq }: Place) => next.get(queue, notBefore, seq),
    waits: (queue: QueueName, name: string) => waits.get(queue, name) !== undefined,
    isPaused: (queue: QueueName) => isPaused.get(queue) !== undefined,
    /** Returns undefined when the name is taken. */
    add({ queue, name, kind, payload, notBefore: wished = 0 }: Task, now: number): Place | undefined {
      // At once means now and not 0: it keeps its turn among delayed tasks and those that are tried again.
      const notBefore = Math.max(Math.ceil(wished), now);
      forget.run(queue, name, now - NAME_TAKEN_MS);
      const { changes, lastId } = add.run(queue, name, kind, JSON.stringify(payload), notBefore);
      return changes > 0 ? { notBefore, seq: lastId } : undefined;
    },
    /** Also for tasks that are not there any more, for example because they were removed meanwhile. */
    markDone(seq: number, now: number): undefined {
      finish.run(now, seq);
      prune.run(now - NAME_TAKEN_MS);
    },
    /** Returns undefined when the task was removed meanwhile. */
    putBack(seq: number, notBefore: number): Place | undefined {
      return putBack.run(notBefore, seq).changes > 0 ? { notBefore, seq } : undefined;
    },
    remove: (queue: QueueName, name: string, now: number) => remove.run(now, queue, name),
    setPaused: (queue: QueueName, paused: boolean) => (paused ? pause : resume).run(queue),
  };
}
