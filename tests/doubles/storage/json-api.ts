/**
 * The JSON API of the storage double: what `@google-cloud/storage` calls for uploads, metadata, listings, copies and
 * deletes. https://cloud.google.com/storage/docs/json_api/v1/objects
 */
import { badRequest, missingBucket } from './api-fault.ts';
import { type Answer, type Exchange, numberOf, type Route } from './exchange.ts';
import { mediaAnswer } from './media.ts';
import { parseJson, parseUpload } from './multipart.ts';
import type { Change, Conditions, Described, ObjectStore, StoredObject } from './objects.ts';
import type { Rewrites } from './rewrites.ts';

export interface JsonApiOptions {
  readonly bucketName: string;
  readonly objects: ObjectStore;
  readonly rewrites: Rewrites;
}

const BUCKET = '/storage/v1/b/([^/]+)';
const UPLOAD = new RegExp(`^/upload${BUCKET}/o$`);
const OBJECTS = new RegExp(`^${BUCKET}/o$`);
const OBJECT = new RegExp(`^${BUCKET}/o/([^/]+)$`);
const REWRITE = new RegExp(`^${BUCKET}/o/([^/]+)/rewriteTo/b/([^/]+)/o/([^/]+)$`);

export function jsonApiRoutes({ bucketName, objects, rewrites }: JsonApiOptions): Route[] {
  const show = (object: StoredObject): Answer => ({ status: 200, body: resourceOf(bucketName, object) });
  const routes: readonly Route[] = [
    { operation: 'insert', method: 'POST', path: UPLOAD, handle: exchange => show(insert(objects, exchange)) },
    {
      operation: 'bucket',
      method: 'GET',
      path: new RegExp(`^${BUCKET}$`),
      handle: () => ({ status: 200, body: { kind: 'storage#bucket', name: bucketName } }),
    },
    { operation: 'list', method: 'GET', path: OBJECTS, handle: exchange => list(bucketName, objects, exchange) },
    {
      operation: 'rewrite',
      method: 'POST',
      path: REWRITE,
      handle: (exchange, [, from = '', , to = '']) => {
        const { object, ...progress } = rewrites.advance({ from, to }, exchange);
        const resource = object ? { resource: resourceOf(bucketName, object) } : {};
        return { status: 200, body: { kind: 'storage#rewriteResponse', ...progress, ...resource } };
      },
    },
    {
      operation: 'media',
      method: 'GET',
      path: OBJECT,
      when: query => query.get('alt') === 'media',
      handle: (exchange, [, name = '']) => mediaAnswer(objects.find(name, generationOf(exchange)), exchange),
    },
    {
      operation: 'stat',
      method: 'GET',
      path: OBJECT,
      handle: (exchange, [, name = '']) => show(objects.find(name, generationOf(exchange))),
    },
    {
      operation: 'patch',
      method: 'PATCH',
      path: OBJECT,
      handle: ({ body, query }, [, name = '']) =>
        show(objects.patch(name, parseJson(body) as Change, conditionsOf(query))),
    },
    {
      operation: 'delete',
      method: 'DELETE',
      path: OBJECT,
      handle: (exchange, [, name = '']) => {
        objects.remove(name, generationOf(exchange), conditionsOf(exchange.query));
        return { status: 204 };
      },
    },
  ];
  return routes.map(route => ({
    ...route,
    handle: (exchange, names) => {
      if (names[0] !== bucketName) throw missingBucket();
      return route.handle(exchange, names);
    },
  }));
}

function insert(objects: ObjectStore, { query, headers, body, ...damage }: Exchange): StoredObject {
  if (query.get('uploadType') !== 'multipart') throw badRequest('The double takes uploadType=multipart only.');
  const upload = parseUpload(headers['content-type'] ?? '', body);
  const { crc32c, md5Hash, name, ...described } = upload.resource as Described & Announced;
  const content = { contentType: upload.contentType, ...described, bytes: damage.tamper(upload.bytes) };
  const object = query.get('name') ?? name;
  if (!object) throw badRequest('Required parameter: name');
  const announced = damage.unnoticed ? {} : { crc32c, md5Hash };
  return objects.insert(object, { ...content, announced }, conditionsOf(query));
}

/** Checksums that the client sends along; Cloud Storage refuses the upload when the bytes do not have them. */
interface Announced {
  readonly name?: string;
  readonly crc32c?: string;
  readonly md5Hash?: string;
}

function list(bucketName: string, objects: ObjectStore, { query }: Exchange): Answer {
  const { items, nextPageToken } = objects.list({
    prefix: query.get('prefix') ?? undefined,
    startOffset: query.get('startOffset') ?? undefined,
    endOffset: query.get('endOffset') ?? undefined,
    pageToken: query.get('pageToken') ?? undefined,
    versions: query.get('versions') === 'true',
    maxResults: numberOf(query, 'maxResults'),
  });
  const listed = items.map(object => resourceOf(bucketName, object));
  // No empty `items` and no empty token: the JSON API leaves them out.
  const body = { ...(listed.length > 0 ? { items: listed } : {}), ...(nextPageToken ? { nextPageToken } : {}) };
  return { status: 200, body: { kind: 'storage#objects', ...body } };
}

function resourceOf(bucketName: string, object: StoredObject): object {
  const { bytes, generation, metageneration, timeCreated, updated, timeDeleted, metadata, ...rest } = object;
  return {
    kind: 'storage#object',
    id: `${bucketName}/${object.name}/${generation}`,
    bucket: bucketName,
    ...rest,
    ...(metadata && Object.keys(metadata).length > 0 ? { metadata } : {}),
    // 64-bit numbers are strings in JSON.
    generation: String(generation),
    metageneration: String(metageneration),
    size: String(bytes.length),
    storageClass: 'STANDARD',
    etag: Buffer.from(`${generation}/${metageneration}`).toString('base64'),
    timeCreated: new Date(timeCreated).toISOString(),
    updated: new Date(updated).toISOString(),
    ...(timeDeleted === undefined ? {} : { timeDeleted: new Date(timeDeleted).toISOString() }),
  };
}

function conditionsOf(query: URLSearchParams): Conditions {
  return {
    ifGenerationMatch: numberOf(query, 'ifGenerationMatch'),
    ifMetagenerationMatch: numberOf(query, 'ifMetagenerationMatch'),
  };
}

function generationOf({ query }: Exchange): number | undefined {
  return numberOf(query, 'generation');
}
