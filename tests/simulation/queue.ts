/**
 * The simulated queue: keeps the names and pauses that the seam promises, and delivers as badly as it may. Tasks come
 * late, in any order, several times, before `enqueue` has returned, to any process, and some never come.
 */
import type { Queue, QueueName, Task, TaskHandler } from '../../common/platform/queue.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import type { Process } from './process.ts';
import type { Schedule } from './schedule.ts';

export interface SimulatedQueue {
  connect(process: Process): Queue;
  /** Delivers to this process too, from now on and while it lives. */
  deliverTo(process: Process, handler: TaskHandler): void;
  /** What was being delivered to a process of its own that died is delivered anew, as at the start of a single process. */
  restart(): void;
  readonly deliveries: () => number;
  /** Lets all that is paused go on. */
  resumeAll(): void;
}

interface Held {
  readonly task: Task;
  state: 'waiting' | 'delivering';
  tries: number;
}

/** For so long a name that was used cannot be used again. */
const TOMBSTONE_MS = 3_600_000;
const DISPATCH_DEADLINE_MS = 240_000;
const LATE_MS = [1_000, 600_000] as const;
const AGAIN_MS = [1, 1_200_000] as const;
const NOBODY_THERE_MS = 500;

export function createQueue(schedule: Schedule, dice: Dice, faults: () => Faults): SimulatedQueue {
  const tasks = new Map<string, Held>();
  const used = new Map<string, number>();
  const paused = new Set<QueueName>();
  const held: Record<QueueName, Task[]> = { interactive: [], bulk: [], upkeep: [] };
  let workers: { readonly process: Process; readonly handler: TaskHandler }[] = [];
  let deliveries = 0;

  function come(task: Task, ms: number): void {
    schedule.after(ms, `the queue delivers ${task.name}`, () => {
      if (paused.has(task.queue)) held[task.queue].push(task);
      else deliver(task);
    });
  }

  function deliver(task: Task): void {
    workers = workers.filter(({ process }) => process.alive());
    if (workers.length === 0) {
      come(task, NOBODY_THERE_MS);
      return;
    }
    const { process, handler } = dice.pick(workers);
    const attempt = (tasks.get(task.name)?.tries ?? 0) + 1;
    const mark = tasks.get(task.name);
    if (mark) Object.assign(mark, { state: 'delivering', tries: attempt });
    deliveries++;
    const cancelDeadline = schedule.after(DISPATCH_DEADLINE_MS, `no answer for ${task.name}`, () => again(task, 1));
    process.tell(`${process.name} gets ${task.name}`, dice.between(1, 20), () => {
      const answer = (done: boolean) =>
        schedule.after(dice.between(1, 20), `${process.name} ${done ? 'has done' : 'gives back'} ${task.name}`, () => {
          if (!process.alive()) return;
          cancelDeadline();
          if (done) forget(task.name);
          else again(task, Math.min(60_000, 1_000 * 2 ** attempt));
        });
      handler(task).then(
        () => answer(true),
        () => answer(false),
      );
    });
  }

  function again(task: Task, ms: number): void {
    const mark = tasks.get(task.name);
    if (!mark) return;
    mark.state = 'waiting';
    come(task, ms);
  }

  function forget(name: string): void {
    tasks.delete(name);
    used.set(name, schedule.now() + TOMBSTONE_MS);
  }

  function enqueue(task: Task): 'created' | 'exists' {
    if (tasks.has(task.name) || (used.get(task.name) ?? 0) > schedule.now()) return 'exists';
    const { lost, late, doubled } = faults();
    const dueIn = Math.max(0, (task.notBefore ?? 0) - schedule.now());
    if (dice.chance(lost)) {
      forget(task.name);
      return 'created';
    }
    tasks.set(task.name, { task, state: 'waiting', tries: 0 });
    come(task, dueIn + (dice.chance(late) ? dice.between(...LATE_MS) : dice.between(0, 30)));
    while (dice.chance(doubled * 0.7))
      come(task, dueIn + (dice.chance(0.5) ? dice.between(0, 50) : dice.between(...AGAIN_MS)));
    return 'created';
  }

  function resume(queue: QueueName): void {
    paused.delete(queue);
    for (const task of held[queue].splice(0)) come(task, dice.between(0, 100));
  }

  return {
    deliveries: () => deliveries,
    deliverTo: (process, handler) => void workers.push({ process, handler }),
    restart() {
      for (const { task, state } of tasks.values()) if (state === 'delivering') again(task, 1);
    },
    resumeAll: () => paused.forEach(resume),
    connect: ({ call }) => ({
      enqueue: task => call(`enqueues ${task.name}`, () => enqueue(task)),
      exists: (queue, name) =>
        call(`asks for ${name}`, () => (tasks.get(name)?.task.queue === queue ? 'waiting' : 'gone')),
      remove: (_, name) => call(`removes ${name}`, () => tasks.has(name) && forget(name)).then(() => {}),
      pause: queue => call(`pauses ${queue}`, () => void paused.add(queue)),
      resume: queue => call(`resumes ${queue}`, () => resume(queue)),
      state: queue => call(`asks whether ${queue} runs`, () => (paused.has(queue) ? 'paused' : 'running')),
    }),
  };
}
