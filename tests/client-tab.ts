/**
 * Tabs of one browser with the client in them: they share what the browser keeps and its locks, and each can die in the
 * middle of a request as a page does that is closed: nothing in it runs any more.
 */

import type { Environment, Locks } from '../api/web/client/environment.ts';
import { keepInMemory } from '../api/web/client/keep.ts';
import {
  createEaselClient,
  type EaselClient,
  type EaselClientOptions,
  type KeepPhotos,
} from '../api/web/easel-client.ts';
import type { BadLine } from './doubles/bad-line.ts';

export interface Browser {
  readonly storage: ReturnType<typeof keepInMemory>;
  readonly photos: KeepPhotos;
  /** Photos that are kept. */
  readonly photoCount: () => number;
  /** Everything that is in the storage. */
  readonly text: () => Promise<string>;
}

export interface Tab {
  readonly client: EaselClient;
  /** Its requests so far. */
  readonly requests: readonly string[];
  /** Resolves when it has died. */
  readonly died: Promise<undefined>;
}

export interface TabOptions extends Partial<EaselClientOptions> {
  readonly line: BadLine;
  /** Number of the request during which the tab dies; `arrived`: after the service has had it. */
  readonly dieAt?: number;
  readonly arrived?: boolean;
  readonly withLocks?: boolean;
}

/** As browsers have them; Node does, too. */
const { locks } = navigator as unknown as { readonly locks: Locks };

export function openBrowser(): Browser {
  const storage = keepInMemory();
  const photos = new Map<string, Blob>();
  return {
    storage,
    photos: {
      get: async name => photos.get(name),
      set: async (name, photo) => void photos.set(name, photo),
      remove: async name => void photos.delete(name),
      names: async () => [...photos.keys()],
    },
    photoCount: () => photos.size,
    async text() {
      const names = await storage.names();
      return JSON.stringify(await Promise.all(names.map(async name => [name, await storage.get(name)])));
    },
  };
}

export function openTab(browser: Browser, options: TabOptions & Pick<EaselClientOptions, 'url' | 'key'>): Tab {
  const { line, dieAt, arrived = false, withLocks = true, environment, ...others } = options;
  const requests: string[] = [];
  const timers = new Set<() => void>();
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  let dead = false;
  let tell: () => void = () => {};
  const died = new Promise<undefined>(resolve => {
    tell = () => resolve(undefined);
  });
  const never = () => new Promise<never>(() => {});
  const die = (): Promise<never> => {
    dead = true;
    for (const cancel of timers) cancel();
    tell();
    return never();
  };
  const fetchOrDie = (async (input: string, init: RequestInit = {}) => {
    if (dead) return never();
    requests.push(`${init.method ?? 'GET'} ${new URL(input).pathname}`);
    if (requests.length !== dieAt) return line.fetch(input, init);
    if (arrived) await line.fetch(input, init).then(answer => answer.arrayBuffer());
    return die();
  }) as typeof fetch;
  const after: Environment['after'] = (ms, callback) => {
    if (dead) return () => {};
    const timer = setTimeout(callback, ms);
    const cancel = () => clearTimeout(timer);
    timers.add(cancel);
    return cancel;
  };
  /** Whoever dies lets go of its locks. */
  const mortal: Locks = {
    async request(name, options, work) {
      const done = await locks.request(name, options, lock => Promise.race([work(lock), died]));
      return dead ? never() : (done as Awaited<ReturnType<typeof work>>);
    },
  };
  const surroundings = { fetch: fetchOrDie, after, page, ...(withLocks ? { locks: mortal } : {}), ...environment };
  const kept = { storage: browser.storage, photos: browser.photos };
  return { client: createEaselClient({ ...kept, ...others, environment: surroundings }), requests, died };
}
