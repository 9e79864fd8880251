/**
 * Where the operator is: the part of the address behind `#`, such as `#/jobs?status=failed`. Filters stand in it, so that
 * a view can be sent to a colleague; browsers keep that part to themselves, so no customer's name reaches any log.
 */
import { useEffect, useState } from 'preact/hooks';

export interface Place {
  /** Such as `['jobs', 'job_…']`. */
  readonly path: readonly string[];
  readonly query: { readonly [name: string]: string };
}

export type Query = { readonly [name: string]: string | undefined };

export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  return {
    path: path
      .split('/')
      .filter(part => part !== '')
      .map(decode),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

export function hrefOf(path: readonly string[], query: Query = {}): string {
  const set = Object.entries(query).flatMap(([name, value]) => (value ? [[name, value] as [string, string]] : []));
  const search = new URLSearchParams(set).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}

export function go(path: readonly string[], query: Query = {}): void {
  location.hash = hrefOf(path, query);
}

/** As `go`, without a step in the history: for filters that change while somebody types. */
export function replace(path: readonly string[], query: Query = {}): void {
  history.replaceState(null, '', hrefOf(path, query));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useEffect(() => {
    const look = () => setPlace(placeOf(location.hash));
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  return place;
}

/** What somebody typed into the address line may be no encoding of anything. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Those filters of the address that are set, to be put behind a path that has a query already. */
export function queryOf(query: Place['query'], names: readonly string[]): string {
  return names.map(name => (query[name] ? `&${name}=${encodeURIComponent(query[name])}` : '')).join('');
}
