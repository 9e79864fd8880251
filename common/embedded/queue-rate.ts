/**
 * The rate at which a queue starts deliveries: a token bucket that holds one second's worth, written as the time at
 * which the next token is there (the "generic cell rate algorithm"): no counter to refill, hence no timer and no drift.
 */
export function createRate(perSecond: number) {
  const intervalMs = 1_000 / perSecond;
  const burstMs = Math.max(0, 1_000 - intervalMs);
  let nextAt = 0;
  return {
    /** How long until a delivery may start; 0 or less: now. */
    waitMs(now: number): number {
      // The upper bound matters when the clock was set back: the wait is never longer than one interval.
      nextAt = Math.min(Math.max(nextAt, now - burstMs), now + intervalMs);
      return Math.ceil(nextAt - now);
    },
    take(): void {
      nextAt += intervalMs;
    },
  };
}
