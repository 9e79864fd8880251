/**
 * Pages of a query's answer and the cursors between them, the same for every store. A cursor holds the last document's
 * place in the order, so that the next page begins behind it even when that document is gone, and a print of the query
 * that it belongs to. Callers see and send it as a text that tells them nothing.
 */
import { createHash } from 'node:crypto';
import { PlatformError } from './errors.ts';
import { orderOf, type QueryShape } from './query-shape.ts';
import type { Document, Page, Query, Scalar } from './store.ts';

/** The value of the field that a query is ordered by, and the id that breaks its ties. */
export type Place = readonly [value: Scalar, id: string];

/**
 * @param found One more than the query's `limit` if there are so many: it only tells that there is a next page.
 * @param decode Undefined for what is no document after all.
 */
export function pageOf<D extends Document, F>(
  query: Query<D>,
  found: readonly F[],
  decode: (one: F) => D | undefined,
): Page<D> {
  const items = found.slice(0, query.limit).flatMap(one => decode(one) ?? []);
  const last = items.at(-1);
  return found.length <= query.limit || last === undefined ? { items } : { items, next: cursorOf(query, last) };
}

/** Of the page that begins behind this document, whatever page it was found on. */
export function cursorOf(query: QueryShape, last: Document): string {
  const [field] = orderOf(query);
  const parts = [fingerprint(query), last[field as keyof Document], last.id];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The place behind which the page begins. Throws `invalid` for what is no cursor of this query. */
export function readCursor(query: QueryShape, cursor: string): Place {
  try {
    const [print, value, id, ...rest]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (print === fingerprint(query) && typeof id === 'string' && rest.length === 0) return [checkedScalar(value), id];
  } catch (error) {
    throw new PlatformError('invalid', 'The cursor is damaged.', { cause: error });
  }
  throw new PlatformError('invalid', 'The cursor belongs to another query.');
}

/** What a field may be compared with: NaN and null would mean something else in each of the stores. */
export function checkedScalar(value: unknown): Scalar {
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' && !Number.isNaN(value)) return value;
  throw new PlatformError('invalid', `Expected a string, a number or a boolean, got ${value}.`);
}

/** Equal for the pages of one query, whatever their `limit`. */
function fingerprint(query: QueryShape): string {
  const text = JSON.stringify([query.from.name, query.where ?? [], orderOf(query)]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
