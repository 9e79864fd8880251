/**
 * Pages and cursors (`common/platform/cursors.ts`) as SQLite has them: rows of JSON texts, and places as SQL values.
 */
import { pageOf as pageOfAny, readCursor as readAny } from '../platform/cursors.ts';
import type { QueryShape } from '../platform/query-shape.ts';
import type { Document, Page, Query } from '../platform/store.ts';
import { type SqlValue, sqlValue } from './store-sql.ts';
import type { Row } from './store-tables.ts';

/** @param rows One more than the query's `limit` if there are so many: it only tells that there is a next page. */
export function pageOf<D extends Document>(query: Query<D>, rows: readonly Row[]): Page<D> {
  return pageOfAny(query, rows, row => JSON.parse(row.doc) as D);
}

/** The place behind which the page begins. Throws `invalid` for what is no cursor of this query. */
export function readCursor(query: QueryShape, cursor: string): [value: SqlValue, id: string] {
  const [value, id] = readAny(query, cursor);
  return [sqlValue(value), id];
}
