/**
 * The folders around the objects: the root, the place for temporary files, and the ones that paths imply. A name in a
 * folder is durable only once the folder itself was synced, and so on up to the root.
 */
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { access, lstat, open, readdir, rmdir, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PlatformError } from '../platform/errors.ts';
import { errnoOf, isMissing, translate } from './bucket-errors.ts';

/** A dot cannot occur in an object's path, so this name belongs to no object. */
const TEMPORARY = '.tmp';
/** Windows cannot open a folder to sync it; NTFS journals names by itself. */
const SYNCS_FOLDERS = process.platform !== 'win32';

/** For the owner alone, as the files in them. */
export const FOLDER_MODE = 0o700;

/** Makes the root durably, once; whoever finds it gone later must not recreate it (see `assertThere`). */
export function makeRoot(directory: string): string {
  const root = resolve(directory);
  try {
    const firstMade = mkdirSync(temporaryFolder(root), { recursive: true, mode: FOLDER_MODE });
    if (firstMade) syncUpwards(temporaryFolder(root), dirname(firstMade));
  } catch (error) {
    throw translate(error, directory);
  }
  return root;
}

export function temporaryFolder(root: string): string {
  return join(root, TEMPORARY);
}

/**
 * Asked before an object is called missing. When the whole directory is gone (a disk that is not mounted, a folder
 * moved away), "missing" would have every picture drawn and paid again; `unavailable` makes callers wait instead.
 */
export async function assertThere(root: string): Promise<void> {
  try {
    await access(temporaryFolder(root));
  } catch (error) {
    throw new PlatformError('unavailable', 'the directory of the bucket is gone', { cause: error });
  }
}

/**
 * Syncs the folder of an object and every folder above it up to the root. All of them, each time: another put that is
 * still under way may have made one of them, and this put must not depend on that one's sync. Costs 0.3 ms a level.
 */
export async function syncFolders(root: string, path: string): Promise<void> {
  if (!SYNCS_FOLDERS) return;
  for (const folder of foldersOf(root, path)) await syncFolder(folder);
  await syncFolder(root);
}

/** Removes the folders that the deleted object leaves empty; stops at the first that is in use. */
export async function removeEmptyFolders(root: string, path: string): Promise<void> {
  for (const folder of foldersOf(root, path)) {
    try {
      await rmdir(folder);
    } catch {
      return;
    }
  }
}

/** Links are not followed: one counts as a file. */
export async function whatStandsAt(target: string): Promise<'file' | 'folder' | 'nothing'> {
  try {
    return (await lstat(target)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (isMissing(error)) return 'nothing';
    throw error;
  }
}

/** Removes temporary files last written before `olderThan`; returns how many. */
export async function removeTemporary(root: string, olderThan: number): Promise<number> {
  let removed = 0;
  for (const name of await readdir(temporaryFolder(root))) {
    const file = join(temporaryFolder(root), name);
    try {
      if ((await lstat(file)).mtimeMs >= olderThan) continue;
      await unlink(file);
      removed++;
    } catch (error) {
      // A put that ends just now removes its own.
      if (!isMissing(error)) throw error;
    }
  }
  return removed;
}

/** The folders of an object inside the root, the innermost first: `a/b/c` has `a/b` and `a`. */
function foldersOf(root: string, path: string): string[] {
  const segments = path.split('/').slice(0, -1);
  return segments.map((_, index) => join(root, ...segments.slice(0, segments.length - index)));
}

async function syncFolder(folder: string): Promise<void> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(folder, 'r');
  } catch (error) {
    // The folder was removed because its last object was deleted meanwhile: there is no name left to keep.
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function syncUpwards(from: string, top: string): void {
  if (!SYNCS_FOLDERS) return;
  for (let folder = dirname(from); folder.length >= top.length; folder = dirname(folder)) {
    const descriptor = openSync(folder, 'r');
    fsyncSync(descriptor);
    closeSync(descriptor);
    if (folder === dirname(folder)) return;
  }
}
