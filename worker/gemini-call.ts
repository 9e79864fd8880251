/**
 * The life of one call to Gemini: it ends when its caller aborts, when its time is over, or when it is done. Whoever
 * waits for it then stops waiting, whatever the SDK is doing, and the connection is closed.
 */
import type { Clock } from '../common/clock.ts';
import { type Discretion, faultError } from './gemini-errors.ts';

export interface Call {
  readonly discretion: Discretion;
  /** Ends the HTTP request; its reason is what the caller of the model gets to see. */
  readonly signal: AbortSignal;
  /** Whether the request was handed to the network: from then on it may be billed. */
  sent: boolean;
  /** The answer stopped coming. */
  giveUp(): void;
  /** The outcome of `work`, or the end of the call if that comes first. */
  untilEnded<T>(work: Promise<T>): Promise<T>;
  end(): void;
}

export interface CallOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** The caller's. */
  readonly signal: AbortSignal;
  readonly discretion: Discretion;
}

export function startCall({ clock, timeoutMs, signal, discretion }: CallOptions): Call {
  const ending = new AbortController();
  const abort = () => ending.abort(signal.reason);
  const giveUp = () => ending.abort(faultError('no answer, or no more of it, in time', discretion));
  signal.addEventListener('abort', abort, { once: true });
  const cancel = clock.after(timeoutMs, giveUp);
  const ended = new Promise<never>((_, reject) => {
    ending.signal.addEventListener('abort', () => reject(ending.signal.reason), { once: true });
  });
  // Nobody may be waiting any more when it ends.
  ended.catch(() => {});

  return {
    discretion,
    signal: ending.signal,
    sent: false,
    giveUp,
    untilEnded: work => Promise.race([work, ended]),
    end() {
      cancel();
      signal.removeEventListener('abort', abort);
    },
  };
}
