/**
 * Compiles queries for Firestore, and refuses those that no index covers before they are sent: the emulator would
 * answer them, and production would not.
 */
import type { AggregateField, AggregateQuery, Query as FirestoreQuery } from '@google-cloud/firestore';
import { checkedScalar } from '../platform/cursors.ts';
import { PlatformError } from '../platform/errors.ts';
import { type Condition, checkShape, orderOf } from '../platform/query-shape.ts';
import type { Document, Operator, Query } from '../platform/store.ts';
import { readCursor } from './store-cursors.ts';
import type { Documents } from './store-documents.ts';
import { checked } from './store-errors.ts';

const LIMIT_MAX = 1_000;
const OPERATORS: ReadonlySet<Operator> = new Set(['==', '<', '<=', '>', '>=']);

/** One document more than `limit` is read, to know whether there are more. */
export function compileQuery<D extends Document>(documents: Documents, query: Query<D>): FirestoreQuery {
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > LIMIT_MAX) {
    throw new PlatformError('invalid', `Expected a limit of 1 to ${LIMIT_MAX}, got ${query.limit}.`);
  }
  checkShape(query);
  const { where = [], after, limit } = query;
  const place = after === undefined ? undefined : readCursor(query, after);
  const [field, direction] = orderOf(query);
  const isByName = query.orderBy === undefined && where.every(([, operator]) => operator === '==');
  const { FieldPath } = documents.sdk;
  return checked(() => {
    const matching = compileConditions(documents, query.from, where);
    const ordered = isByName ? matching : matching.orderBy(new FieldPath(field), direction);
    // Ties are broken by name in the direction of the order, as Firestore's indexes do by themselves.
    const whole = ordered.orderBy(FieldPath.documentId(), isByName ? 'asc' : direction);
    const rest = place === undefined ? whole : whole.startAfter(...(isByName ? place.slice(1) : place));
    return rest.limit(limit + 1);
  });
}

/** All that match, whatever the order. */
export function compileCount<D extends Document>(
  documents: Documents,
  { from, where = [] }: Pick<Query<D>, 'from' | 'where'>,
): AggregateQuery<{ count: AggregateField<number> }> {
  checkShape({ from, where });
  return checked(() => compileConditions(documents, from, where).count());
}

function compileConditions(
  documents: Documents,
  from: { readonly name: string },
  where: readonly Condition[],
): FirestoreQuery {
  let query: FirestoreQuery = documents.collection(from);
  for (const [field, operator, value] of where) {
    if (!OPERATORS.has(operator)) throw new PlatformError('invalid', `Expected an operator, got "${operator}".`);
    query = query.where(new documents.sdk.FieldPath(field), operator, checkedScalar(value));
  }
  return query;
}
