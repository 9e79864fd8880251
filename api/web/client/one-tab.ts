/**
 * Lets one tab of the browser work at a time, where the browser can (Web Locks; pages with https have them). It is never
 * what keeps a job from being made twice: that is the Idempotency-Key.
 */
import type { Environment } from './environment.ts';

type Surroundings = Pick<Environment, 'locks' | 'after'>;

/** A tab that was put to sleep may keep its lock for ever. */
const WAIT_MAX_MS = 10_000;

/** Waits for its turn, but not for long. */
export async function oneTab<T>({ locks, after }: Surroundings, name: string, work: () => Promise<T>): Promise<T> {
  if (!locks) return work();
  const waiting = new AbortController();
  const cancel = after(WAIT_MAX_MS, () => waiting.abort());
  let begun = false;
  const begin = () => {
    begun = true;
    cancel();
    return work();
  };
  try {
    return await locks.request(name, { signal: waiting.signal }, begin);
  } catch (error) {
    if (begun || !waiting.signal.aborted) throw error;
    return work();
  }
}

/** Undefined when another tab is at it. */
export async function unlessAnotherTab<T>(
  { locks }: Surroundings,
  name: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  if (!locks) return work();
  return locks.request(name, { ifAvailable: true }, async lock => (lock ? work() : undefined));
}
