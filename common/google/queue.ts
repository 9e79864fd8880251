/**
 * The queue seam on Cloud Tasks. It delivers by HTTP: each task is pushed to the worker's `/tasks/{kind}` with an OIDC
 * token, so that nothing here receives (`worker/http.ts` does). The queues themselves, with their rates and retries,
 * are made by the setup.
 */
import { PlatformError } from '../platform/errors.ts';
import type { Queue, QueueName } from '../platform/queue.ts';
import { callOptions, createLazyClient, type LazyClient, type LazyClientOptions } from './queue-client.ts';
import { isGone, isTaken, needsOperator, type TasksMethod, tasksFault } from './queue-errors.ts';
import { type Target, taskPath, wireTask } from './queue-task.ts';

export interface TasksQueueOptions extends Target, LazyClientOptions {
  readonly location: string;
  /** The id of each queue within project and location. */
  readonly queueIds: Readonly<Record<QueueName, string>>;
}

/** Loads and connects nothing until the first call. After `close` every call throws `unavailable`. */
export function createTasksQueue(options: TasksQueueOptions): Queue & { close(): Promise<void> } {
  const { project, location, queueIds, log } = options;
  const client = createLazyClient(options);
  const parts: Parts = {
    options,
    client,
    pathOf(queue) {
      // Not from the prototype: a queue called "toString" is none.
      if (!Object.hasOwn(queueIds, queue)) throw new PlatformError('invalid', `There is no queue "${queue}".`);
      return `projects/${project}/locations/${location}/queues/${queueIds[queue]}`;
    },
    fault(error, method, queue) {
      const fault = tasksFault(error, method, queueIds[queue]);
      if (needsOperator(error)) log.error('Cloud Tasks refuses; somebody has to see to it', { queue, error: fault });
      return fault;
    },
  };
  return { ...taskCalls(parts), ...queueCalls(parts), close: client.close };
}

interface Parts {
  readonly options: TasksQueueOptions;
  readonly client: LazyClient;
  /** Throws `invalid` for a queue that was not declared. */
  pathOf(queue: QueueName): string;
  /** What to throw for what was caught. */
  fault(error: unknown, method: TasksMethod, queue: QueueName): PlatformError;
}

/** The basic view everywhere: the full one holds the bodies, and needs a permission of its own. */
const VIEW = { responseView: 'BASIC' } as const;

function taskCalls({ options, client, pathOf, fault }: Parts): Pick<Queue, 'enqueue' | 'exists' | 'remove'> {
  return {
    async enqueue(task) {
      const parent = pathOf(task.queue);
      const wire = wireTask(task, parent, options, options.clock.now());
      try {
        await (await client.get()).createTask({ parent, task: wire, ...VIEW }, callOptions());
        return 'created';
      } catch (error) {
        // Perhaps by this very call, whose first answer was lost: the task rings once either way.
        if (isTaken(error)) return 'exists';
        throw fault(error, 'createTask', task.queue);
      }
    },
    async exists(queue, name) {
      const path = taskPath(pathOf(queue), name);
      try {
        await (await client.get()).getTask({ name: path, ...VIEW }, callOptions());
        return 'waiting';
      } catch (error) {
        if (isGone(error)) return 'gone';
        throw fault(error, 'getTask', queue);
      }
    },
    async remove(queue, name) {
      const path = taskPath(pathOf(queue), name);
      try {
        await (await client.get()).deleteTask({ name: path }, callOptions());
      } catch (error) {
        if (!isGone(error)) throw fault(error, 'deleteTask', queue);
      }
    },
  };
}

function queueCalls({ client, pathOf, fault }: Parts): Pick<Queue, 'pause' | 'resume' | 'state'> {
  const ask = async (method: 'pauseQueue' | 'resumeQueue' | 'getQueue', queue: QueueName) => {
    const name = pathOf(queue);
    try {
      const [answer] = await (await client.get())[method]({ name }, callOptions());
      return answer;
    } catch (error) {
      throw fault(error, method, queue);
    }
  };
  return {
    async pause(queue) {
      await ask('pauseQueue', queue);
    },
    async resume(queue) {
      await ask('resumeQueue', queue);
    },
    async state(queue) {
      const { state } = await ask('getQueue', queue);
      // A disabled queue takes on tasks and delivers none, too.
      return state === 'PAUSED' || state === 'DISABLED' ? 'paused' : 'running';
    },
  };
}
