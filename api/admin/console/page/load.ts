/**
 * Loads what a page shows and keeps it fresh. What is shown stays while the next answer is on its way, and when that
 * answer does not come the page says since when it is old: at night nobody should read an hour-old figure as today's.
 */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiProblem, call } from './api.ts';
import { whenSomethingChanged } from './live.ts';

export interface Loaded<T> {
  readonly value?: T | undefined;
  readonly problem?: ApiProblem | undefined;
  /** When `value` was answered, milliseconds since 1970. */
  readonly at?: number | undefined;
  readonly reload: () => void;
}

type State<T> = Omit<Loaded<T>, 'reload'> & { readonly request?: string };

/** `request` as in `call`; undefined asks nothing. With an `everyMs` of 0 it is not asked again by itself. */
export function useLoad<T>(request: string | undefined, everyMs = 5_000): Loaded<T> {
  const [state, setState] = useState<State<T>>({});
  const asked = useRef<AbortController>(undefined);

  const load = useCallback(async () => {
    asked.current?.abort();
    if (request === undefined) return;
    const asking = new AbortController();
    asked.current = asking;
    const { signal } = asking;
    try {
      const value = await call<T>(request, { signal });
      setState({ value, at: Date.now(), request });
    } catch (error) {
      if (signal.aborted) return;
      const problem = error instanceof ApiProblem ? error : new ApiProblem(0, 'internal', String(error));
      setState(before => ({
        ...before,
        problem,
        ...(before.request === request ? {} : { value: undefined, request }),
      }));
    }
  }, [request]);

  useEffect(() => {
    void load();
    const stop = whenSomethingChanged(everyMs, () => void load());
    return () => {
      stop();
      asked.current?.abort();
    };
  }, [load, everyMs]);

  // Of another request: nothing of it may be shown under this one's heading.
  const { request: of, ...shown } = state;
  return { ...(of === request ? shown : {}), reload: () => void load() };
}
