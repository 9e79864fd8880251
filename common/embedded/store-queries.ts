/**
 * Compiles queries into SQL that SQLite answers from the declared indexes, without sorting and without walking over
 * what earlier pages have shown.
 */
import { PlatformError } from '../platform/errors.ts';
import { type Condition, checkShape, orderOf } from '../platform/query-shape.ts';
import type { Document, Operator, Query } from '../platform/store.ts';
import { readCursor } from './store-cursors.ts';
import { columnName, fieldOfText, type SqlValue, sqlValue } from './store-sql.ts';
import type { Table } from './store-tables.ts';

export interface CompiledQuery {
  /** Everything of the SELECT after its columns, which are those of `d`. */
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
  const named = namedIn(table, [...(query.where ?? []).map(([one]) => one), field]);
  const [column, id] = [named.column(field), named.column('id')];
  const [way, beyond] = direction === 'desc' ? ['DESC', '<'] : ['ASC', '>'];
  const { where, values } = compileConditions(named, query.where ?? [], query.after === undefined ? undefined : beyond);
  if (field !== 'id') where.push(`${column} IS NOT NULL`);
  if (query.after !== undefined) {
    const [value, lastId] = readCursor(query, query.after);
    // SQLite seeks by the first comparison alone; the second one passes over the ties.
    where.push(`${column} ${beyond}= ?`, `(${column}, ${id}) ${beyond} (?, ?)`);
    values.push(value, value, lastId);
  }
  const order = field === 'id' ? `${id} ${way}` : `${column} ${way}, ${id} ${way}`;
  const sql = `FROM ${named.withTexts} WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ?`;
  return { sql, values: [...values, query.limit + 1] };
}

/** All that match, whatever the order. */
export function compileCount<D extends Document>(
  table: Table,
  { from, where: conditions = [] }: Pick<Query<D>, 'from' | 'where'>,
): CompiledQuery {
  checkShape({ from, where: conditions });
  const fields = conditions.map(([field]) => field);
  const named = namedIn(table, fields);
  const { where, values } = compileConditions(named, conditions);
  return { sql: `FROM ${named.alone} WHERE ${where.join(' AND ')}`, values };
}

/** Where a query finds the fields that it names. */
interface Named {
  readonly column: (field: string) => string;
  /** Tables that hold the fields, and the documents' texts as `d`. */
  readonly withTexts: string;
  /** As few tables as hold the fields. */
  readonly alone: string;
}

/**
 * In the lookup table if it has any of them: `CROSS JOIN` keeps SQLite from beginning with the texts. What no declared
 * shape names is read out of the texts, document by document.
 */
function namedIn({ name, lookup: { name: lookupName, columns } }: Table, fields: readonly string[]): Named {
  const texts = `${name} AS d`;
  const lookup = `${lookupName} AS l`;
  const looks = fields.some(field => columns.has(field));
  const withTexts = looks ? `${lookup} CROSS JOIN ${texts} ON d.id = l.id` : texts;
  const inLookup = looks && fields.every(field => field === 'id' || columns.has(field));
  return {
    column(field) {
      if (field === 'id') return looks ? 'l.id' : 'd.id';
      return columns.has(field) ? `l.${columnName(field)}` : fieldOfText(field);
    },
    withTexts,
    alone: inLookup ? lookup : withTexts,
  };
}

/**
 * With `passed` ('<' or '>') the ranges of that side get a plus, which keeps SQLite from seeking by them: there the
 * cursor stands further on, and it would walk from the first page on.
 */
function compileConditions(
  { column }: Named,
  conditions: readonly Condition[],
  passed?: string,
): { where: string[]; values: SqlValue[] } {
  const where = conditions.map(([field, operator]) => {
    const sqlOperator = SQL_OPERATORS[operator];
    if (sqlOperator === undefined) throw new PlatformError('invalid', `Expected an operator, got "${operator}".`);
    const plus = passed !== undefined && operator.startsWith(passed) ? '+' : '';
    return `${plus}${column(field)} ${sqlOperator} ?`;
  });
  return { where: ['TRUE', ...where], values: conditions.map(([, , value]) => sqlValue(value)) };
}
