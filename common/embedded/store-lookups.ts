/**
 * Lookup tables: beside the table of a collection's texts one with the fields that its declared queries name, a column
 * each, and an index for each query shape. So a document that is written again touches the indexes of those fields alone
 * that have another value now; indexes of expressions over the text would all be taken out and put in again.
 */
import type { Collection, Document } from '../platform/store.ts';
import type { Database } from './sqlite.ts';
import type { Statement } from './sqlite-statement.ts';
import { columnName, columnValue, fieldOfText, lookupName, type SqlValue, tableName } from './store-sql.ts';

export interface Lookup {
  readonly name: string;
  readonly columns: ReadonlySet<string>;
  /** What the columns are to hold; to be written within the commit that writes the document. */
  valuesOf(document: Document): Values;
  write(id: string, values: Values): void;
  remove(id: string): void;
  /** The oldest first; returns the ids of their documents, which are to be removed with them. */
  removeExpired(field: string, nowMs: number, limit: number): string[];
}

/** In the order of the columns. */
type Values = readonly (SqlValue | null)[];
type Row = { readonly [field: string]: SqlValue | null };

/** Those of the declared query shapes, and the one of the expiry. */
function lookupFields({ indexes, expires }: Collection<Document>): readonly string[] {
  const named = indexes.flatMap(({ equal, order }) => (order ? [...equal, order.field] : equal));
  return [...new Set([...named, ...(expires === undefined ? [] : [expires])])].filter(field => field !== 'id');
}

export function openLookup(database: Database, collection: Collection<Document>): Lookup {
  const fields = lookupFields(collection);
  const name = lookupName(collection);
  if (fields.length === 0) return withoutColumns(name);
  const places = [...fields, 'id'].map(() => '?').join(', ');
  const read = database.prepare<Row>(`SELECT ${fields.map(columnName).join(', ')} FROM ${name} WHERE id = ?`);
  const insert = database.prepare(`INSERT INTO ${name} VALUES (${places})`);
  const remove = database.prepare(`DELETE FROM ${name} WHERE id = ?`);
  const update = (changed: readonly string[]): Statement =>
    database.prepare(`UPDATE ${name} SET ${changed.map(field => `${columnName(field)} = ?`).join(', ')} WHERE id = ?`);

  return {
    name,
    columns: new Set(fields),
    valuesOf: document => fields.map(field => columnValue((document as Document & Record<string, unknown>)[field])),
    write(id, values) {
      const before = read.get(id);
      if (!before) {
        insert.run(id, ...values);
        return;
      }
      const changed = fields.filter((field, at) => before[field] !== values[at]);
      if (changed.length > 0)
        update(changed).run(...values.filter((value, at) => before[fields[at] ?? ''] !== value), id);
    },
    remove: id => void remove.run(id),
    removeExpired(field, nowMs, limit) {
      const column = columnName(field);
      const expired = `SELECT id FROM ${name} WHERE ${column} <= ? ORDER BY ${column} LIMIT ?`;
      const statement = database.prepare<Document>(`DELETE FROM ${name} WHERE id IN (${expired}) RETURNING id`);
      return statement.all(nowMs, limit).map(({ id }) => id);
    },
  };
}

/** Of a collection whose documents are found by their ids alone: there is no table. */
function withoutColumns(name: string): Lookup {
  return { name, columns: new Set(), valuesOf: () => [], write() {}, remove() {}, removeExpired: () => [] };
}

/**
 * The statements that make the lookup tables and their indexes what is declared; none for those that are so already.
 * @param stale Whether documents may have been written past the lookup tables: then all are made anew.
 */
export function lookupChanges(database: Database, collection: Collection<Document>, stale: boolean): string[] {
  const there = new Map(
    database
      .prepare<{ name: string; sql: string }>(
        'SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name IN (?, ?) AND name <> ?',
      )
      .all(tableName(collection), lookupName(collection), tableName(collection))
      .map(({ name, sql }) => [name, sql]),
  );
  const name = lookupName(collection);
  const fields = lookupFields(collection);
  const table = `CREATE TABLE ${name} (id TEXT NOT NULL PRIMARY KEY, ${columnsOf(fields)}) STRICT, WITHOUT ROWID`;
  const indexes = wantedIndexes(collection);
  const anew = stale || (fields.length === 0 ? there.has(name) : there.get(name) !== table);
  const kept = new Set(anew ? [] : [...indexes].filter(([index, sql]) => there.get(index) === sql).map(([one]) => one));
  const gone = [...there.keys()].filter(one => one !== name && !kept.has(one));
  return [
    ...gone.map(index => `DROP INDEX ${index}`),
    ...(anew ? [`DROP TABLE IF EXISTS ${name}`] : []),
    ...(anew && fields.length > 0 ? [table, fill(collection, fields)] : []),
    ...[...indexes].filter(([index]) => !kept.has(index)).map(([, sql]) => sql),
  ];
}

/** `ANY` keeps each value as the type that it has. */
function columnsOf(fields: readonly string[]): string {
  return fields.map(field => `${columnName(field)} ANY`).join(', ');
}

function fill(collection: Collection<Document>, fields: readonly string[]): string {
  const values = fields.map(fieldOfText).join(', ');
  return `INSERT INTO ${lookupName(collection)} SELECT id, ${values} FROM ${tableName(collection)} AS d ORDER BY id`;
}

/** By name, the statement that creates the index. Earlier versions name theirs, of the texts, `ix_`. */
function wantedIndexes(collection: Collection<Document>): Map<string, string> {
  const { name, indexes, expires } = collection;
  const shapes = indexes.map(({ equal, order }) => (order ? [...equal, order.field] : equal));
  return new Map(
    [...shapes, ...(expires === undefined ? [] : [[expires]])]
      .map(fields => fields.filter(field => field !== 'id'))
      .filter(fields => fields.length > 0)
      .map(fields => [`by_${[name, ...fields].join('_')}`, fields] as const)
      .map(([index, fields]) => [index, indexSql(index, lookupName(collection), fields)]),
  );
}

/** One direction serves both: SQLite walks an index either way. Documents without the fields take no place in it. */
function indexSql(name: string, table: string, fields: readonly string[]): string {
  const columns = fields.map(columnName);
  const present = columns.map(column => `${column} IS NOT NULL`).join(' AND ');
  return `CREATE INDEX ${name} ON ${table} (${[...columns, 'id'].join(', ')}) WHERE ${present}`;
}
