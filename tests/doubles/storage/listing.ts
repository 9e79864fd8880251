/**
 * `objects.list` of the storage double: prefix, offsets, versions and pages, in the order of the names' UTF-8 bytes.
 */
import { badRequest } from './api-fault.ts';
import type { StoredObject } from './objects.ts';

export interface ListQuery {
  readonly prefix?: string | undefined;
  /** Included. */
  readonly startOffset?: string | undefined;
  /** Excluded. */
  readonly endOffset?: string | undefined;
  readonly versions?: boolean | undefined;
  /** 1 to 1,000, which is also what a larger number means. */
  readonly maxResults?: number | undefined;
  readonly pageToken?: string | undefined;
}

export interface ListPage {
  readonly items: readonly StoredObject[];
  readonly nextPageToken?: string;
}

const PAGE_MAX = 1000;

export function listVersions(objects: readonly StoredObject[], query: ListQuery): ListPage {
  const { prefix = '', startOffset = '', endOffset, maxResults = PAGE_MAX, pageToken } = query;
  if (!Number.isInteger(maxResults) || maxResults < 1) throw badRequest(`Invalid maxResults: ${maxResults}`);
  const after = pageToken === undefined ? undefined : decodeToken(pageToken);
  const items = objects
    .filter(({ name }) => name.startsWith(prefix) && compare(name, startOffset) >= 0)
    .filter(({ name }) => endOffset === undefined || compare(name, endOffset) < 0)
    .filter(object => after === undefined || compareVersions(object, after) > 0)
    .sort(compareVersions);
  const page = items.slice(0, Math.min(maxResults, PAGE_MAX));
  const last = page.at(-1);
  return { items: page, ...(last && page.length < items.length ? { nextPageToken: encodeToken(last) } : {}) };
}

type Position = Pick<StoredObject, 'name' | 'generation'>;

function compareVersions(a: Position, b: Position): number {
  return compare(a.name, b.name) || a.generation - b.generation;
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function encodeToken({ name, generation }: Position): string {
  return Buffer.from(JSON.stringify([name, generation])).toString('base64url');
}

function decodeToken(token: string): Position {
  try {
    const [name, generation] = JSON.parse(Buffer.from(token, 'base64url').toString());
    return { name: String(name), generation: Number(generation) };
  } catch {
    throw badRequest('Invalid pageToken');
  }
}
