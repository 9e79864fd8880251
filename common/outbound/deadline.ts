/**
 * The time that a request has. Whatever is begun under it is raced against its end, because a resolver cannot be
 * stopped; what is open then is closed by the signal.
 */
import type { Clock } from '../clock.ts';
import { OutboundError } from './outbound-error.ts';

export interface Deadline {
  /** Aborted when the time is over or the caller has given up, and by `end`. */
  readonly signal: AbortSignal;
  /** The result, if it comes within `ms` and before the end. Throws `timeout` or `canceled`. */
  within<T>(ms: number, work: Promise<T>): Promise<T>;
  /** Closes what is still open. To be called in every case. */
  end(): void;
}

export function startDeadline(clock: Clock, timeoutMs: number, caller: AbortSignal | undefined): Deadline {
  const ending = new AbortController();
  const { signal } = ending;
  const fail = (code: 'timeout' | 'canceled') => () => ending.abort(new OutboundError(code));
  const ended = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  // Nobody may be waiting when it ends.
  ended.catch(() => {});
  const cancel = fail('canceled');
  const stopTimer = clock.after(timeoutMs, fail('timeout'));
  if (caller?.aborted) cancel();
  caller?.addEventListener('abort', cancel);

  return {
    signal,
    async within(ms, work) {
      const stop = clock.after(ms, fail('timeout'));
      try {
        return await Promise.race([work, ended]);
      } finally {
        stop();
      }
    },
    end() {
      stopTimer();
      caller?.removeEventListener('abort', cancel);
      ending.abort();
    },
  };
}
