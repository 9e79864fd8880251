/**
 * What the parts of the queue's conformance suite share: the world of one test, tasks, and how to wait in the queue's
 * time.
 */
import * as assert from 'uvu/assert';
import type { Queue, QueueLimits, QueueName, Task, TaskHandler } from '../queue.ts';

export interface QueueWorld {
  readonly queue: Queue;
  /** The time that the queue goes by, milliseconds since the epoch. */
  now(): number;
  /** Delivers to this handler from now on. Called once at most. */
  start(handler: TaskHandler): Promise<void>;
  /** Lets so much of the queue's time pass: a test clock is moved, a real one is waited for. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export type OpenQueueWorld = (limits: Readonly<Record<QueueName, QueueLimits>>) => Promise<QueueWorld>;

/** Registers a test that gets a world of its own, closed whatever happens. */
export type InWorld = (title: string, body: (world: QueueWorld) => Promise<void>, limits?: QueueLimits) => void;

/** Longer than the first wait of any platform before it tries a task again. */
export const AFTER_FIRST_BACKOFF_MS = 3_000;

export function task(name: string, queue: QueueName = 'interactive'): Task {
  return { queue, name, kind: 'job', payload: { v: 1 } };
}

export async function enqueue(world: QueueWorld, ...all: readonly string[]): Promise<void> {
  const answers = await Promise.all(all.map(name => world.queue.enqueue(task(name))));
  assert.ok(answers.every(answer => answer === 'created'));
}

/** Starts with a handler that is done at once, and returns what it got, by name. */
export async function record(world: QueueWorld): Promise<Map<string, Task[]>> {
  const got = new Map<string, Task[]>();
  await world.start(async one => {
    got.set(one.name, [...(got.get(one.name) ?? []), one]);
  });
  return got;
}

/** Lets time pass in small steps until `check` is true; 30 seconds of the queue's time are the limit. */
export async function until(world: QueueWorld, what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  for (let passedMs = 0; passedMs <= 30_000; passedMs += 50) {
    if (await check()) return;
    await world.pass(50);
  }
  throw new Error(`waited in vain for ${what}`);
}
