/**
 * The token bucket of a queue's rate, and how a target that asks for mercy slows it.
 */
import type { Clock } from '../../../common/clock.ts';
import { burstOf, type QueueSettings } from './messages.ts';

export interface Rate {
  /** Takes a token and answers 0, or how long to wait for the next one. */
  take(): number;
  /** A worker that says 429 or 503 slows the whole queue. */
  heed(status: number | undefined): void;
}

/** The service says that it throttles, not how: here the rate halves with each such answer, and doubles with a 2xx. */
export function createRate(clock: Clock, settings: () => QueueSettings): Rate {
  let tokens = burstOf(settings().maxDispatchesPerSecond);
  let at = clock.now();
  let share = 1;
  return {
    take() {
      const { maxDispatchesPerSecond: greatest } = settings();
      const perSecond = Math.min(greatest, Math.max(1, greatest * share));
      tokens = Math.min(burstOf(greatest), tokens + ((clock.now() - at) * perSecond) / 1_000);
      at = clock.now();
      if (tokens < 1) return Math.ceil(((1 - tokens) * 1_000) / perSecond);
      tokens--;
      return 0;
    },
    heed(status = 0) {
      if (status === 429 || status === 503) share = Math.max(share / 2, 1 / 1_024);
      else if (status >= 200 && status < 300) share = Math.min(1, share * 2);
    },
  };
}
