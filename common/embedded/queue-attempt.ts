/**
 * One attempt at a task: the handler is called and has until the deadline. Never throws, whatever the handler does.
 */
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { QueueName, TaskHandler } from '../platform/queue.ts';
import type { TaskRow } from './queue-tasks.ts';

export interface AttemptSettings {
  readonly clock: Clock;
  readonly log: Log;
  /** A handler that takes longer counts as failed, and its task is delivered again while it may still run. */
  readonly dispatchDeadlineMs: number;
}

interface Attempt {
  readonly queue: QueueName;
  readonly task: TaskRow;
  readonly handler: TaskHandler;
  readonly settings: AttemptSettings;
}

export type Outcome = 'done' | 'failed';

export async function attempt({ queue, task, handler, settings }: Attempt): Promise<Outcome> {
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
