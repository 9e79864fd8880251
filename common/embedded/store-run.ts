/**
 * One run of a transaction's work. It notes the version of everything it reads and collects its writes; the commit
 * applies them only if all that was read still stands, and otherwise tells in which lane to wait for the next run.
 */
import { PlatformError } from '../platform/errors.ts';
import type { Collection, Document, Query, Transaction } from '../platform/store.ts';
import type { Database } from './sqlite.ts';
import { pageOf } from './store-cursors.ts';
import { compileQuery } from './store-queries.ts';
import { keyOf, parse, type Row, type Tables } from './store-tables.ts';

export interface Run {
  readonly tx: Transaction;
  /** Ends the run without a commit. Returns the lane of something it read that has changed, if anything has. */
  end(): string | undefined;
  /** Writes everything if all that was read still stands, else nothing and returns the lane of what has changed. */
  commit(): Promise<string | undefined>;
  /** Keys of the documents that were written. */
  written(): string[];
}

export function beginRun(database: Database, tables: Tables): Run {
  const reads: ReadSet = new Map();
  const writes: { readonly key: string; readonly apply: () => void }[] = [];
  let ended = false;

  const insist = (right: boolean, sentence: string) => {
    if (ended) throw new Error('The transaction has ended: its work has to await everything it does.');
    if (!right) throw new Error(sentence);
  };
  const mayRead = () => insist(writes.length === 0, 'In a transaction all reads come before the first write.');
  const write = (key: string, apply: () => void) => {
    insist(true, '');
    writes.push({ key, apply });
  };
  const changed = () => reads.values().find(read => !read.stands())?.lane;

  return {
    tx: { ...readingHalf(database, tables, { reads, mayRead }), ...writingHalf(tables, write) },
    end() {
      ended = true;
      return changed();
    },
    async commit() {
      ended = true;
      // Without a write no group (and no disk flush) is needed: nothing else can commit between these verifications.
      if (writes.length === 0) return changed();
      return database.commit(() => {
        const lostOn = changed();
        if (lostOn === undefined) for (const { apply } of writes) apply();
        return lostOn;
      });
    },
    written: () => writes.map(({ key }) => key),
  };
}

/** Runs `work` and commits: its value, or the lane to wait in before it runs again. */
export async function runToItsEnd<T>(
  run: Run,
  work: (tx: Transaction) => Promise<T>,
): Promise<{ readonly value: T } | { readonly lostOn: string }> {
  let value: T;
  try {
    value = await work(run.tx);
  } catch (error) {
    // What `work` read may not have been of one moment, and then its error may come from that alone.
    const lostOn = run.end();
    if (lostOn === undefined) throw error;
    return { lostOn };
  }
  const lostOn = await run.commit();
  return lostOn === undefined ? { value } : { lostOn };
}

/** By what was read: whether it still stands, and the lane to wait in if it does not. */
type ReadSet = Map<string, { readonly lane: string; readonly stands: () => boolean }>;

function readingHalf(
  database: Database,
  tables: Tables,
  { reads, mayRead }: { readonly reads: ReadSet; readonly mayRead: () => void },
): Pick<Transaction, 'get' | 'list'> {
  const note = (key: string, lane: string, stands: () => boolean) => {
    // The first reading counts: had a later one another answer, the run could not have happened at one moment.
    if (!reads.has(key)) reads.set(key, { lane, stands });
  };
  return {
    async get<D extends Document>(from: Collection<D>, id: string) {
      mayRead();
      const table = tables.of(from);
      const row = table.read.get(id);
      const key = keyOf(table, id);
      note(key, key, () => table.version.get(id)?.version === row?.version);
      return parse<D>(row);
    },
    async list<D extends Document>(query: Query<D>) {
      mayRead();
      const table = tables.of(query.from);
      const { sql, values } = compileQuery(table, query);
      const rows = database.prepare<Row>(`SELECT d.id, d.version, d.doc ${sql}`).all(...values);
      const again = database.prepare<Row>(`SELECT d.id, d.version ${sql}`);
      const seen = versionsOf(rows);
      note(JSON.stringify([sql, values]), table.name, () => versionsOf(again.all(...values)) === seen);
      return pageOf(query, rows);
    },
  };
}

function versionsOf(rows: readonly Row[]): string {
  return rows.map(({ id, version }) => `${version} ${id}`).join('\n');
}

function writingHalf(
  tables: Tables,
  write: (key: string, apply: () => void) => void,
): Pick<Transaction, 'set' | 'increment' | 'delete'> {
  return {
    set(into, document) {
      const table = tables.of(into);
      write(keyOf(table, document.id), table.writing(document));
    },
    increment(into, id, by) {
      const table = tables.of(into);
      const steps = Object.entries(by);
      if (!steps.every(([, step]) => Number.isSafeInteger(step))) {
        throw new PlatformError('invalid', 'An increment adds integers.');
      }
      write(keyOf(table, id), () => {
        const document = parse<Document & Record<string, unknown>>(table.read.get(id)) ?? { id };
        const sums = steps.map(([field, step]) => {
          const before = document[field];
          return [field, (typeof before === 'number' ? before : 0) + step];
        });
        table.writing({ ...document, ...Object.fromEntries(sums) })();
      });
    },
    delete(from, id) {
      const table = tables.of(from);
      write(keyOf(table, id), () => table.remove(id));
    },
  };
}
