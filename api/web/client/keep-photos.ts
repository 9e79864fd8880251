/**
 * Photos in IndexedDB, from the choice until the service has accepted them: a page that is reloaded in the middle of an
 * upload can go on without asking the shopper again.
 */
import type { KeepPhotos } from './keep.ts';

const DATABASE = 'easel';
const PHOTOS = 'photos';

/** As far as it is used here. */
export interface IndexedDb {
  open(name: string, version: number): OpenRequest;
}

interface Request<T> {
  readonly result: T;
  readonly error: unknown;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}

interface OpenRequest extends Request<Database> {
  onupgradeneeded: (() => void) | null;
  onblocked: (() => void) | null;
}

interface Database {
  createObjectStore(name: string): unknown;
  transaction(name: string, mode: 'readonly' | 'readwrite'): { objectStore(name: string): ObjectStore };
  close(): void;
}

interface ObjectStore {
  get(name: string): Request<unknown>;
  put(value: unknown, name: string): Request<unknown>;
  delete(name: string): Request<unknown>;
  getAllKeys(): Request<unknown[]>;
}

export function keepInIndexedDb(indexedDb: IndexedDb): KeepPhotos {
  async function within<T>(mode: 'readonly' | 'readwrite', work: (store: ObjectStore) => Request<T>): Promise<T> {
    const opening = indexedDb.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(PHOTOS);
    const database = await settled(opening);
    try {
      return await settled(work(database.transaction(PHOTOS, mode).objectStore(PHOTOS)));
    } finally {
      database.close();
    }
  }

  return {
    async get(name) {
      const found = await within('readonly', store => store.get(name));
      return found instanceof Blob ? found : undefined;
    },
    set: async (name, photo) => void (await within('readwrite', store => store.put(photo, name))),
    remove: async name => void (await within('readwrite', store => store.delete(name))),
    names: async () => (await within('readonly', store => store.getAllKeys())).map(String),
  };
}

function settled<T>(request: Request<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
