/**
 * The bucket of the embedded platform: a directory with one file per object, at the object's path. How a file is laid
 * out stands in `object-file.ts`, how it is written in `bucket-write.ts`, who may fetch it in `bucket-urls.ts`.
 */
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Random } from '../clock.ts';
import type { Bucket, ObjectStat } from '../platform/bucket.ts';
import { PlatformError } from '../platform/errors.ts';
import { checkInput, checkList, checkPath, checkRange } from '../platform/object-rules.ts';
import type { SignedObjects } from '../platform/signed-objects.ts';
import { noPoint, type Point } from '../points.ts';
import { isMissing, translated } from './bucket-errors.ts';
import { assertThere, makeRoot, removeEmptyFolders, removeTemporary, whatStandsAt } from './bucket-folders.ts';
import { walkPaths } from './bucket-list.ts';
import { contentStream, wholeContent } from './bucket-read.ts';
import { createFolderSyncs, flush } from './bucket-syncs.ts';
import { signedUrls } from './bucket-urls.ts';
import { type WritePlace, writeObject } from './bucket-write.ts';
import { type OpenObject, openObject, statOf } from './object-file.ts';

export interface DirectoryBucketOptions {
  /** Made if it is not there. Belongs to this bucket alone. */
  readonly directory: string;
  /** Where `api/objects.ts` is reached from outside; asked at each signing. */
  readonly baseUrl: () => string;
  /** At least 32 unpredictable bytes, the same at every start, or every URL given out before stops working. */
  readonly signingKey: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
  readonly point?: Point;
}

export interface DirectoryBucket extends Bucket, SignedObjects {
  /** Removes what puts left behind that a crash interrupted; to be called at start. Resolves to how many. */
  cleanTemporary(): Promise<number>;
}

/** A put takes seconds; what is older than this belongs to a process that is no more. */
const TEMPORARY_AGE_MS = 60 * 60 * 1000;

/** Throws `unavailable` when the directory cannot be made. */
export function createDirectoryBucket(options: DirectoryBucketOptions): DirectoryBucket {
  const { clock, random, point = noPoint } = options;
  const root = makeRoot(options.directory);
  const place: WritePlace = { root, syncs: createFolderSyncs(root), clock, random, point };
  return {
    ...objectCalls(place),
    ...signedUrls(options),
    list: (prefix, page) => translated(prefix, () => listObjects(place.root, prefix, page)),
    cleanTemporary: () => translated('.tmp', () => removeTemporary(place.root, clock.now() - TEMPORARY_AGE_MS)),
  };
}

function objectCalls(place: WritePlace): Pick<Bucket, 'put' | 'stat' | 'read' | 'copy' | 'touch' | 'delete'> {
  const { root, clock } = place;
  return {
    put: (path, content, input) =>
      translated(path, async () => {
        checkPath(path);
        checkInput(input);
        const { contentType, metadata = {}, ifAbsent = false } = input;
        return writeObject(place, path, { content, contentType, metadata, ifAbsent });
      }),
    stat: path => translated(path, () => statObject(root, path)),
    read: (path, range) =>
      translated(path, async () => {
        if (range) checkRange(range);
        const object = await openNeeded(root, path);
        return contentStream(object, range ? await withinObject(object, range) : wholeRange(object));
      }),
    copy: (from, to) =>
      translated(from, async () => {
        checkPath(to);
        const { contentType, metadata, content } = await withObject(await openNeeded(root, from), async object => ({
          ...object.trailer,
          content: await wholeContent(object),
        }));
        await writeObject(place, to, { content, contentType, metadata, ifAbsent: false });
      }),
    touch: path =>
      translated(path, async () => {
        const seconds = clock.now() / 1000;
        await withObject(await openNeeded(root, path, 'touch'), async ({ handle }) => {
          await handle.utimes(seconds, seconds);
          await flush(handle.fd);
        });
      }),
    delete: path => translated(path, () => deleteObject(place, path)),
  };
}

async function statObject(root: string, path: string): Promise<ObjectStat | undefined> {
  const object = await openAt(root, path, 'read');
  return object && withObject(object, async found => statOf(found));
}

async function listObjects(
  root: string,
  prefix: string,
  page: { readonly limit: number; readonly after?: string },
): Promise<ObjectStat[]> {
  checkList(prefix, page);
  const objects: ObjectStat[] = [];
  for await (const path of walkPaths({ root, prefix, after: page.after ?? '' })) {
    const stat = await statObject(root, path);
    if (stat) objects.push(stat);
    if (objects.length === page.limit) break;
  }
  if (objects.length === 0) assertThere(root);
  return objects;
}

/** Folders that become empty go too; a put that was about to use one makes it again (see `bucket-write.ts`). */
async function deleteObject({ root, syncs }: WritePlace, path: string): Promise<void> {
  checkPath(path);
  try {
    await unlink(join(root, path));
  } catch (error) {
    // A folder of that name is no object either; Linux says so with EISDIR, macOS with a mere EPERM.
    if (isMissing(error) || whatStandsAt(join(root, path)) === 'folder') return assertThere(root);
    throw error;
  }
  await syncs.syncUp(path);
  removeEmptyFolders(root, path, syncs);
}

async function openAt(root: string, path: string, access: 'read' | 'touch'): Promise<OpenObject | undefined> {
  checkPath(path);
  const object = await openObject(join(root, path), path, access);
  if (!object) assertThere(root);
  return object;
}

async function openNeeded(root: string, path: string, access: 'read' | 'touch' = 'read'): Promise<OpenObject> {
  const object = await openAt(root, path, access);
  if (!object) throw new PlatformError('missing', `there is no object "${path}"`);
  return object;
}

async function withObject<T>(object: OpenObject, use: (object: OpenObject) => Promise<T>): Promise<T> {
  try {
    return await use(object);
  } finally {
    await object.handle.close();
  }
}

function wholeRange({ trailer }: OpenObject): { start: number; end: number } {
  return { start: 0, end: trailer.bytes - 1 };
}

/** An end behind the last byte means the last byte; a start there is an error, as it is in HTTP. */
async function withinObject(
  { path, handle, trailer }: OpenObject,
  range: { readonly start: number; readonly end: number },
): Promise<{ start: number; end: number }> {
  if (range.start < trailer.bytes) return { start: range.start, end: Math.min(range.end, trailer.bytes - 1) };
  await handle.close();
  throw new PlatformError('invalid', `expected a range within the ${trailer.bytes} bytes of "${path}"`);
}
