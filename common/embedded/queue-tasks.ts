/**
 * The table of the queues' tasks and that of the queues that are paused: every SQL text of the queue stands here.
 * Which tasks are under way is not in it (see `queue-waiting.ts`).
 */
import type { QueueName, Task } from '../platform/queue.ts';
import type { Database } from './sqlite.ts';

/** Where a task stands in the order of its queue. */
export interface Place {
  readonly notBefore: number;
  readonly seq: number;
}

export interface TaskRow extends Place {
  readonly name: string;
  readonly kind: Task['kind'];
  /** JSON. */
  readonly payload: string;
  readonly tries: number;
}

export type Tasks = ReturnType<typeof openTasks>;

/** How long the name of a task that is done stays taken. */
const NAME_TAKEN_MS = 3_600_000;

/** Those that write are to be called within a commit. */
export function openTasks(database: Database) {
  database.setUp(TASK_TABLES);
  return { ...readTasks(database), ...addTasks(database), ...endTasks(database), ...pauseQueues(database) };
}

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

function readTasks(database: Database) {
  const next = database.prepare<TaskRow>(NEXT);
  const waits = database.prepare('SELECT 1 FROM queue_tasks WHERE queue = ? AND name = ? AND done_at IS NULL');
  return {
    /** The first task after the place, due or not. */
    next: (queue: QueueName, { notBefore, seq }: Place) => next.get(queue, notBefore, seq),
    waits: (queue: QueueName, name: string) => waits.get(queue, name) !== undefined,
  };
}

function addTasks(database: Database) {
  const forget = database.prepare('DELETE FROM queue_tasks WHERE queue = ? AND name = ? AND done_at <= ?');
  const add = database.prepare(
    'INSERT INTO queue_tasks (queue, name, kind, payload, not_before) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  return {
    /** Returns undefined when the name is taken. */
    add({ queue, name, kind, payload, notBefore: wished = 0 }: Task, now: number): Place | undefined {
      // At once means now and not 0: it keeps its turn among delayed tasks and those that are tried again.
      const notBefore = Math.max(Math.ceil(wished), now);
      forget.run(queue, name, now - NAME_TAKEN_MS);
      const { changes, lastId } = add.run(queue, name, kind, JSON.stringify(payload), notBefore);
      return changes > 0 ? { notBefore, seq: lastId } : undefined;
    },
  };
}

function endTasks(database: Database) {
  const remove = database.prepare(
    'UPDATE queue_tasks SET done_at = ? WHERE queue = ? AND name = ? AND done_at IS NULL',
  );
  const finish = database.prepare('UPDATE queue_tasks SET done_at = ? WHERE seq = ? AND done_at IS NULL');
  const prune = database.prepare(PRUNE);
  const putBack = database.prepare(
    'UPDATE queue_tasks SET not_before = ?, tries = tries + 1 WHERE seq = ? AND done_at IS NULL',
  );
  return {
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
  };
}

function pauseQueues(database: Database) {
  const pause = database.prepare('INSERT INTO queue_paused VALUES (?) ON CONFLICT DO NOTHING');
  const resume = database.prepare('DELETE FROM queue_paused WHERE queue = ?');
  const isPaused = database.prepare('SELECT 1 FROM queue_paused WHERE queue = ?');
  return {
    isPaused: (queue: QueueName) => isPaused.get(queue) !== undefined,
    setPaused: (queue: QueueName, paused: boolean) => (paused ? pause : resume).run(queue),
  };
}
