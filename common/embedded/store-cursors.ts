/**
 * Pages of a query's answer and the cursors between them. A cursor holds the last document's place in the order, so
 * that the next page begins behind it even when that document is gone, and a print of the query that it belongs to.
 */
import { createHash } from 'node:crypto';
import { PlatformError } from '../platform/errors.ts';
import { orderOf, type QueryShape } from '../platform/query-shape.ts';
import type { Document, Page, Query } from '../platform/store.ts';
import { type SqlValue, sqlValue } from './store-sql.ts';
import type { Row } from './store-tables.ts';

/** @param rows One more than the query's `limit` if there are so many: it only tells that there is a next page. */
export function pageOf<D extends Document>(query: Query<D>, rows: readonly Row[]): Page<D> {
  const items = rows.slice(0, query.limit).map(row => JSON.parse(row.doc) as D);
  const last = items.at(-1);
  if (rows.length <= query.limit || last === undefined) return { items };
  const [field] = orderOf(query);
  const parts = [fingerprint(query), sqlValue(last[field as keyof D]), last.id];
  return { items, next: Buffer.from(JSON.stringify(parts)).toString('base64url') };
}

/** The place behind which the page begins. Throws `invalid` for what is no cursor of this query. */
export function readCursor(query: QueryShape, cursor: string): [value: SqlValue, id: string] {
  try {
    const [print, value, id, ...rest]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (print === fingerprint(query) && typeof id === 'string' && rest.length === 0) return [sqlValue(value), id];
  } catch (error) {
    throw new PlatformError('invalid', 'The cursor is damaged.', { cause: error });
  }
  throw new PlatformError('invalid', 'The cursor belongs to another query.');
}

/** Equal for the pages of one query, whatever their `limit`. */
function fingerprint(query: QueryShape): string {
  const text = JSON.stringify([query.from.name, query.where ?? [], orderOf(query)]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
