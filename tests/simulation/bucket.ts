/**
 * The simulated bucket: objects in memory, each call of which may fail as a network's does. Objects do not age: what
 * the lifecycle does after weeks is no subject of runs that last minutes.
 */
import { Readable } from 'node:stream';
import type { Bucket, ObjectStat } from '../../common/platform/bucket.ts';
import { PlatformError } from '../../common/platform/errors.ts';
import type { Process } from './process.ts';
import type { Schedule } from './schedule.ts';

export interface StoredObject extends ObjectStat {
  readonly content: Uint8Array;
  /** The process that put it. */
  readonly by: string;
}

export interface SimulatedBucket {
  connect(process: Process): Bucket;
  /** The object as it is, past all processes. */
  peek(path: string): StoredObject | undefined;
  paths(): Iterable<string>;
  /** What a client puts by the signed address that it was given. */
  arrives(url: string, content: Uint8Array, contentType: string): void;
}

const ADDRESS = 'https://bucket.example/';

export function createBucket(schedule: Schedule): SimulatedBucket {
  const objects = new Map<string, StoredObject>();
  let writes = 0;

  const found = (path: string): StoredObject => {
    const object = objects.get(path);
    if (!object) throw new PlatformError('missing', `there is no object "${path}"`);
    return object;
  };
  const store = (object: Pick<StoredObject, 'path' | 'content' | 'contentType' | 'metadata' | 'by'>): void => {
    const now = schedule.now();
    const bytes = object.content.byteLength;
    objects.set(object.path, { ...object, bytes, createdAt: now, touchedAt: now, etag: `${++writes}` });
  };
  const statOf = ({ content: _, by: __, ...stat }: StoredObject): ObjectStat => stat;

  return {
    peek: path => objects.get(path),
    paths: () => objects.keys(),
    arrives: (url, content, contentType) =>
      store({ path: url.slice(ADDRESS.length), content, contentType, metadata: {}, by: 'a client' }),
    connect: ({ call, name: by }) => ({
      put: (path, content, { contentType, metadata = {}, ifAbsent }) =>
        call(`puts ${path}`, () => {
          if (ifAbsent && objects.has(path)) return 'exists';
          store({ path, content, contentType, metadata, by });
          return 'created';
        }),
      stat: path =>
        call(`asks for ${path}`, () => {
          const object = objects.get(path);
          return object && statOf(object);
        }),
      read: async (path, range) => {
        const { content } = await call(`reads ${path}`, () => found(path));
        return Readable.from([range ? content.slice(range.start, range.end + 1) : content]);
      },
      copy: (from, to) => call(`copies ${from}`, () => store({ ...found(from), path: to, by })),
      touch: path =>
        call(`touches ${path}`, () => void objects.set(path, { ...found(path), touchedAt: schedule.now() })),
      delete: path => call(`deletes ${path}`, () => void objects.delete(path)),
      list: (prefix, { limit, after = '' }) =>
        call(`lists ${prefix}`, () =>
          [...objects.values()]
            .filter(({ path }) => path.startsWith(prefix) && path > after)
            .sort((a, b) => (a.path < b.path ? -1 : 1))
            .slice(0, limit)
            .map(statOf),
        ),
      signedReadUrl: (path, { expiresAt }) => call(`signs ${path}`, () => `${ADDRESS}${path}?until=${expiresAt}`),
      signedUploadUrl: (path, { contentType }) =>
        call(`signs ${path}`, () => ({
          url: `${ADDRESS}${path}`,
          method: 'PUT' as const,
          headers: { 'Content-Type': contentType },
        })),
    }),
  };
}
