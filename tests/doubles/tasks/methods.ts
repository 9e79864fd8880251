/**
 * The calls of the Cloud Tasks API, as cloudtasks.proto describes them, on the double's queues. What is not here
 * answers UNIMPLEMENTED (the IAM policies).
 */
import type { protos } from '@google-cloud/tasks';
import { type HeldTask, holdTask, taskMessage } from './held-task.ts';
import type { Method } from './messages.ts';
import { refuse } from './messages.ts';
import type { Queues } from './queues.ts';

/** Whatever request: the fields that any of the calls has, as the SDK's own types have them. */
export type Request = Partial<
  protos.google.cloud.tasks.v2.ICreateTaskRequest &
    protos.google.cloud.tasks.v2.IGetTaskRequest &
    protos.google.cloud.tasks.v2.IListTasksRequest &
    protos.google.cloud.tasks.v2.IUpdateQueueRequest
>;
export type Methods = { readonly [method in Method]?: (request: Request) => object };

const PAGE_MAX = { tasks: 1_000, queues: 9_800 };

export function createMethods(queues: Queues, clock: { now(): number }): Methods {
  return { ...queueMethods(queues), ...taskMethods(queues, clock) };
}

function queueMethods(queues: Queues): Methods {
  const changing = (name: string, change: (queue: ReturnType<Queues['get']>) => void) => {
    const queue = queues.get(name);
    change(queue);
    return queue.message();
  };
  return {
    getQueue: ({ name }) => queues.get(name).message(),
    createQueue: ({ queue }) => queues.create(queue ?? {}).message(),
    updateQueue: ({ queue, updateMask }) => queues.update(queue ?? {}, updateMask?.paths ?? []).message(),
    deleteQueue({ name }) {
      queues.delete(name);
      return {};
    },
    purgeQueue: ({ name }) =>
      changing(name ?? '', queue => {
        for (const task of queue.list()) queue.remove(task.name);
      }),
    pauseQueue: ({ name }) => changing(name ?? '', queue => queue.setPaused(true)),
    resumeQueue: ({ name }) => changing(name ?? '', queue => queue.setPaused(false)),
    listQueues(request) {
      const { items, nextPageToken } = pageOf(queues.under(request.parent ?? ''), request, PAGE_MAX.queues);
      return { queues: items.map(queue => queue.message()), nextPageToken };
    },
  };
}

function taskMethods(queues: Queues, clock: { now(): number }): Methods {
  const found = (name: string | null | undefined) => {
    const queue = queues.get(/^(.*)\/tasks\/[^/]+$/.exec(name ?? '')?.[1]);
    const task = queue.find(name ?? '');
    if (!task) throw refuse.missing('Requested entity was not found: the task does not exist, or no longer');
    return { queue, task };
  };
  const show = (task: HeldTask, { responseView }: Request) =>
    taskMessage(task, responseView === 'FULL' ? 'FULL' : 'BASIC');

  return {
    createTask(request) {
      const queue = queues.get(request.parent);
      const task = holdTask(request.task ?? {}, request.parent ?? '', clock.now());
      queue.add(task);
      return show(task, request);
    },
    getTask: request => show(found(request.name).task, request),
    deleteTask({ name }) {
      const { queue, task } = found(name);
      queue.remove(task.name);
      return {};
    },
    runTask(request) {
      const { queue, task } = found(request.name);
      queue.run(task);
      return show(task, request);
    },
    listTasks(request) {
      const { items, nextPageToken } = pageOf(queues.get(request.parent).list(), request, PAGE_MAX.tasks);
      return { tasks: items.map(task => show(task, request)), nextPageToken };
    },
  };
}

/** The token is where the next page starts: good enough for lists that a test does not change meanwhile. */
function pageOf<T>(all: readonly T[], { pageSize, pageToken }: Request, greatest: number) {
  const start = Number(pageToken || 0);
  const end = start + Math.min(pageSize || greatest, greatest);
  return { items: all.slice(start, end), nextPageToken: end < all.length ? String(end) : '' };
}
