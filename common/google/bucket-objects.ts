/**
 * Cloud Storage's object metadata as the seam's `ObjectStat`, and the calls that need nothing else: stat, list, touch,
 * delete.
 */
import type { FileMetadata, GetFilesOptions } from '@google-cloud/storage';
import type { ObjectStat } from '../platform/bucket.ts';
import { isPlatformError } from '../platform/errors.ts';
import { isObjectPath } from '../platform/object-rules.ts';
import type { BucketContext } from './bucket-client.ts';
import { faultOf } from './bucket-errors.ts';

/**
 * Custom metadata that names the write itself, so that a write whose answer was lost can be told from another's. The
 * hyphen keeps it apart from the seam's keys.
 */
export const WRITE_ID = 'easel-write';
/** Sorts behind the path itself and before every path that begins with it: no path holds a character so low. */
const BEHIND = '!';
/** The life of an object counts in days: one that was renewed within the last minute has been renewed. */
const RENEWED_MS = 60_000;
const PAGE = 1000;
const GIVEN = /\{\{(\\*)projectId\}\}/g;
const STORED = /\{\{(\\*)\\projectId\}\}/g;

/** Undefined when there is no such object. */
export async function findMetadata(
  { connect, attempts }: BucketContext,
  path: string,
): Promise<FileMetadata | undefined> {
  try {
    return await attempts({ what: 'stat', path }, async () => {
      const [metadata] = await (await connect()).file(path).getMetadata();
      return metadata;
    });
  } catch (error) {
    if (isPlatformError(error, 'missing')) return undefined;
    throw error;
  }
}

export async function statObject(context: BucketContext, path: string): Promise<ObjectStat | undefined> {
  const metadata = await findMetadata(context, path);
  return metadata && statFrom(path, metadata);
}

/** Objects whose name is no path of ours are passed over, as a directory passes over files that are no objects. */
export async function listObjects(
  context: BucketContext,
  prefix: string,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<ObjectStat[]> {
  const objects: ObjectStat[] = [];
  const query = { prefix, maxResults: limit, ...(after === undefined ? {} : { startOffset: `${after}${BEHIND}` }) };
  for await (const metadata of listed(context, query)) {
    const { name = '' } = metadata;
    if (isObjectPath(name)) objects.push(statFrom(name, metadata));
    if (objects.length === limit) break;
  }
  return objects;
}

/**
 * Renews `customTime`, which the lifecycle rule counts from. It can only move forward, and an object may change only
 * once a second: both refusals mean that somebody else has just renewed it, which is looked up before it is believed.
 */
export async function touchObject(context: BucketContext, path: string): Promise<void> {
  const { connect, attempts, clock } = context;
  await attempts({ what: 'touch', path }, async () => {
    const now = clock.now();
    try {
      await (await connect()).file(path).setMetadata({ customTime: new Date(now).toISOString() });
    } catch (error) {
      const status = faultOf(error)?.status;
      if (status !== 400 && status !== 429) throw error;
      const found = await statObject(context, path);
      if (!found || found.touchedAt < now - RENEWED_MS) throw error;
    }
  });
}

/** The live version goes first, so that nobody finds the object any more if the rest has to be asked for again. */
export async function deleteVersions(context: BucketContext, path: string): Promise<void> {
  const { connect, attempts } = context;
  const query = { prefix: path, endOffset: `${path}${BEHIND}`, versions: true, maxResults: PAGE };
  const versions = await Array.fromAsync(listed(context, query));
  for (const { generation } of versions.reverse()) {
    await attempts({ what: 'delete', path }, async () => {
      await (await connect()).file(path, Number(generation)).delete({ ignoreNotFound: true });
    });
  }
}

/** Of two objects with equal bytes each has its own generation, and a touch leaves it: so it makes the better ETag. */
export function statFrom(path: string, metadata: FileMetadata): ObjectStat {
  const createdAt = Date.parse(metadata.timeCreated ?? '');
  return {
    path,
    bytes: Number(metadata.size),
    contentType: metadata.contentType ?? 'application/octet-stream',
    metadata: customMetadata(metadata),
    createdAt,
    // What a client uploaded by a signed URL has no customTime until its first touch.
    touchedAt: metadata.customTime === undefined ? createdAt : Date.parse(metadata.customTime),
    etag: String(metadata.generation),
  };
}

type Strings = { readonly [key: string]: string };

/** The seam's metadata of an object. */
export function customMetadata({ metadata = {} }: FileMetadata): Strings {
  const entries = Object.entries(metadata).filter(([key]) => key !== WRITE_ID);
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value).replace(STORED, '{{$1projectId}}')]));
}

/** As it is stored: the SDK puts the project's id wherever it finds `{{projectId}}`, so a backslash goes in between. */
export function storedMetadata(metadata: Strings, mark: string): Strings {
  const entries = Object.entries(metadata).map(([key, value]) => [key, value.replace(GIVEN, '{{$1\\projectId}}')]);
  return { ...Object.fromEntries(entries), [WRITE_ID]: mark };
}

async function* listed({ connect, attempts }: BucketContext, query: GetFilesOptions): AsyncGenerator<FileMetadata> {
  let pageToken: string | undefined;
  do {
    const page = { ...query, autoPaginate: false, ...(pageToken === undefined ? {} : { pageToken }) };
    const [files, next] = await attempts({ what: 'list', path: query.prefix ?? '' }, async () =>
      (await connect()).bucket.getFiles(page),
    );
    for (const { metadata } of files) yield metadata;
    pageToken = next?.pageToken;
  } while (pageToken);
}
