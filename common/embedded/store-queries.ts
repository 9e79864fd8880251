/**
 * Compiles queries into SQL that SQLite answers from the declared indexes, without sorting and without walking over
 * what earlier pages have shown.
 */
import { PlatformError } from '../platform/errors.ts';
import { type Condition, checkShape, orderOf } from '../platform/query-shape.ts';
import type { Document, Operator, Query } from '../platform/store.ts';
import { readCursor } from './store-cursors.ts';
import { fieldSql, type SqlValue, sqlValue } from './store-sql.ts';
import type { Table } from './store-tables.ts';

export interface CompiledQuery {
  /** Everything of the SELECT after its columns. */
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

const LIMIT_MAX = 1_000;
const SQL_OPERATORS: Readonly<Record<Operator, string>> = { '==': '=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };

/** One row more than `limit` is read, to know whether there are more. */
export function compileQuery<D extends Document>(table: Table, query: Query<D>): CompiledQuery {
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > LIMIT_MAX) {
    throw new PlatformError('invalid', `Expected a limit of 1 to ${LIMIT_MAX}, got ${query.limit}.`);
  }
  checkShape(query);
  const [field, direction] = orderOf(query);
  const column = fieldSql(field);
  const [way, beyond] = direction === 'desc' ? ['DESC', '<'] : ['ASC', '>'];
  const { where, values } = compileConditions(query.where ?? [], query.after === undefined ? undefined : beyond);
  if (field !== 'id') where.push(`${column} IS NOT NULL`);
  if (query.after !== undefined) {
    const [value, id] = readCursor(query, query.after);
    // SQLite seeks an expression's index by the first comparison only; the second one passes over the ties.
    where.push(`${column} ${beyond}= ?`, `(${column}, id) ${beyond} (?, ?)`);
    values.push(value, value, id);
  }
  const order = field === 'id' ? `id ${way}` : `${column} ${way}, id ${way}`;
  const sql = `FROM ${table.name} WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ?`;
  return { sql, values: [...values, query.limit + 1] };
}

/** All that match, whatever the order. */
export function compileCount<D extends Document>(
  table: Table,
  { from, where: conditions = [] }: Pick<Query<D>, 'from' | 'where'>,
): CompiledQuery {
  checkShape({ from, where: conditions });
  const { where, values } = compileConditions(conditions);
  return { sql: `FROM ${table.name} WHERE ${where.join(' AND ')}`, values };
}

/**
 * With `passed` ('<' or '>') the ranges of that side get a plus, which keeps SQLite from seeking by them: there the
 * cursor stands further on, and it would walk from the first page on.
 */
function compileConditions(conditions: readonly Condition[], passed?: string): { where: string[]; values: SqlValue[] } {
  const where = conditions.map(([field, operator]) => {
    const sqlOperator = SQL_OPERATORS[operator];
    if (sqlOperator === undefined) throw new PlatformError('invalid', `Expected an operator, got "${operator}".`);
    const plus = passed !== undefined && operator.startsWith(passed) ? '+' : '';
    return `${plus}${fieldSql(field)} ${sqlOperator} ?`;
  });
  return { where: ['TRUE', ...where], values: conditions.map(([, , value]) => sqlValue(value)) };
}
