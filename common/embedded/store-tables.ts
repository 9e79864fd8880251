/**
 * The tables behind the collections: one each, a row per document with its version and its JSON text, and beside it the
 * lookup table that queries go by. What is read and written by id is here; queries are compiled in `store-queries.ts`.
 */
import { PlatformError } from '../platform/errors.ts';
import type { Collection, Document } from '../platform/store.ts';
import type { Database } from './sqlite.ts';
import type { Statement } from './sqlite-statement.ts';
import { type Lookup, lookupChanges, openLookup } from './store-lookups.ts';
import { tableName } from './store-sql.ts';

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
  readonly lookup: Pick<Lookup, 'name' | 'columns'>;
  /** The returned function writes the document as it is now, whatever becomes of the object; within a commit. */
  writing(document: Document): () => void;
  /** Within a commit. */
  remove(id: string): void;
}

interface OpenTable extends Table {
  /** Within a commit. Deletes the oldest first; returns their ids. */
  deleteExpired(field: string, nowMs: number, limit: number): string[];
}

export interface Tables {
  /** Throws `invalid` for a collection that was not declared. */
  of(collection: { readonly name: string }): Table;
  /** Within a commit. Returns the keys of the documents that went. */
  deleteExpired(nowMs: number, limit: number): string[];
}

export function openTables(database: Database, collections: readonly Collection<Document>[]): Tables {
  if (new Set(collections.map(({ name }) => name.toLowerCase())).size < collections.length) {
    const sentence = 'Two collections have the same name; SQLite sees no difference between upper and lower case.';
    throw new PlatformError('invalid', sentence);
  }
  database.setUp([...EPOCHS, ...collections.map(one => `CREATE TABLE IF NOT EXISTS ${tableName(one)} ${COLUMNS}`)]);
  const stale = wereWrittenPast(database);
  database.setUp([...collections.flatMap(one => lookupChanges(database, one, stale)), ...NEXT_EPOCH]);
  const nextVersion = createVersions(database);
  const tables = new Map(collections.map(one => [one.name, openTable(database, one, nextVersion)]));

  return {
    of({ name }) {
      const table = tables.get(name);
      if (table) return table;
      throw new PlatformError('invalid', `The collection ${name} was not declared when the store was opened.`);
    },
    deleteExpired(nowMs, limit) {
      const gone: string[] = [];
      for (const { expires, name } of collections) {
        const table = tables.get(name);
        if (table && expires !== undefined)
          gone.push(...table.deleteExpired(expires, nowMs, limit - gone.length).map(id => keyOf(table, id)));
      }
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

/**
 * `store_epoch` counts how often the store was opened, `look_epoch` is the last opening that kept the lookup tables:
 * where they differ, a version of Easel that knows none has written in between.
 */
const EPOCHS = [
  'CREATE TABLE IF NOT EXISTS store_epoch (only_row INTEGER PRIMARY KEY, epoch INTEGER NOT NULL) STRICT',
  'CREATE TABLE IF NOT EXISTS look_epoch (only_row INTEGER PRIMARY KEY, epoch INTEGER NOT NULL) STRICT',
];
const NEXT_EPOCH = [
  'INSERT INTO store_epoch VALUES (1, 1) ON CONFLICT (only_row) DO UPDATE SET epoch = epoch + 1',
  'INSERT OR REPLACE INTO look_epoch SELECT only_row, epoch FROM store_epoch',
];

function wereWrittenPast(database: Database): boolean {
  const epochs = 'SELECT (SELECT epoch FROM store_epoch) IS NOT (SELECT epoch FROM look_epoch) AS past';
  return database.prepare<{ past: number }>(epochs).get()?.past === 1;
}

/**
 * A rowid table: with documents of a kilobyte and more, rows are appended and the tree of ids stays small. In a table
 * WITHOUT ROWID the texts would lie in that tree, and most of each in overflow pages.
 */
const COLUMNS = '(id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT';

function openTable(database: Database, collection: Collection<Document>, nextVersion: () => number): OpenTable {
  const name = tableName(collection);
  const lookup = openLookup(database, collection);
  const write = database.prepare(
    `INSERT INTO ${name} VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET version = excluded.version, doc = excluded.doc`,
  );
  const remove = database.prepare(`DELETE FROM ${name} WHERE id = ?`);
  return {
    name,
    read: database.prepare(`SELECT id, version, doc FROM ${name} WHERE id = ?`),
    version: database.prepare(`SELECT version FROM ${name} WHERE id = ?`),
    lookup,
    writing(document) {
      const { id } = document;
      const [text, values] = [JSON.stringify(document), lookup.valuesOf(document)];
      return () => {
        write.run(id, nextVersion(), text);
        lookup.write(id, values);
      };
    },
    remove(id) {
      remove.run(id);
      lookup.remove(id);
    },
    deleteExpired(field, nowMs, limit) {
      const gone = lookup.removeExpired(field, nowMs, limit);
      for (const id of gone) remove.run(id);
      return gone;
    },
  };
}

/** Each opening has 2^32 versions of its own, so that none is given twice and counting needs no write. */
function createVersions(database: Database): () => number {
  const epoch = database.prepare<{ epoch: number }>('SELECT epoch FROM store_epoch').get()?.epoch ?? 0;
  let given = 0;
  return () => epoch * 2 ** 32 + ++given;
}
