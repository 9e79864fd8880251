/**
 * The deliveries of one queue that are under way: each attempts its task and writes the outcome. Until the outcome is
 * written the task stays held, so that one that is done is not delivered again.
 */
import type { QueueName, TaskHandler } from '../platform/queue.ts';
import { type AttemptSettings, attempt, type Outcome } from './queue-attempt.ts';
import type { TaskRow, Tasks } from './queue-tasks.ts';
import type { Waiting } from './queue-waiting.ts';
import type { Database } from './sqlite.ts';

export interface DeliverySettings extends AttemptSettings {
  /** Wait after the first failure of a task; doubles with each further one up to the greatest wait. */
  readonly backoff: { readonly firstMs: number; readonly greatestMs: number };
}

/** When the database cannot be read or written, this is how long the queue waits before it asks again. */
export const AFTER_FAULT_MS = 1_000;

interface Parts {
  readonly database: Database;
  readonly tasks: Tasks;
  readonly waiting: Waiting;
  readonly settings: DeliverySettings;
  /** Called when a delivery has ended, and when a task waits for another one. */
  readonly onEnded: () => void;
  readonly onPutBack: () => void;
}

export type Deliveries = ReturnType<typeof createDeliveries>;

export function createDeliveries(queue: QueueName, { waiting, onEnded, onPutBack, ...parts }: Parts) {
  const { clock, log } = parts.settings;
  const underWay = new Set<Promise<void>>();
  let running = 0;
  let stopped = false;

  async function write(task: TaskRow, outcome: Outcome): Promise<void> {
    try {
      const place = await writeOutcome(task, outcome, parts);
      waiting.release(task);
      if (!place) return;
      waiting.arrive(place);
      onPutBack();
    } catch (error) {
      log.error('outcome of a task not written; it will be tried again', { queue, taskName: task.name, error });
      clock.after(AFTER_FAULT_MS, () => void (stopped || write(task, outcome)));
    }
  }

  return {
    running: () => running,
    start(task: TaskRow, handler: TaskHandler): void {
      running++;
      waiting.hold(task);
      const delivery = attempt({ queue, task, handler, settings: parts.settings }).then(outcome => {
        running--;
        onEnded();
        return write(task, outcome);
      });
      underWay.add(delivery);
      void delivery.finally(() => underWay.delete(delivery));
    },
    /** Resolves when those under way have ended. What could not be written then is delivered again after a restart. */
    async stop(): Promise<void> {
      stopped = true;
      await Promise.all(underWay);
    },
  };
}

/** Resolves with the place at which the task waits for its next attempt, if it does. */
function writeOutcome(
  task: TaskRow,
  outcome: Outcome,
  { database, tasks, settings }: Pick<Parts, 'database' | 'tasks' | 'settings'>,
) {
  const { clock, backoff } = settings;
  return database.commit(() => {
    const now = clock.now();
    if (outcome === 'done') return tasks.markDone(task.seq, now);
    return tasks.putBack(task.seq, now + Math.min(backoff.firstMs * 2 ** task.tries, backoff.greatestMs));
  });
}
