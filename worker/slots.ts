/**
 * Bounded concurrency of one worker process: so many jobs are worked on at once and no more, bulk ones on at most half
 * of the slots, so that a batch never keeps a shopper waiting. A task that gets no slot in time is put back. The bound
 * adapts to the provider: halved when it says "too many", raised by one after as many successes as there are slots.
 */
import pLimit from 'p-limit';
import type { Clock } from '../common/clock.ts';
import type { Lane } from '../common/job.ts';

export interface Slots {
  /** Runs `work` in a slot; answers `no slot` without running it when none came free within the wait. */
  use<T>(lane: Lane, work: () => Promise<T>): Promise<T | 'no slot'>;
  readonly running: () => number;
  /** How many there are now: at least 1, at most what the process was given. */
  readonly open: () => number;
  succeeded(): void;
  /** At most so many from now on, whatever the provider bears; undefined = as many as the process was given. */
  setCeiling(slots: number | undefined): void;
  /** The provider has too much to do. Calls that began before the last halving do not halve again. */
  tooMany(calledAt: number): void;
}

export function createSlots({ clock, slots: given, waitMs }: { clock: Clock; slots: number; waitMs: number }): Slots {
  let slots = given;
  const all = pLimit(slots);
  const bulk = pLimit(bulkShare(slots));
  let successes = 0;
  let halvedAt = Number.NEGATIVE_INFINITY;
  const resize = (count: number) => {
    successes = 0;
    all.concurrency = count;
    bulk.concurrency = bulkShare(count);
  };

  return {
    running: () => all.activeCount,
    open: () => all.concurrency,
    succeeded() {
      successes++;
      if (successes >= all.concurrency && all.concurrency < slots) resize(all.concurrency + 1);
    },
    setCeiling(ceiling = given) {
      const most = Math.min(given, Math.max(1, ceiling));
      if (most === slots) return;
      // One that is lifted gives back at once what it took: the provider was not asked about it.
      const lifted = most > slots;
      slots = most;
      resize(lifted ? most : Math.min(all.concurrency, most));
    },
    tooMany(calledAt) {
      if (calledAt <= halvedAt) return;
      halvedAt = clock.now();
      resize(Math.max(1, Math.floor(all.concurrency / 2)));
    },
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

function bulkShare(slots: number): number {
  return Math.max(1, Math.floor(slots / 2));
}
