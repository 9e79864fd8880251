/**
 * Time, timers and randomness come in from outside, so that a test can set, advance and replay them. Production passes
 * `systemClock` and `systemRandom`; nothing else in `api`, `worker` or `common` reads the time or rolls dice itself.
 */
import { randomBytes } from 'node:crypto';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `run` once after `ms`, unless the returned function is called first. Never keeps the process alive. */
  after(ms: number, run: () => void): () => void;
}

export interface Random {
  /** `count` unpredictable bytes. */
  bytes(count: number): Uint8Array;
  /** Uniform in [0, 1): for jitter. */
  fraction(): number;
}

const AHEAD_BYTES = 4_096;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export const systemRandom: Random = {
  bytes: createSystemBytes(),
  fraction: () => Math.random(),
};

/**
 * Takes them from the system some hundreds of calls ahead: each call of the system's own costs as much as reading a
 * document does. No byte is handed out twice.
 */
function createSystemBytes(): Random['bytes'] {
  let ahead = Buffer.alloc(0);
  return count => {
    if (count > AHEAD_BYTES) return randomBytes(count);
    if (ahead.length < count) ahead = randomBytes(AHEAD_BYTES);
    // A copy: who keeps a few bytes for long is not to keep all of them.
    const bytes = new Uint8Array(ahead.subarray(0, count));
    ahead.fill(0, 0, count);
    ahead = ahead.subarray(count);
    return bytes;
  };
}

/** Resolves after `ms`, or at once when the signal aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted) return resolve();
    const end = () => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal?.addEventListener('abort', end, { once: true });
  });
}
