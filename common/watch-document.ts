/**
 * Waits for a document to change. All that wait for one document share one watch of it, so that thousands of waiters
 * cost the store no more than as many documents.
 */
import type { Clock } from './clock.ts';
import { jobs } from './collections.ts';
import type { Job } from './job.ts';
import type { Collection, Document, Store } from './platform/store.ts';

export interface DocumentWatch<D> {
  /**
   * Calls `onChange` with the document as it is, soon, and after each change, until the returned function is called.
   * Undefined = there is no such document (any more).
   */
  subscribe(id: string, onChange: (document: D | undefined) => void): () => void;

  /** The first state that `enough` accepts, or undefined when `ms` have passed or the signal aborted. */
  until(
    id: string,
    enough: (document: D) => boolean,
    options: { ms: number; signal: AbortSignal },
  ): Promise<D | undefined>;
}

export type JobWatch = DocumentWatch<Job>;

interface Shared<D> {
  readonly listeners: Set<(document: D | undefined) => void>;
  readonly stop: () => void;
  last?: { readonly document: D | undefined };
}

interface Watched {
  readonly store: Pick<Store, 'watch'>;
  readonly clock: Clock;
}

export function createJobWatch(engine: Watched): JobWatch {
  return createDocumentWatch(engine, jobs);
}

export function createDocumentWatch<D extends Document>(
  { store, clock }: Watched,
  from: Collection<D>,
): DocumentWatch<D> {
  const watched = new Map<string, Shared<D>>();

  function open(id: string): Shared<D> {
    const listeners = new Set<(document: D | undefined) => void>();
    const shared: Shared<D> = {
      listeners,
      stop: store.watch(from, id, document => {
        shared.last = { document };
        for (const listener of [...listeners]) listener(document);
      }),
    };
    watched.set(id, shared);
    return shared;
  }

  const watch: DocumentWatch<D> = {
    subscribe(id, onChange) {
      const shared = watched.get(id) ?? open(id);
      shared.listeners.add(onChange);
      if (shared.last) onChange(shared.last.document);
      return () => {
        shared.listeners.delete(onChange);
        if (shared.listeners.size > 0 || watched.get(id) !== shared) return;
        watched.delete(id);
        shared.stop();
      };
    },
    until: (id, enough, options) =>
      untilAccepted(onChange => watch.subscribe(id, onChange), enough, { clock, ...options }),
  };
  return watch;
}

/** The first state that `enough` accepts of those that come, or undefined when `ms` have passed or the signal aborted. */
export function untilAccepted<S>(
  subscribe: (onState: (state: S | undefined) => void) => () => void,
  enough: (state: S) => boolean,
  { clock, ms, signal }: { clock: Clock; ms: number; signal: AbortSignal },
): Promise<S | undefined> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve(undefined);
    let unsubscribe = () => {};
    const rest = () => {
      cancel();
      signal.removeEventListener('abort', giveUp);
    };
    const end = (state: S | undefined) => {
      rest();
      // Deferred: the first state may arrive while `subscribe` is still running.
      queueMicrotask(() => unsubscribe());
      resolve(state);
    };
    const giveUp = () => end(undefined);
    const cancel = clock.after(ms, giveUp);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      unsubscribe = subscribe(state => {
        if (state && enough(state)) end(state);
      });
    } catch (error) {
      // Nothing may ring later for a wait that never began.
      rest();
      reject(error);
    }
  });
}
