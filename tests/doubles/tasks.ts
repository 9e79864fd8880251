/**
 * A stand-in for Cloud Tasks on this machine, spoken to by the real SDK over gRPC: named tasks with their dedupe
 * window, schedule times, limits, retries with backoff, and deliveries over HTTP with signed tokens. It goes by the
 * clock it is given, counts its operations, and misbehaves on request. Its parts stand in `tasks/`.
 */
import { Agent } from 'node:http';
import type { Clock } from '../../common/clock.ts';
import type { HeldQueue } from './tasks/held-queue.ts';
import { createKeyPair, type Issuer, type KeyPair, startIssuer } from './tasks/issuer.ts';
import { type Method, QUEUE_DEFAULTS, type QueueSettings, queueMessage } from './tasks/messages.ts';
import { createMethods, type Request } from './tasks/methods.ts';
import type { Misbehaviour } from './tasks/misbehaviour.ts';
import { createPush, type Push } from './tasks/push.ts';
import { createQueues } from './tasks/queues.ts';
import { startService } from './tasks/service.ts';

export { createKeyPair, type KeyPair } from './tasks/issuer.ts';
export type { QueueSettings } from './tasks/messages.ts';
export { byRate, type Misbehaviour } from './tasks/misbehaviour.ts';

export interface TasksDoubleOptions {
  readonly clock: Clock;
  readonly project: string;
  readonly location: string;
  /** By id; what is not named is as the service has it by default. */
  readonly queues?: { readonly [id: string]: Partial<QueueSettings> };
  /** For so long after its end a task's name is taken. */
  readonly dedupeWindowMs?: number;
  readonly misbehaviour?: Misbehaviour;
  /** Of the issuer of tokens; making one takes some 100 ms. */
  readonly keys?: KeyPair;
  /** Of the API; a free one by default. */
  readonly port?: number;
}

/** What is billed: each call, and each delivery as `push`. */
export type Operations = { readonly [operation in Method | 'push']?: number };

export interface TasksDouble {
  /** Where the API listens, as `127.0.0.1:8123`. */
  readonly address: string;
  /** Where the issuer of the tokens publishes its keys. */
  readonly certsUrl: string;
  /** A token of the same issuer, for a double of whatever else calls the worker, such as the scheduler. */
  readonly token: Issuer['token'];
  readonly operations: Operations;
  /** Deliveries that wait for the worker's answer now. */
  underDelivery(): number;
  /** The ids of the tasks that a queue holds. */
  tasks(queueId: string): string[];
  misbehave(misbehaviour: Misbehaviour): void;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

export async function startTasksDouble(options: TasksDoubleOptions): Promise<TasksDouble> {
  const { clock, dedupeWindowMs = HOUR_MS } = options;
  const pathOf = (id: string) => `projects/${options.project}/locations/${options.location}/queues/${id}`;
  let misbehaviour = options.misbehaviour ?? {};
  const issuer = await startIssuer(clock, options.keys ?? (await createKeyPair()));
  const agent = new Agent({ keepAlive: true });
  const { operations, count } = createCounter();
  const { push, underDelivery } = counted(createPush({ clock, issuer, agent }), () => count('push'));
  const queues = createQueues({ clock, push, dedupeWindowMs, misbehaviour: () => misbehaviour });
  for (const [id, settings] of Object.entries(options.queues ?? {})) {
    queues.create(queueMessage(pathOf(id), { ...QUEUE_DEFAULTS, ...settings }, 'RUNNING'));
  }
  const service = await startService({
    methods: createMethods(queues, clock),
    port: options.port ?? 0,
    fateOf(method, request) {
      // Counted also where no plan asks for the number.
      const number = count(method);
      return misbehaviour.call?.({ method, name: nameIn(request), number }) ?? 'ok';
    },
    attempted: async name => queues.get(name.slice(0, name.indexOf('/tasks/'))).find(name)?.attempted.promise,
  });

  return {
    address: `127.0.0.1:${service.port}`,
    certsUrl: issuer.certsUrl,
    token: issuer.token,
    operations,
    underDelivery,
    tasks: id => idsOf(queues.get(pathOf(id))),
    misbehave(changed) {
      misbehaviour = changed;
    },
    async close() {
      service.close();
      queues.close();
      agent.destroy();
      await issuer.close();
    },
  };
}

function idsOf(queue: HeldQueue): string[] {
  return queue.list().map(task => task.taskId);
}

function createCounter(): { operations: Operations; count: (operation: Method | 'push') => number } {
  const operations: { [operation in Method | 'push']?: number } = {};
  return { operations, count: operation => (operations[operation] = (operations[operation] ?? 0) + 1) };
}

function counted(push: Push, count: () => void): { push: Push; underDelivery: () => number } {
  let under = 0;
  return {
    underDelivery: () => under,
    async push(task) {
      count();
      under++;
      try {
        return await push(task);
      } finally {
        under--;
      }
    },
  };
}

function nameIn({ name, parent, task, queue }: Request): string {
  return task?.name || name || queue?.name || parent || '';
}
