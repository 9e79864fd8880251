/**
 * Walks the paths of a directory bucket in path order, one folder at a time: names of a folder are sorted as they
 * stand in a full path, a folder with the `/` that follows it, so that `a-b` comes before `a/c` and `a0` after it.
 */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isObjectPath } from '../platform/object-rules.ts';
import { isMissing } from './bucket-errors.ts';

export interface Walk {
  readonly root: string;
  readonly prefix: string;
  /** Only paths greater than this; empty = all. */
  readonly after: string;
}

/** Opens only folders that can hold a path of the walk. Foreign files (a dot in the name, links) are passed over. */
export function walkPaths(walk: Walk): AsyncGenerator<string> {
  return walkFolder(walk, walk.prefix.slice(0, walk.prefix.lastIndexOf('/') + 1));
}

/** `folder` is empty for the root, or ends with `/`. */
async function* walkFolder(walk: Walk, folder: string): AsyncGenerator<string> {
  for (const name of await namesIn(join(walk.root, folder))) {
    const path = folder + name;
    if (!path.startsWith(walk.prefix)) continue;
    if (!path.endsWith('/')) {
      if (path > walk.after) yield path;
    } else if (path > walk.after || walk.after.startsWith(path)) {
      yield* walkFolder(walk, path);
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readFolder(folder);
  return entries
    .filter(entry => isObjectPath(entry.name) && (entry.isFile() || entry.isDirectory()))
    .map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort();
}

/** A folder that was removed since its name was read holds nothing. */
async function readFolder(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
