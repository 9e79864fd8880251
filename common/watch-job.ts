/**
 * Waits for a job to change. All that wait for one job share one watch of its document, so that thousands of waiters
 * cost the store no more than as many jobs.
 */
import type { Clock } from './clock.ts';
import { jobs } from './documents.ts';
import type { Job } from './job.ts';
import type { Store } from './platform/store.ts';

export interface JobWatch {
  /**
   * Calls `onChange` with the job as it is, soon, and after each change, until the returned function is called.
   * Undefined = there is no such job (any more).
   */
  subscribe(id: string, onChange: (job: Job | undefined) => void): () => void;

  /** The first state of the job that `enough` accepts, or undefined when `ms` have passed or the signal aborted. */
  until(
    id: string,
    enough: (job: Job) => boolean,
    options: { ms: number; signal: AbortSignal },
  ): Promise<Job | undefined>;
}

interface Shared {
  readonly listeners: Set<(job: Job | undefined) => void>;
  readonly stop: () => void;
  last?: { readonly job: Job | undefined };
}

export function createJobWatch({ store, clock }: { store: Pick<Store, 'watch'>; clock: Clock }): JobWatch {
  const watched = new Map<string, Shared>();

  function open(id: string): Shared {
    const listeners = new Set<(job: Job | undefined) => void>();
    const shared: Shared = {
      listeners,
      stop: store.watch(jobs, id, job => {
        shared.last = { job };
        for (const listener of [...listeners]) listener(job);
      }),
    };
    watched.set(id, shared);
    return shared;
  }

  const watch: JobWatch = {
    subscribe(id, onChange) {
      const shared = watched.get(id) ?? open(id);
      shared.listeners.add(onChange);
      if (shared.last) onChange(shared.last.job);
      return () => {
        shared.listeners.delete(onChange);
        if (shared.listeners.size > 0 || watched.get(id) !== shared) return;
        watched.delete(id);
        shared.stop();
      };
    },
    until(id, enough, { ms, signal }) {
      return new Promise(resolve => {
        if (signal.aborted) return resolve(undefined);
        const end = (job: Job | undefined) => {
          cancel();
          signal.removeEventListener('abort', giveUp);
          // Deferred: the first state may arrive while `subscribe` is still running.
          queueMicrotask(() => unsubscribe());
          resolve(job);
        };
        const giveUp = () => end(undefined);
        const cancel = clock.after(ms, giveUp);
        signal.addEventListener('abort', giveUp, { once: true });
        const unsubscribe = watch.subscribe(id, job => {
          if (job && enough(job)) end(job);
        });
      });
    },
  };
  return watch;
}
