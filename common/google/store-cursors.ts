/**
 * Pages and cursors (`common/platform/cursors.ts`) as Firestore has them: snapshots, and places that a query may start
 * after, of which the SDK would refuse an id that no document can have with an error of its own.
 */
import type { QuerySnapshot } from '@google-cloud/firestore';
import { type Place, pageOf as pageOfAny, readCursor as readAny } from '../platform/cursors.ts';
import type { QueryShape } from '../platform/query-shape.ts';
import type { Document, Page, Query } from '../platform/store.ts';
import { checkedId, type Documents } from './store-documents.ts';

/** @param answer One document more than the query's `limit` if there are so many. */
export function pageOf<D extends Document>(documents: Documents, query: Query<D>, answer: QuerySnapshot): Page<D> {
  return pageOfAny(query, answer.docs, one => documents.decode(query.from, one));
}

/** The place behind which the page begins. Throws `invalid` for what is no cursor of this query. */
export function readCursor(query: QueryShape, cursor: string): Place {
  const [value, id] = readAny(query, cursor);
  return [value, checkedId(id)];
}
