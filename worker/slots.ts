/**
 * Bounded concurrency of one worker process: so many jobs are worked on at once and no more, bulk ones on at most half
 * of the slots, so that a batch never keeps a shopper waiting. A task that gets no slot in time is put back.
 */
import pLimit from 'p-limit';
import type { Clock } from '../common/clock.ts';
import type { Lane } from '../common/job.ts';

export interface Slots {
  /** Runs `work` in a slot; answers `no slot` without running it when none came free within the wait. */
  use<T>(lane: Lane, work: () => Promise<T>): Promise<T | 'no slot'>;
  readonly running: () => number;
}

export function createSlots({ clock, slots, waitMs }: { clock: Clock; slots: number; waitMs: number }): Slots {
  const all = pLimit(slots);
  const bulk = pLimit(Math.max(1, Math.floor(slots / 2)));

  return {
    running: () => all.activeCount,
    use<T>(lane: Lane, work: () => Promise<T>): Promise<T | 'no slot'> {
      return new Promise((resolve, reject) => {
        let waiting = true;
        const giveUp = () => {
          waiting = false;
          resolve('no slot');
        };
        const cancel = clock.after(waitMs, giveUp);
        const begin = async () => {
          // The wait was given up while standing in line: the turn passes on at once.
          if (!waiting) return;
          cancel();
          await work().then(resolve, reject);
        };
        void (lane === 'bulk' ? bulk(() => all(begin)) : all(begin));
      });
    },
  };
}
