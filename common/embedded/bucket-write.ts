/**
 * Writes an object so that it is there completely or not at all, whenever the power fails: temporary file, sync, one
 * atomic step onto the path (link to create only, rename to replace), sync of the folders.
 */
import { type FileHandle, link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock, Random } from '../clock.ts';
import { PlatformError } from '../platform/errors.ts';
import type { Point } from '../points.ts';
import { errnoOf } from './bucket-errors.ts';
import { assertThere, FOLDER_MODE, syncFolders, temporaryFolder, whatStandsAt } from './bucket-folders.ts';
import { sealTrailer } from './object-file.ts';

export interface WritePlace {
  readonly root: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly point: Point;
}

export interface ObjectDraft {
  readonly content: Uint8Array;
  readonly contentType: string;
  readonly metadata: { readonly [key: string]: string };
  readonly ifAbsent: boolean;
}

/** How often a put makes its folder anew because deletes of its neighbours remove it as empty, before it gives up. */
const FOLDER_TRIES = 20;
const NAME_TRIES = 5;
/** People's photos: other accounts of the machine have no business with them. */
const OWNER_ONLY = 0o600;

/** Resolves when the outcome is durable. `exists` waits for that too: the winner may not be done syncing. */
export async function writeObject(place: WritePlace, path: string, draft: ObjectDraft): Promise<'created' | 'exists'> {
  const temporary = await writeTemporary(place, draft);
  try {
    await place.point('object-written');
    const outcome = await moveOnto(path, { temporary, root: place.root, ifAbsent: draft.ifAbsent });
    if (outcome === 'created') await place.point('object-renamed');
    await syncFolders(place.root, path);
    return outcome;
  } finally {
    // After a rename there is nothing left to remove; what cannot be removed now, `cleanTemporary` takes later.
    await unlink(temporary).catch(() => {});
  }
}

async function writeTemporary(place: WritePlace, draft: ObjectDraft): Promise<string> {
  const createdAt = place.clock.now();
  const etag = hex(place.random.bytes(16));
  const { content, contentType, metadata } = draft;
  const trailer = sealTrailer(content, { contentType, metadata, createdAt, etag });
  const { handle, name } = await createTemporary(place);
  try {
    await handle.writeFile(content);
    await handle.writeFile(trailer);
    await handle.utimes(createdAt / 1000, createdAt / 1000);
    await handle.sync();
    await handle.close();
    return name;
  } catch (error) {
    await handle.close().catch(() => {});
    await unlink(name).catch(() => {});
    throw error;
  }
}

/** Dice that repeat (in a test that reopens a directory) may meet a leftover of their own name: roll again. */
async function createTemporary({ root, random }: WritePlace): Promise<{ handle: FileHandle; name: string }> {
  for (let triesLeft = NAME_TRIES; ; triesLeft--) {
    const name = join(temporaryFolder(root), hex(random.bytes(16)));
    try {
      return { handle: await open(name, 'wx', OWNER_ONLY), name };
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST' || triesLeft === 0) throw error;
    }
  }
}

async function moveOnto(
  path: string,
  { temporary, root, ifAbsent }: { temporary: string; root: string; ifAbsent: boolean },
): Promise<'created' | 'exists'> {
  const target = join(root, path);
  for (let triesLeft = FOLDER_TRIES; ; triesLeft--) {
    try {
      await (ifAbsent ? link(temporary, target) : rename(temporary, target));
      return 'created';
    } catch (error) {
      if (triesLeft === 0) throw error;
      const there = await whatStandsAt(target);
      if (there === 'folder') throw nested(path);
      if (there === 'file' && ifAbsent && errnoOf(error) === 'EEXIST') return 'exists';
      if (errnoOf(error) === 'ENOTDIR') throw nested(path);
      // EEXIST with nothing there: the object was deleted in between. ENOENT: its folder is not there (any more).
      if (errnoOf(error) === 'ENOENT') await makeFolder(root, path);
      else if (errnoOf(error) !== 'EEXIST') throw error;
    }
  }
}

async function makeFolder(root: string, path: string): Promise<void> {
  await assertThere(root);
  try {
    await mkdir(dirname(join(root, path)), { recursive: true, mode: FOLDER_MODE });
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EEXIST' || code === 'ENOTDIR') throw nested(path);
    // A folder above was removed as empty while this one was made; the caller tries again.
    if (code !== 'ENOENT') throw error;
  }
}

/** A file system cannot hold `a` and `a/b`. No part of the service names objects so. */
function nested(path: string): PlatformError {
  return new PlatformError('invalid', `"${path}" would need an object to be the folder of another one`);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
