/**
 * One queue of the double: its tasks, the names that are still taken after their end, and what follows an attempt.
 */
import type { Clock } from '../../../common/clock.ts';
import { backoffMs, isGivenUp } from './backoff.ts';
import { type HeldTask, LIFE_MS } from './held-task.ts';
import { createLane } from './lane.ts';
import { type QueueMessage, type QueueSettings, queueMessage, refuse } from './messages.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import type { Attempt, Push } from './push.ts';

export interface HeldQueue {
  readonly message: () => QueueMessage;
  settings(): QueueSettings;
  change(settings: QueueSettings): void;
  /** Refuses a name that is held, or was within the dedupe window. */
  add(task: HeldTask): void;
  find(name: string): HeldTask | undefined;
  remove(name: string): void;
  list(): HeldTask[];
  /** At once, whatever time, pause and limits say. */
  run(task: HeldTask): void;
  setPaused(paused: boolean): void;
  close(): void;
}

export interface QueueParts {
  readonly clock: Clock;
  readonly push: Push;
  readonly dedupeWindowMs: number;
  readonly misbehaviour: () => Misbehaviour;
}

export function createHeldQueue(name: string, first: QueueSettings, parts: QueueParts): HeldQueue {
  const { clock, misbehaviour } = parts;
  const tasks = createShelf(parts);
  let settings = first;
  const lane = createLane({
    clock,
    settings: () => settings,
    isHeld: tasks.isHeld,
    start: task => void attempt(task).then(status => lane.ended(status)),
    pick: count => Math.floor((misbehaviour().shuffle?.() ?? 0) * count),
  });

  const attempt = async (task: HeldTask) => {
    const { status, retryAfterMs = 0 } = await pushOnce(task, parts);
    if (!tasks.isHeld(task)) return status;
    const done = status !== undefined && status >= 200 && status < 300;
    if (done || isGivenUp(task, settings, clock.now())) tasks.remove(task.name);
    else {
      task.scheduledAt = clock.now() + Math.max(retryAfterMs, backoffMs(settings, task.dispatches));
      lane.offer(task, task.scheduledAt);
    }
    return status;
  };

  return {
    ...tasks,
    message: () => queueMessage(name, settings, lane.isPaused() ? 'PAUSED' : 'RUNNING'),
    settings: () => settings,
    change(changed) {
      settings = changed;
    },
    add(task) {
      tasks.add(task);
      const { drop, lateMs = 0, againAfterMs = [] } = misbehaviour().task?.(task.taskId) ?? {};
      task.againAfterMs = againAfterMs;
      if (drop) tasks.remove(task.name);
      else lane.offer(task, task.scheduledAt + lateMs);
    },
    run: task => void attempt(task),
    setPaused: lane.setPaused,
    close: lane.close,
  };
}

/** One attempt, counted on the task; the first one also brings those that come again by misbehaviour. */
async function pushOnce(task: HeldTask, { clock, push }: QueueParts): Promise<Attempt> {
  if (task.dispatches === 0) {
    for (const ms of task.againAfterMs) clock.after(ms, () => void push({ ...task }));
  }
  task.dispatches++;
  task.firstAttemptAt ??= clock.now();
  const attempt = await push(task);
  if (attempt.status !== undefined) {
    task.responses++;
    if (attempt.status < 500) task.executions++;
    task.previousStatus = attempt.status;
  }
  task.attempted.resolve();
  return attempt;
}

type Shelf = Pick<HeldQueue, 'add' | 'find' | 'remove' | 'list'> & { isHeld(task: HeldTask): boolean };

function createShelf({ clock, dedupeWindowMs }: QueueParts): Shelf {
  const held = new Map<string, HeldTask>();
  const takenUntil = new Map<string, number>();
  const shelf: Shelf = {
    add(task) {
      const taken = shelf.find(task.name) || (takenUntil.get(task.name) ?? 0) > clock.now();
      if (taken) throw refuse.taken('Requested entity already exists');
      held.set(task.name, task);
    },
    find(name) {
      const task = held.get(name);
      if (task && clock.now() - task.createdAt >= LIFE_MS) shelf.remove(name);
      return held.get(name);
    },
    remove(name) {
      held.get(name)?.attempted.resolve();
      if (held.delete(name)) takenUntil.set(name, clock.now() + dedupeWindowMs);
    },
    list: () => [...held.keys()].flatMap(name => shelf.find(name) ?? []),
    isHeld: task => shelf.find(task.name) === task,
  };
  return shelf;
}
