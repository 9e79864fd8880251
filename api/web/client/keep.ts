/**
 * What outlives a reload, and where. Each thing has a name of its own and is never rewritten together with others, so
 * that two tabs cannot overwrite what the other has just kept. Storage may be full, forbidden or gone at any time: the
 * client then works on without it.
 */

/** Names and texts, such as `localStorage` keeps them. */
export interface KeepText {
  get(name: string): MaybePromise<string | null>;
  set(name: string, text: string): MaybePromise<void>;
  remove(name: string): MaybePromise<void>;
  names(): MaybePromise<readonly string[]>;
}

/** Photos of submits that are not accepted yet, by the names that these have among the texts. */
export interface KeepPhotos {
  get(name: string): Promise<Blob | undefined>;
  set(name: string, photo: Blob): Promise<void>;
  remove(name: string): Promise<void>;
  names(): Promise<readonly string[]>;
}

type MaybePromise<T> = T | Promise<T>;

/** As far as it is used here. */
export interface WebStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(name: string): string | null;
  setItem(name: string, text: string): void;
  removeItem(name: string): void;
}

export function keepInWebStorage(storage: WebStorage): KeepText {
  return {
    get: name => storage.getItem(name),
    set: (name, text) => storage.setItem(name, text),
    remove: name => storage.removeItem(name),
    names: () => Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? ''),
  };
}

export function keepInMemory(): KeepText {
  const kept = new Map<string, string>();
  return {
    get: name => kept.get(name) ?? null,
    set: (name, text) => void kept.set(name, text),
    remove: name => void kept.delete(name),
    names: () => [...kept.keys()],
  };
}

export function keepNothing(): KeepText {
  return { get: () => null, set: () => {}, remove: () => {}, names: () => [] };
}

/** The part of a storage whose names begin like this; it knows of no others. */
export function named(prefix: string, storage: KeepText): KeepText {
  return {
    get: name => storage.get(prefix + name),
    set: (name, text) => storage.set(prefix + name, text),
    remove: name => storage.remove(prefix + name),
    names: async () => {
      const names = await storage.names();
      return names.flatMap(name => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
    },
  };
}

/** The same of photos. */
export function namedPhotos(prefix: string, photos: KeepPhotos): Pick<KeepPhotos, 'get' | 'set' | 'remove'> {
  return {
    get: name => photos.get(prefix + name),
    set: (name, photo) => photos.set(prefix + name, photo),
    remove: name => photos.remove(prefix + name),
  };
}

/** Falls back to memory where the storage fails, as it does when it is full or when the browser forbids it. */
export function keepSafely(storage: KeepText): KeepText {
  const memory = keepInMemory();
  return {
    async get(name) {
      const here = await memory.get(name);
      return here ?? attempt(() => storage.get(name), null);
    },
    async set(name, text) {
      const failed = await attempt(async () => void (await storage.set(name, text)), 'failed');
      if (failed !== undefined) await memory.set(name, text);
    },
    async remove(name) {
      await memory.remove(name);
      await attempt(() => storage.remove(name), undefined);
    },
    async names() {
      return [...(await attempt(() => storage.names(), [])), ...(await memory.names())];
    },
  };
}

async function attempt<T, F>(work: () => MaybePromise<T>, otherwise: F): Promise<T | F> {
  try {
    return await work();
  } catch {
    return otherwise;
  }
}
