/**
 * Decides which task of a queue starts when: its time has come, the queue is not paused, no more are under way than
 * may be, and the token bucket of the rate has one left.
 */
import type { Clock } from '../../../common/clock.ts';
import type { HeldTask } from './held-task.ts';
import type { QueueSettings } from './messages.ts';
import { createRate } from './rate.ts';

export interface Lane {
  /** Starts the task at its time, or as soon after it as the limits allow; forgets it if it is no longer held then. */
  offer(task: HeldTask, atMs: number): void;
  /** An attempt that the lane started has ended with this status. */
  ended(status: number | undefined): void;
  setPaused(paused: boolean): void;
  isPaused(): boolean;
  close(): void;
}

export interface LaneParts {
  readonly clock: Clock;
  readonly settings: () => QueueSettings;
  readonly isHeld: (task: HeldTask) => boolean;
  readonly start: (task: HeldTask) => void;
  /** Which of so many due tasks starts next. */
  readonly pick: (count: number) => number;
}

export function createLane({ clock, settings, isHeld, start, pick }: LaneParts): Lane {
  const due: HeldTask[] = [];
  const timers = createTimers(clock);
  const rate = createRate(clock, settings);
  let active = 0;
  let paused = false;
  let waking = false;

  const pump = () => {
    while (!paused && due.length > 0 && active < settings().maxConcurrentDispatches) {
      const index = pick(due.length);
      const task = due[index];
      const held = task !== undefined && isHeld(task);
      const waitMs = held ? rate.take() : 0;
      if (waitMs > 0) return wake(waitMs);
      due.splice(index, 1);
      if (!held) continue;
      active++;
      start(task);
    }
  };
  const wake = (ms: number) => {
    if (waking) return;
    waking = true;
    timers.after(ms, () => {
      waking = false;
      pump();
    });
  };

  return {
    offer(task, atMs) {
      const join = () => {
        due.push(task);
        pump();
      };
      if (atMs <= clock.now()) join();
      else timers.after(atMs - clock.now(), join);
    },
    ended(status) {
      active--;
      rate.heed(status);
      pump();
    },
    setPaused(value) {
      paused = value;
      pump();
    },
    isPaused: () => paused,
    close() {
      paused = true;
      timers.close();
    },
  };
}

interface Timers {
  after(ms: number, run: () => void): void;
  /** Calls off what is to come, and takes on nothing more. */
  close(): void;
}

function createTimers(clock: Clock): Timers {
  const cancels = new Set<() => void>();
  let closed = false;
  return {
    after(ms, run) {
      if (closed) return;
      const cancel = clock.after(ms, () => {
        cancels.delete(cancel);
        run();
      });
      cancels.add(cancel);
    },
    close() {
      closed = true;
      for (const cancel of cancels) cancel();
    },
  };
}
