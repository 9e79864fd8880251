/**
 * Lists of which there is always an older page: the first one is kept fresh, the others stay as they were loaded.
 */
import { useEffect, useState } from 'preact/hooks';
import { call } from './api.ts';
import { type Loaded, useLoad } from './load.ts';

interface Paged {
  readonly nextCursor?: string | undefined;
}

export interface Pages<P> extends Loaded<readonly P[]> {
  readonly cursor: string | undefined;
  readonly more: (cursor: string) => void;
}

/** `path` has a query already. */
export function usePages<P extends Paged>(path: string, everyMs = 10_000): Pages<P> {
  const first = useLoad<P>(`GET ${path}`, everyMs);
  const [older, setOlder] = useState<readonly P[]>([]);
  useEffect(() => setOlder([]), [path]);
  const more = async (cursor: string) => {
    const next = await call<P>(`GET ${path}&cursor=${encodeURIComponent(cursor)}`);
    setOlder(pages => [...pages, next]);
  };
  const pages = first.value === undefined ? undefined : [first.value, ...older];
  return { ...first, value: pages, cursor: pages?.at(-1)?.nextCursor, more: cursor => void more(cursor) };
}
