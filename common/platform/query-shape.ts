/**
 * Which query shapes a store answers: those that an index covers, by Firestore's rules. Neither SQLite nor Firestore's
 * emulator refuses the others, so without this check they would fail for the first time in production. Source:
 * https://firebase.google.com/docs/firestore/query-data/index-overview
 */
import { PlatformError } from './errors.ts';
import type { Collection, Document, Operator, Scalar } from './store.ts';

export type Condition = readonly [field: string, operator: Operator, value: Scalar];
export type Order = readonly [field: string, direction: 'asc' | 'desc'];

/** What of a query makes its shape. The conditions' values play no part. */
export interface QueryShape {
  readonly from: Collection<Document>;
  readonly where?: readonly Condition[];
  readonly orderBy?: Order;
}

/** Throws `invalid` for a shape that no index covers. Of a count only `from` and `where` are to be given. */
export function checkShape(query: QueryShape): void {
  const { from, where = [] } = query;
  const ranged = [...new Set(where.filter(isRange).map(([field]) => field))];
  if (ranged.length > 1) refuse(`A query may have one range, got ${ranged.join(' and ')}.`);
  const order = orderOf(query);
  const exempt = [...fieldsOf(query)].find(field => field === from.expires || from.unindexed?.includes(field));
  if (exempt !== undefined) refuse(`The field ${exempt} of ${from.name} has no index, so no query may name it.`);
  if (isCoveredByItself(query) || isDeclared(query, order)) return;
  const equal = [...equalFieldsOf(where)].join(', ');
  refuse(
    `No index of ${from.name} covers equality of ${equal} with the order ${order.join(' ')}: it must be declared.`,
  );
}

/** The field and direction in which the answer is ordered. Throws `invalid` when a range contradicts `orderBy`. */
export function orderOf({ where = [], orderBy }: QueryShape): Order {
  const range = where.find(isRange)?.[0];
  if (range !== undefined && orderBy !== undefined && orderBy[0] !== range) {
    refuse(`A query with a range of ${range} is ordered by it, not by ${orderBy[0]}.`);
  }
  return orderBy ?? [range ?? 'id', 'asc'];
}

/** The indexes that Firestore keeps of each field serve one field in either direction, and merge for equalities. */
function isCoveredByItself(query: QueryShape): boolean {
  const isOrdered = query.orderBy !== undefined || query.where?.some(isRange);
  return !isOrdered || fieldsOf(query).size <= 1;
}

/**
 * The sequence of the equality fields plays no part, the direction does: "to run the same queries but with a descending
 * sort order, you need an additional index in the descending direction" (as above, "manual indexes").
 */
function isDeclared({ from, where = [] }: QueryShape, [field, direction]: Order): boolean {
  const equal = equalFieldsOf(where);
  return from.indexes.some(
    index =>
      index.order?.field === field &&
      index.order.direction === direction &&
      equal.symmetricDifference(new Set(index.equal)).size === 0,
  );
}

function fieldsOf({ where = [], orderBy }: QueryShape): Set<string> {
  return new Set([...where, ...(orderBy ? [orderBy] : [])].map(([field]) => field));
}

function equalFieldsOf(where: readonly Condition[]): Set<string> {
  return new Set(where.filter(condition => !isRange(condition)).map(([field]) => field));
}

function isRange([, operator]: Condition): boolean {
  return operator !== '==';
}

function refuse(sentence: string): never {
  throw new PlatformError('invalid', sentence);
}
