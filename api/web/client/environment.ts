/**
 * What the client takes from its surroundings: all of it is here, so that the rest runs in browsers, in Node and in tests
 * alike. Nothing of it is looked up before a client is made.
 */
import { type KeepPhotos, type KeepText, keepInMemory, keepInWebStorage, type WebStorage } from './keep.ts';
import { type IndexedDb, keepInIndexedDb } from './keep-photos.ts';

export interface Environment {
  readonly fetch: typeof fetch;
  /** Sends a body and tells how far it has come, which `fetch` cannot; undefined outside browsers. */
  readonly newXhr: (() => Xhr) | undefined;
  readonly now: () => number;
  /** Calls back after so many milliseconds; the answer takes it back. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** From 0 up to 1. */
  readonly fraction: () => number;
  readonly uuid: () => string;
  /** Tells whether the tab is hidden, and of changes by `visibilitychange`; undefined outside pages. */
  readonly page: Page | undefined;
  /** Tells of `online`; undefined outside pages. */
  readonly window: EventSource | undefined;
  /** False when there is no network for sure. */
  readonly isOnline: () => boolean;
  /** Lets one tab work at a time; undefined where there are no others, or no way to ask them. */
  readonly locks: Locks | undefined;
  readonly storage: KeepText;
  readonly photos: KeepPhotos | undefined;
  readonly origin: string | undefined;
}

interface EventSource {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

export interface Page extends EventSource {
  readonly visibilityState: string;
}

export interface Locks {
  /** `work` is given null when the lock was asked for `ifAvailable` and is not. */
  request<T>(
    name: string,
    options: { readonly ifAvailable: true } | { readonly signal: AbortSignal },
    work: (lock: unknown) => Promise<T>,
  ): Promise<T>;
}

/** As far as it is used here. */
export interface Xhr {
  readonly upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null };
  readonly status: number;
  readonly responseText: string;
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getAllResponseHeaders(): string;
  send(body: Blob | FormData | string): void;
  abort(): void;
}

interface Browser {
  readonly document?: Page;
  readonly localStorage?: WebStorage;
  readonly indexedDB?: IndexedDb;
  readonly XMLHttpRequest?: new () => Xhr;
  readonly navigator?: { readonly onLine?: boolean; readonly locks?: Locks };
  readonly location?: { readonly origin?: string };
  readonly addEventListener?: unknown;
}

export function surroundings(): Environment {
  const browser = globalThis as unknown as Browser;
  const { document, XMLHttpRequest } = browser;
  return {
    fetch: (input, init) => fetch(input, init),
    newXhr: document && XMLHttpRequest && (() => new XMLHttpRequest()),
    now: () => Date.now(),
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    fraction: () => Math.random(),
    uuid,
    page: document,
    window: document && browser.addEventListener ? (globalThis as unknown as EventSource) : undefined,
    isOnline: () => browser.navigator?.onLine !== false,
    locks: document && browser.navigator?.locks,
    storage: pageStorage(browser),
    photos: document && browser.indexedDB && keepInIndexedDb(browser.indexedDB),
    origin: document && browser.location?.origin,
  };
}

/** Some browsers throw at the mere mention of a storage that is forbidden. Node has one, too, that nobody meant. */
function pageStorage(browser: Browser): KeepText {
  try {
    if (browser.document && browser.localStorage) return keepInWebStorage(browser.localStorage);
  } catch {}
  return keepInMemory();
}

/** `crypto.randomUUID` is not there in pages without https. */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}
