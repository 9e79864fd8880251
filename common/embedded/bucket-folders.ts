/**
 * The folders around the objects: the root, the place for temporary files, and the ones that paths imply. A name in a
 * folder is durable only once the folder itself was synced, and so on up to the root.
 */
import { accessSync, closeSync, fsyncSync, lstatSync, mkdirSync, openSync, rmdirSync } from 'node:fs';
import { lstat, readdir, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PlatformError } from '../platform/errors.ts';
import { isMissing, translate } from './bucket-errors.ts';
import { type FolderSyncs, foldersOf, SYNCS_FOLDERS } from './bucket-syncs.ts';

/** A dot cannot occur in an object's path, so this name belongs to no object. */
const TEMPORARY = '.tmp';

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
export function assertThere(root: string): void {
  try {
    accessSync(temporaryFolder(root));
  } catch (error) {
    throw new PlatformError('unavailable', 'the directory of the bucket is gone', { cause: error });
  }
}

/** Removes the folders that the deleted object leaves empty; stops at the first that is in use. */
export function removeEmptyFolders(root: string, path: string, syncs: FolderSyncs): void {
  syncs.forget(path);
  for (const folder of foldersOf(root, path)) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}

/** Links are not followed: one counts as a file. */
export function whatStandsAt(target: string): 'file' | 'folder' | 'nothing' {
  try {
    const stat = lstatSync(target, { throwIfNoEntry: false });
    if (!stat) return 'nothing';
    return stat.isDirectory() ? 'folder' : 'file';
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

function syncUpwards(from: string, top: string): void {
  if (!SYNCS_FOLDERS) return;
  for (let folder = dirname(from); folder.length >= top.length; folder = dirname(folder)) {
    const descriptor = openSync(folder, 'r');
    fsyncSync(descriptor);
    closeSync(descriptor);
    if (folder === dirname(folder)) return;
  }
}
