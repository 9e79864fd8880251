/**
 * The cursors between the pages of a query's answer. A cursor holds the last document's place in the order, so that the
 * next page begins behind it even when that document is gone, and a print of the query that it belongs to.
 */
import { createHash } from 'node:crypto';
import { PlatformError } from '../platform/errors.ts';
import { orderOf, type QueryShape } from '../platform/query-shape.ts';
import type { Document, Scalar } from '../platform/store.ts';
import { checkedId } from './store-documents.ts';

export type Place = readonly [value: Scalar, id: string];

/** @param last The last document of the page. */
export function cursorOf(query: QueryShape, last: Document): string {
  const [field] = orderOf(query);
  const parts = [fingerprint(query), last[field as keyof Document], last.id];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The place behind which the page begins. Throws `invalid` for what is no cursor of this query. */
export function readCursor(query: QueryShape, cursor: string): Place {
  try {
    const [print, value, id, ...rest]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (print === fingerprint(query) && rest.length === 0) return [checkedScalar(value), checkedId(id)];
  } catch (error) {
    throw new PlatformError('invalid', 'The cursor is damaged.', { cause: error });
  }
  throw new PlatformError('invalid', 'The cursor belongs to another query.');
}

/** What a field may be compared with; NaN and null would mean something else in Firestore. */
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
