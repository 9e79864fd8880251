/**
 * How many requests are kept waiting at once. Where a platform gives a process so many requests and no more, those who
 * wait must not take the place of those who submit: beyond the limit a wait is answered at once.
 */

export interface Waiters {
  /** Takes a place; the returned function gives it back, once. Undefined = there is none left. */
  enter(): (() => void) | undefined;
  readonly count: () => number;
}

/** On a machine of one's own memory is the limit: a waiter takes some 40 KiB. */
const WAITERS_MAX = 10_000;

export function createWaiters(most = WAITERS_MAX): Waiters {
  let count = 0;
  return {
    enter() {
      if (count >= most) return undefined;
      count++;
      let left = false;
      return () => {
        if (!left) count--;
        left = true;
      };
    },
    count: () => count,
  };
}
