/**
 * The store seam on SQLite. A collection is a table of JSON texts (`store-tables.ts`) and one of the fields that its
 * declared query shapes name (`store-lookups.ts`, `store-queries.ts`); transactions are optimistic: they verify within the
 * group commit what they read (`store-run.ts`), and those that lost run again one after the other (`store-lanes.ts`).
 */
import { PlatformError } from '../platform/errors.ts';
import type { Collection, Document, Query, Store, Transaction } from '../platform/store.ts';
import type { Database } from './sqlite.ts';
import { pageOf } from './store-cursors.ts';
import { createLanes } from './store-lanes.ts';
import { compileCount, compileQuery } from './store-queries.ts';
import { beginRun, runToItsEnd } from './store-run.ts';
import { keyOf, openTables, parse, type Row, type Tables } from './store-tables.ts';
import { createWatches } from './store-watches.ts';

export interface SqliteStore extends Store {
  /** Deletes up to `limit` documents whose `expires` field is `nowMs` or earlier; resolves with how many went. */
  deleteExpired(nowMs: number, limit: number): Promise<number>;
}

/** Thanks to the lanes three runs are rare; only work that waits for something outside can use these up. */
const RUNS_MAX = 20;

/** Opens tables and indexes of the collections at once, before anything else uses the database. */
export function createSqliteStore(database: Database, collections: readonly Collection<Document>[]): SqliteStore {
  const tables = openTables(database, collections);
  const watches = createWatches();

  return {
    ...reads(database, tables),
    transaction: createTransaction(database, tables, watches.wake),
    watch<D extends Document>(from: Collection<D>, id: string, onChange: (document: D | undefined) => void) {
      const table = tables.of(from);
      return watches.add(
        keyOf(table, id),
        () => table.read.get(id),
        row => onChange(parse<D>(row)),
      );
    },
    async deleteExpired(nowMs, limit) {
      const gone = await database.commit(() => tables.deleteExpired(nowMs, limit));
      watches.wake(gone);
      return gone.length;
    },
  };
}

function reads(database: Database, tables: Tables): Pick<Store, 'get' | 'list' | 'count'> {
  return {
    async get<D extends Document>(from: Collection<D>, id: string) {
      return parse<D>(tables.of(from).read.get(id));
    },
    async list<D extends Document>(query: Query<D>) {
      const { sql, values } = compileQuery(tables.of(query.from), query);
      return pageOf(query, database.prepare<Row>(`SELECT d.id, d.version, d.doc ${sql}`).all(...values));
    },
    async count<D extends Document>(query: Pick<Query<D>, 'from' | 'where'>) {
      const { sql, values } = compileCount(tables.of(query.from), query);
      return database.prepare<{ total: number }>(`SELECT count(*) AS total ${sql}`).get(...values)?.total ?? 0;
    },
  };
}

/** @param wake Called with the keys of the documents that a commit wrote. */
function createTransaction(
  database: Database,
  tables: Tables,
  wake: (keys: readonly string[]) => void,
): Store['transaction'] {
  const enterLane = createLanes();

  return async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    let leaveLane = () => {};
    for (let runs = 1; runs <= RUNS_MAX; runs++) {
      const run = beginRun(database, tables);
      const outcome = await runToItsEnd(run, work).finally(leaveLane);
      if ('value' in outcome) {
        wake(run.written());
        return outcome.value;
      }
      leaveLane = await enterLane(outcome.lostOn);
    }
    leaveLane();
    throw new PlatformError('contended', `The transaction lost ${RUNS_MAX} times against others.`);
  };
}
