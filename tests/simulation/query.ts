/**
 * Queries of the simulated store, answered by looking at every document: few enough, and nothing to be wrong about.
 */
import { checkedScalar, readCursor } from '../../common/platform/cursors.ts';
import { PlatformError } from '../../common/platform/errors.ts';
import { checkShape, orderOf } from '../../common/platform/query-shape.ts';
import type { Document, Operator, Query, Scalar } from '../../common/platform/store.ts';

type Asked<D extends Document> = Pick<Query<D>, 'from'> & Partial<Query<D>>;

const LIMIT_MAX = 1_000;
const OPERATORS: { readonly [operator in Operator]: (order: number) => boolean } = {
  '==': order => order === 0,
  '<': order => order < 0,
  '<=': order => order <= 0,
  '>': order => order > 0,
  '>=': order => order >= 0,
};

/** Throws `invalid` for what no store may answer. */
export function checkQuery<D extends Document>(query: Asked<D>): void {
  const { limit, where = [] } = query;
  if (limit !== undefined && (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX)) {
    throw new PlatformError('invalid', `Expected a limit of 1 to ${LIMIT_MAX}, got ${limit}.`);
  }
  checkShape(query);
  for (const [, operator, value] of where) {
    checkedScalar(value);
    if (!(operator in OPERATORS)) throw new PlatformError('invalid', `Expected an operator, got "${operator}".`);
  }
  if (query.after !== undefined) readCursor(query, query.after);
}

/** Those that match, in the query's order, from its cursor on; `limit` plays no part. */
export function matching<D extends Document>(query: Asked<D>, documents: Iterable<Document>): D[] {
  const [field, direction] = orderOf(query);
  const sign = direction === 'desc' ? -1 : 1;
  const place = query.after === undefined ? undefined : readCursor(query, query.after);
  const found: Document[] = [];
  for (const document of documents) {
    const matches = (query.where ?? []).every(([name, operator, value]) => {
      const own = fieldOf(document, name);
      return typeof own === typeof value && OPERATORS[operator](compare(own as Scalar, value));
    });
    const own = fieldOf(document, field);
    if (!matches || own === undefined) continue;
    if (place && sign * compareWith(own, document.id, place) <= 0) continue;
    found.push(document);
  }
  found.sort((a, b) => sign * compareWith(fieldOf(a, field) as Scalar, a.id, [fieldOf(b, field) as Scalar, b.id]));
  return found as D[];
}

function compareWith(value: Scalar, id: string, place: readonly [value: Scalar, id: string]): number {
  return compare(value, place[0]) || compare(id, place[1]);
}

/** As Firestore has it: by type first (booleans, numbers, texts), texts by their UTF-8 bytes. */
function compare(a: Scalar, b: Scalar): number {
  if (typeof a !== typeof b) return RANKS.indexOf(typeof a) - RANKS.indexOf(typeof b);
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return Number(a) - Number(b);
}

const RANKS = ['boolean', 'number', 'string'];

function fieldOf(document: Document, field: string): Scalar | undefined {
  const value: unknown = (document as unknown as { readonly [name: string]: unknown })[field];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}
