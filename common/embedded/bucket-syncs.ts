/**
 * Syncs of folders, shared by the puts that need them: a name in a folder is durable once the folder was synced after
 * the name was made, so one sync serves everybody who came before it began. What is durable up to the root is
 * remembered, for a folder's own name has to be synced only once.
 */
import { closeSync, fsync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from './bucket-errors.ts';

/** Windows cannot open a folder to sync it; NTFS journals names by itself. */
export const SYNCS_FOLDERS = process.platform !== 'win32';
/** Beyond that all is forgotten, and each folder above is synced once more. */
const KNOWN_MAX = 10_000;

export interface FolderSyncs {
  /** Resolves when the name of the object is durable, its folders included. */
  syncUp(path: string): Promise<void>;
  /** To be called before folders of the object are made or removed. */
  forget(path: string): void;
}

export function createFolderSyncs(root: string): FolderSyncs {
  const sync = sharedSyncs();
  /** Folders whose own names are durable; the root's is from the start (see `makeRoot`). */
  const durable = new Set<string>();
  let forgotten = 0;

  return {
    async syncUp(path) {
      if (!SYNCS_FOLDERS) return;
      const folders = foldersOf(root, path);
      const unknown = folders.filter(folder => !durable.has(folder));
      const before = forgotten;
      // All that are above an unknown one: another put that is still under way may have made it, and this put must not
      // depend on that one's sync.
      await Promise.all([...new Set([folders[0] ?? root, ...unknown.map(dirname)])].map(sync));
      // One that was removed and made anew meanwhile has another name to be synced than the one that was.
      if (forgotten !== before) return;
      if (durable.size > KNOWN_MAX) durable.clear();
      for (const folder of unknown) durable.add(folder);
    },
    forget(path) {
      forgotten++;
      for (const folder of foldersOf(root, path)) durable.delete(folder);
    },
  };
}

/** Resolves when what was written by the descriptor is on the disk. */
export function flush(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => fsync(descriptor, error => (error ? reject(error) : resolve())));
}

/** The folders of an object inside the root, the innermost first: `a/b/c` has `a/b` and `a`. */
export function foldersOf(root: string, path: string): string[] {
  const segments = path.split('/').slice(0, -1);
  return segments.map((_, index) => join(root, ...segments.slice(0, segments.length - index)));
}

interface Sync {
  begun: boolean;
  readonly ended: Promise<void>;
}

/** At most one sync of a folder at a time; whoever comes before it has begun is served by it, others by the next. */
function sharedSyncs(): (folder: string) => Promise<void> {
  const latest = new Map<string, Sync>();

  return folder => {
    const before = latest.get(folder);
    if (before && !before.begun) return before.ended;
    const own: Sync = { begun: false, ended: run() };
    latest.set(folder, own);
    return own.ended;

    async function run(): Promise<void> {
      await (before ? before.ended.catch(() => {}) : nextTurn());
      own.begun = true;
      try {
        await syncFolder(folder);
      } finally {
        if (latest.get(folder) === own) latest.delete(folder);
      }
    }
  };
}

/** By then the others of this turn have come too. */
function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

async function syncFolder(folder: string): Promise<void> {
  let descriptor: number;
  try {
    descriptor = openSync(folder, 'r');
  } catch (error) {
    // The folder was removed because its last object was deleted meanwhile: there is no name left to keep.
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  try {
    await flush(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
