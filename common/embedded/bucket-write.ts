/**
 * Writes an object so that it is there completely or not at all, whenever the power fails: temporary file, sync, one
 * atomic step onto the path (link to create only, rename to replace), sync of the folders.
 *
 * What waits for the disk (a sync, a large write, a new file on a busy disk) goes to the thread pool. What only changes
 * names and the page cache takes a few microseconds and is done at once: handing it over costs several times as much, and
 * spreads the puts of one moment over so many turns that their syncs and commits can no longer be shared.
 */
import {
  closeSync,
  futimesSync,
  linkSync,
  mkdirSync,
  open,
  renameSync,
  unlinkSync,
  writeFile,
  writeFileSync,
  writevSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Clock, Random } from '../clock.ts';
import { PlatformError } from '../platform/errors.ts';
import type { Point } from '../points.ts';
import { errnoOf } from './bucket-errors.ts';
import { assertThere, FOLDER_MODE, temporaryFolder, whatStandsAt } from './bucket-folders.ts';
import { type FolderSyncs, flush } from './bucket-syncs.ts';
import { sealTrailer } from './object-file.ts';

export interface WritePlace {
  readonly root: string;
  readonly syncs: FolderSyncs;
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
/** Copying so much into the page cache takes 0.1 ms; photos are longer, and are written while others are served. */
const AT_ONCE_BYTES = 256 * 1024;

const openFile = promisify(open);
const writeLarge = promisify(writeFile);

/** Resolves when the outcome is durable. `exists` waits for that too: the winner may not be done syncing. */
export async function writeObject(place: WritePlace, path: string, draft: ObjectDraft): Promise<'created' | 'exists'> {
  const temporary = await writeTemporary(place, draft);
  let isLeft = true;
  try {
    await place.point('object-written');
    const outcome = moveOnto(place, path, { temporary, ifAbsent: draft.ifAbsent });
    // A link leaves the temporary name beside the object's own, a rename does not.
    isLeft = draft.ifAbsent;
    if (outcome === 'created') await place.point('object-renamed');
    await place.syncs.syncUp(path);
    return outcome;
  } finally {
    if (isLeft) removeQuietly(temporary);
  }
}

async function writeTemporary(place: WritePlace, draft: ObjectDraft): Promise<string> {
  const createdAt = place.clock.now();
  const etag = hex(place.random.bytes(16));
  const { content, contentType, metadata } = draft;
  const trailer = sealTrailer(content, { contentType, metadata, createdAt, etag });
  const { descriptor, name } = await createTemporary(place);
  try {
    await writeParts(descriptor, content, trailer);
    futimesSync(descriptor, createdAt / 1000, createdAt / 1000);
    await flush(descriptor);
  } catch (error) {
    closeSync(descriptor);
    removeQuietly(name);
    throw error;
  }
  closeSync(descriptor);
  return name;
}

async function writeParts(descriptor: number, content: Uint8Array, trailer: Uint8Array): Promise<void> {
  if (content.byteLength > AT_ONCE_BYTES) {
    await writeLarge(descriptor, content);
    return writeFileSync(descriptor, trailer);
  }
  const written = writevSync(descriptor, [content, trailer]);
  // A disk that fills up takes a part; writing the rest says why it takes no more.
  const rest = content.byteLength + trailer.byteLength - written;
  if (rest > 0) writeFileSync(descriptor, Buffer.concat([content, trailer]).subarray(written));
}

/** What cannot be removed now, `cleanTemporary` takes later. */
function removeQuietly(temporary: string): void {
  try {
    unlinkSync(temporary);
  } catch {
    // See above.
  }
}

/** Dice that repeat (in a test that reopens a directory) may meet a leftover of their own name: roll again. */
async function createTemporary({
  root,
  random,
}: WritePlace): Promise<{ readonly descriptor: number; readonly name: string }> {
  for (let triesLeft = NAME_TRIES; ; triesLeft--) {
    const name = join(temporaryFolder(root), hex(random.bytes(16)));
    try {
      return { descriptor: await openFile(name, 'wx', OWNER_ONLY), name };
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST' || triesLeft === 0) throw error;
    }
  }
}

function moveOnto(
  place: WritePlace,
  path: string,
  { temporary, ifAbsent }: { temporary: string; ifAbsent: boolean },
): 'created' | 'exists' {
  const target = join(place.root, path);
  for (let triesLeft = FOLDER_TRIES; ; triesLeft--) {
    try {
      (ifAbsent ? linkSync : renameSync)(temporary, target);
      return 'created';
    } catch (error) {
      if (triesLeft === 0) throw error;
      const there = whatStandsAt(target);
      if (there === 'folder') throw nested(path);
      if (there === 'file' && ifAbsent && errnoOf(error) === 'EEXIST') return 'exists';
      if (errnoOf(error) === 'ENOTDIR') throw nested(path);
      // EEXIST with nothing there: the object was deleted in between. ENOENT: its folder is not there (any more).
      if (errnoOf(error) === 'ENOENT') makeFolder(place, path);
      else if (errnoOf(error) !== 'EEXIST') throw error;
    }
  }
}

function makeFolder({ root, syncs }: WritePlace, path: string): void {
  assertThere(root);
  syncs.forget(path);
  try {
    mkdirSync(dirname(join(root, path)), { recursive: true, mode: FOLDER_MODE });
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
