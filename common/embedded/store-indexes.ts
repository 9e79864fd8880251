/**
 * Brings the indexes of a collection's table to what the collection declares: one expression index per declared query
 * shape, and one for the expiry.
 */
import type { Collection, Document } from '../platform/store.ts';
import type { Database } from './sqlite.ts';
import { fieldSql, tableName } from './store-sql.ts';

/** The statements that change what is there into what is declared; none when it is so already. */
export function indexChanges(database: Database, collection: Collection<Document>): string[] {
  const table = tableName(collection);
  const wanted = wantedIndexes(collection);
  const there = database
    .prepare<{ name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?",
    )
    .all(table);
  const kept = new Set(there.filter(({ name, sql }) => wanted.get(name) === sql).map(({ name }) => name));
  return [
    ...there.filter(({ name }) => !kept.has(name)).map(({ name }) => `DROP INDEX ${name}`),
    ...[...wanted].filter(([name]) => !kept.has(name)).map(([, sql]) => sql),
  ];
}

/** By name, the statement that creates the index. */
function wantedIndexes(collection: Collection<Document>): Map<string, string> {
  const { name, indexes, expires } = collection;
  const shapes = indexes.map(({ equal, order }) => (order ? [...equal, order.field] : equal));
  return new Map(
    [...shapes, ...(expires === undefined ? [] : [[expires]])]
      .map(fields => fields.filter(field => field !== 'id'))
      .filter(fields => fields.length > 0)
      .map(fields => [`ix_${[name, ...fields].join('_')}`, fields] as const)
      .map(([index, fields]) => [index, indexSql(index, tableName(collection), fields)]),
  );
}

/** One direction serves both: SQLite walks an index either way. Documents without the fields take no place in it. */
function indexSql(name: string, table: string, fields: readonly string[]): string {
  const columns = fields.map(fieldSql);
  const present = columns.map(column => `${column} IS NOT NULL`).join(' AND ');
  return `CREATE INDEX ${name} ON ${table} (${[...columns, 'id'].join(', ')}) WHERE ${present}`;
}
