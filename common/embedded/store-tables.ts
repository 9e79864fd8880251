/**
 * The tables behind the collections: one each, a row per document with its version and its JSON text. What is read and
 * written by id is here; queries are compiled in `store-queries.ts`.
 */
import { PlatformError } from '../platform/errors.ts';
import type { Collection, Document } from '../platform/store.ts';
import type { Database } from './sqlite.ts';
import type { Statement } from './sqlite-statement.ts';
import { indexChanges } from './store-indexes.ts';
import { fieldSql, tableName } from './store-sql.ts';

export interface Row {
  readonly id: string;
  /** Never given twice, not even to a document that was deleted and created again. */
  readonly version: number;
  readonly doc: string;
}

export interface Table {
  readonly name: string;
  readonly read: Statement<Row>;
  readonly version: Statement<Pick<Row, 'version'>>;
  readonly write: Statement;
  readonly remove: Statement;
}

export interface Tables {
  /** Throws `invalid` for a collection that was not declared. */
  of(collection: { readonly name: string }): Table;
  nextVersion(): number;
  /** Within a commit. Returns the keys of the documents that went. */
  deleteExpired(nowMs: number, limit: number): string[];
}

export function openTables(database: Database, collections: readonly Collection<Document>[]): Tables {
  if (new Set(collections.map(({ name }) => name.toLowerCase())).size < collections.length) {
    const sentence = 'Two collections have the same name; SQLite sees no difference between upper and lower case.';
    throw new PlatformError('invalid', sentence);
  }
  database.setUp([...EPOCH, ...collections.map(one => `CREATE TABLE IF NOT EXISTS ${tableName(one)} ${COLUMNS}`)]);
  database.setUp(collections.flatMap(one => indexChanges(database, one)));
  const tables = new Map(collections.map(one => [one.name, openTable(database, tableName(one))]));

  return {
    of({ name }) {
      const table = tables.get(name);
      if (table) return table;
      throw new PlatformError('invalid', `The collection ${name} was not declared when the store was opened.`);
    },
    nextVersion: createVersions(database),
    deleteExpired(nowMs, limit) {
      const gone: string[] = [];
      for (const one of collections) gone.push(...deleteExpired(database, one, { nowMs, limit: limit - gone.length }));
      return gone;
    },
  };
}

/** Names a document across all tables. */
export function keyOf({ name }: Pick<Table, 'name'>, id: string): string {
  return `${name}/${id}`;
}

export function parse<D>(row: Row | undefined): D | undefined {
  return row && (JSON.parse(row.doc) as D);
}

/** Counts how often the store was opened. */
const EPOCH = [
  'CREATE TABLE IF NOT EXISTS store_epoch (only_row INTEGER PRIMARY KEY, epoch INTEGER NOT NULL) STRICT',
  'INSERT INTO store_epoch VALUES (1, 1) ON CONFLICT (only_row) DO UPDATE SET epoch = epoch + 1',
];

/**
 * A rowid table: with documents of a kilobyte and more, rows are appended and the tree of ids stays small. In a table
 * WITHOUT ROWID the texts would lie in that tree, and most of each in overflow pages.
 */
const COLUMNS = '(id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT';

function openTable(database: Database, name: string): Table {
  return {
    name,
    read: database.prepare(`SELECT id, version, doc FROM ${name} WHERE id = ?`),
    version: database.prepare(`SELECT version FROM ${name} WHERE id = ?`),
    write: database.prepare(
      `INSERT INTO ${name} VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET version = excluded.version, doc = excluded.doc`,
    ),
    remove: database.prepare(`DELETE FROM ${name} WHERE id = ?`),
  };
}

/** Each opening has 2^32 versions of its own, so that none is given twice and counting needs no write. */
function createVersions(database: Database): () => number {
  const epoch = database.prepare<{ epoch: number }>('SELECT epoch FROM store_epoch').get()?.epoch ?? 0;
  let given = 0;
  return () => epoch * 2 ** 32 + ++given;
}

/** Deletes the oldest first; returns their keys. */
function deleteExpired(
  database: Database,
  { name, expires }: Collection<Document>,
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): string[] {
  if (expires === undefined) return [];
  const table = tableName({ name });
  const expired = `SELECT id FROM ${table} WHERE ${fieldSql(expires)} <= ? ORDER BY ${fieldSql(expires)} LIMIT ?`;
  const statement = database.prepare<Row>(`DELETE FROM ${table} WHERE id IN (${expired}) RETURNING id`);
  return statement.all(nowMs, limit).map(({ id }) => keyOf({ name: table }, id));
}
