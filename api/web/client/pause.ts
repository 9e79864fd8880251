/**
 * Waiting that ends at once when the caller gives up: for a time, for the network, for a tab to be looked at.
 */
import type { Environment } from './environment.ts';

type Surroundings = Pick<Environment, 'after' | 'page' | 'window' | 'isOnline'>;

/** Rejects with the signal's reason. */
export function pause({ after }: Pick<Environment, 'after'>, ms: number, signal?: AbortSignal): Promise<void> {
  return until(signal, resolve => after(ms, resolve));
}

/** Resolves when the tab is visible. */
export function untilVisible({ page }: Surroundings, signal?: AbortSignal): Promise<void> {
  if (page?.visibilityState !== 'hidden') return Promise.resolve();
  return until(signal, resolve => {
    const look = () => page.visibilityState !== 'hidden' && resolve();
    page.addEventListener('visibilitychange', look);
    return () => page.removeEventListener('visibilitychange', look);
  });
}

/** Resolves after so many milliseconds, or as soon as the network is back; without a network, only then. */
export function untilWorthATry(surroundings: Surroundings, ms: number, signal?: AbortSignal): Promise<void> {
  const { after, window, isOnline } = surroundings;
  return until(signal, resolve => {
    const cancel = window && !isOnline() ? () => {} : after(ms, resolve);
    window?.addEventListener('online', resolve);
    return () => {
      cancel();
      window?.removeEventListener('online', resolve);
    };
  });
}

/** `begin` starts to wait and answers how to stop. */
function until(signal: AbortSignal | undefined, begin: (resolve: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const finish = (settle: () => void) => () => {
      stop();
      signal?.removeEventListener('abort', giveUp);
      settle();
    };
    const giveUp = finish(() => reject(signal?.reason));
    // Whatever is waited for may be there already.
    let stop = () => {};
    stop = begin(finish(resolve));
    signal?.addEventListener('abort', giveUp);
  });
}

export interface Limit {
  readonly signal: AbortSignal;
  /** Ends what is bound to it. */
  end(reason?: unknown): void;
  /** Lets go of the signal it was made from. */
  release(): void;
}

/** Aborted with `outer`, or by itself. `AbortSignal.any` would do, were it in the phones of some years ago. */
export function limit(outer?: AbortSignal): Limit {
  const controller = new AbortController();
  const end = (reason?: unknown) => controller.abort(reason);
  const follow = () => end(outer?.reason);
  if (outer?.aborted) follow();
  outer?.addEventListener('abort', follow);
  return { signal: controller.signal, end, release: () => outer?.removeEventListener('abort', follow) };
}

/** Rejects when the signal is aborted, whatever becomes of the work, which others may share. */
export function unlessAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
