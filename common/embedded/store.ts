/**
 * The store seam on SQLite. A collection is a table of JSON texts with one expression index per declared query shape;
 * transactions are optimistic: they note the version of everything they read and verify it within the group commit.
 *
 * In reading order: the store, one run of a transaction, lanes for those that lost, watches, tables, queries, cursors.
 */
import { createHash } from 'node:crypto';
import { isPlatformError, PlatformError } from '../platform/errors.ts';
import type { Collection, Document, Operator, Page, Query, Scalar, Store, Transaction } from '../platform/store.ts';
import type { Database, Statement } from './sqlite.ts';

export interface SqliteStore extends Store {
  /** Deletes up to `limit` documents whose `expires` field is `nowMs` or earlier; resolves with how many went. */
  deleteExpired(nowMs: number, limit: number): Promise<number>;
}

/** Thanks to the lanes below three runs are rare; only work that waits for something outside can use these up. */
const RUNS_MAX = 20;

/** Opens tables and indexes of the collections at once, before anything else uses the database. */
export function createSqliteStore(database: Database, collections: readonly Collection<Document>[]): SqliteStore {
  const tables = openTables(database, collections);
  const watches = createWatches();
  const enterLane = createLanes();

  return {
    async transaction(work) {
      let leaveLane = () => {};
      for (let runs = 1; runs <= RUNS_MAX; runs++) {
        const run = beginRun(database, tables);
        const outcome = await runToItsEnd(run, work).finally(leaveLane);
        if ('value' in outcome) {
          watches.wake(run.written());
          return outcome.value;
        }
        leaveLane = await enterLane(outcome.lostOn);
      }
      leaveLane();
      throw new PlatformError('contended', `The transaction lost ${RUNS_MAX} times against others.`);
    },
    async get<D extends Document>(from: Collection<D>, id: string) {
      return parse<D>(tables.of(from).read.get(id));
    },
    async list<D extends Document>(query: Query<D>) {
      const { sql, values } = compileQuery(tables.of(query.from), query);
      return pageOf(query, database.prepare<Row>(`SELECT id, version, doc ${sql}`).all(...values));
    },
    async count<D extends Document>(query: Pick<Query<D>, 'from' | 'where'>) {
      const { where, values } = compileConditions(query.where ?? []);
      const sql = `SELECT count(*) AS total FROM ${tables.of(query.from).name} WHERE ${where.join(' AND ')}`;
      return database.prepare<{ total: number }>(sql).get(...values)?.total ?? 0;
    },
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

// --- One run of a transaction -----------------------------------------------------------------------------------------

interface Run {
  readonly tx: Transaction;
  /** Ends the run without a commit. Returns the lane of something it read that has changed, if anything has. */
  end(): string | undefined;
  /** Writes everything if all that was read still stands, else nothing and returns the lane of what has changed. */
  commit(): Promise<string | undefined>;
  /** Keys of the documents that were written. */
  written(): string[];
}

async function runToItsEnd<T>(
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

function beginRun(database: Database, tables: Tables): Run {
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
    tx: { ...readingHalf(database, tables, reads, mayRead), ...writingHalf(tables, write) },
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

/** By what was read: whether it still stands, and the lane to wait in if it does not. */
type ReadSet = Map<string, { readonly lane: string; readonly stands: () => boolean }>;

function readingHalf(
  database: Database,
  tables: Tables,
  reads: ReadSet,
  mayRead: () => void,
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
      const rows = database.prepare<Row>(`SELECT id, version, doc ${sql}`).all(...values);
      const again = database.prepare<Row>(`SELECT id, version ${sql}`);
      const seen = versionsOf(rows);
      note(JSON.stringify([sql, values]), table.name, () => versionsOf(again.all(...values)) === seen);
      return pageOf(query, rows);
    },
  };
}

function writingHalf(
  tables: Tables,
  write: (key: string, apply: () => void) => void,
): Pick<Transaction, 'set' | 'increment' | 'delete'> {
  return {
    set(into, document) {
      const table = tables.of(into);
      const { id } = document;
      // As a text, so that nothing the caller does to the object later reaches the store.
      const text = JSON.stringify(document);
      write(keyOf(table, id), () => table.write.run(id, tables.nextVersion(), text));
    },
    increment(into, id, by) {
      const table = tables.of(into);
      const steps = Object.entries(by);
      if (!steps.every(([, step]) => Number.isSafeInteger(step))) throw invalid('An increment adds integers.');
      write(keyOf(table, id), () => {
        const document = parse<Document & Record<string, unknown>>(table.read.get(id)) ?? { id };
        const sums = steps.map(([field, step]) => {
          const before = document[field];
          return [field, (typeof before === 'number' ? before : 0) + step];
        });
        table.write.run(id, tables.nextVersion(), JSON.stringify({ ...document, ...Object.fromEntries(sums) }));
      });
    },
    delete(from, id) {
      const table = tables.of(from);
      write(keyOf(table, id), () => table.remove.run(id));
    },
  };
}

// --- Lanes ------------------------------------------------------------------------------------------------------------

/**
 * Transactions that lost on the same document (or query) run again one after the other, in the order in which they
 * lost. Run again all at once, one would win and the rest lose once more: 100 of them would need 100 runs.
 *
 * Resolves when it is the caller's turn, with the function that passes the turn on.
 */
function createLanes(): (lane: string) => Promise<() => void> {
  /** A lane is here while somebody has its turn; in the list are those who wait for it. */
  const lanes = new Map<string, (() => void)[]>();

  return async lane => {
    const others = lanes.get(lane);
    if (others) await new Promise<void>(resolve => others.push(resolve));
    else lanes.set(lane, []);
    let left = false;
    const leave = () => {
      if (left) return;
      left = true;
      const next = lanes.get(lane)?.shift();
      if (next) next();
      else lanes.delete(lane);
    };
    // Work that reads and writes reaches its group commit within one turn of the event loop. Work that takes longer
    // waits for something else, perhaps for one of those behind it: it must not keep the lane.
    setImmediate(() => setImmediate(leave));
    return leave;
  };
}

// --- Watches ----------------------------------------------------------------------------------------------------------

function createWatches() {
  const watchers = new Map<string, Set<() => void>>();
  let due = new Set<() => void>();

  function reportDue(): void {
    const reports = due;
    due = new Set();
    for (const report of reports) {
      try {
        report();
      } catch (error) {
        // One listener's fault is not another's. A database that cannot be read says so wherever it is asked.
        if (!isPlatformError(error, 'unavailable')) process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }

  function makeDue(report: () => void): void {
    if (due.size === 0) setImmediate(reportDue);
    due.add(report);
  }

  return {
    add(key: string, read: () => Row | undefined, onChange: (row: Row | undefined) => void): () => void {
      const others = watchers.get(key) ?? new Set();
      watchers.set(key, others);
      let seen: number | undefined;
      const report = () => {
        if (!others.has(report)) return;
        const row = read();
        const version = row?.version ?? 0;
        if (version === seen) return;
        seen = version;
        onChange(row);
      };
      others.add(report);
      makeDue(report);
      return () => {
        others.delete(report);
        if (others.size === 0 && watchers.get(key) === others) watchers.delete(key);
      };
    },
    /** To be called after the commit that wrote the documents of these keys. */
    wake(keys: readonly string[]): void {
      for (const key of keys) for (const report of watchers.get(key) ?? []) makeDue(report);
    },
  };
}

// --- Tables -----------------------------------------------------------------------------------------------------------

interface Row {
  readonly id: string;
  /** Never given twice, not even to a document that was deleted and created again. */
  readonly version: number;
  readonly doc: string;
}

interface Table {
  readonly name: string;
  readonly read: Statement<Row>;
  readonly version: Statement<Pick<Row, 'version'>>;
  readonly write: Statement;
  readonly remove: Statement;
}

interface Tables {
  of(collection: { readonly name: string }): Table;
  nextVersion(): number;
  /** Within a commit. Returns the keys of the documents that went. */
  deleteExpired(nowMs: number, limit: number): string[];
}

function openTables(database: Database, collections: readonly Collection<Document>[]): Tables {
  if (new Set(collections.map(({ name }) => name.toLowerCase())).size < collections.length) {
    throw invalid('Two collections have the same name; SQLite sees no difference between upper and lower case.');
  }
  database.setUp([
    'CREATE TABLE IF NOT EXISTS store_epoch (only_row INTEGER PRIMARY KEY, epoch INTEGER NOT NULL) STRICT',
    'INSERT INTO store_epoch VALUES (1, 1) ON CONFLICT (only_row) DO UPDATE SET epoch = epoch + 1',
    ...collections.map(one => `CREATE TABLE IF NOT EXISTS ${tableName(one)} ${COLUMNS}`),
  ]);
  database.setUp(collections.flatMap(one => indexChanges(database, one)));

  const epoch = database.prepare<{ epoch: number }>('SELECT epoch FROM store_epoch').get()?.epoch ?? 0;
  const tables = new Map(collections.map(one => [one.name, openTable(database, tableName(one))]));
  const expiring = collections.filter(one => one.expires !== undefined);
  let given = 0;

  return {
    of(collection) {
      const table = tables.get(collection.name);
      if (!table) throw invalid(`The collection ${collection.name} was not declared when the store was opened.`);
      return table;
    },
    // Each opening has 2^32 versions of its own, so that none is given twice and counting needs no write.
    nextVersion: () => epoch * 2 ** 32 + ++given,
    deleteExpired(nowMs, limit) {
      const gone: string[] = [];
      for (const { name, expires = '' } of expiring) {
        const table = tableName({ name });
        const expired = `SELECT id FROM ${table} WHERE ${fieldSql(expires)} <= ? ORDER BY ${fieldSql(expires)} LIMIT ?`;
        const statement = database.prepare<Row>(`DELETE FROM ${table} WHERE id IN (${expired}) RETURNING id`);
        gone.push(...statement.all(nowMs, limit - gone.length).map(({ id }) => `${table}/${id}`));
      }
      return gone;
    },
  };
}

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

/** The statements that bring the table's indexes to what the collection declares; none when they are so already. */
function indexChanges(database: Database, collection: Collection<Document>): string[] {
  const table = tableName(collection);
  const { expires } = collection;
  const shapes = collection.indexes.map(({ equal, order }) => (order ? [...equal, order.field] : equal));
  const wanted = new Map(
    [...shapes, ...(expires === undefined ? [] : [[expires]])]
      .map(fields => fields.filter(field => field !== 'id'))
      .filter(fields => fields.length > 0)
      .map(fields => [`ix_${[collection.name, ...fields].join('_')}`, fields]),
  );
  const wantedSql = new Map([...wanted].map(([name, fields]) => [name, indexSql(name, table, fields)]));
  const there = database
    .prepare<{ name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?",
    )
    .all(table);
  const kept = new Set(there.filter(({ name, sql }) => wantedSql.get(name) === sql).map(({ name }) => name));
  return [
    ...there.filter(({ name }) => !kept.has(name)).map(({ name }) => `DROP INDEX ${name}`),
    ...[...wantedSql].filter(([name]) => !kept.has(name)).map(([, sql]) => sql),
  ];
}

/** One direction serves both: SQLite walks an index either way. Documents without the fields take no place in it. */
function indexSql(name: string, table: string, fields: readonly string[]): string {
  const columns = fields.map(fieldSql);
  const present = columns.map(column => `${column} IS NOT NULL`).join(' AND ');
  return `CREATE INDEX ${name} ON ${table} (${[...columns, 'id'].join(', ')}) WHERE ${present}`;
}

function tableName({ name }: { readonly name: string }): string {
  return `doc_${checkedName(name)}`;
}

/** The value of a document's field; must read the same in indexes and queries, or SQLite does not use the index. */
function fieldSql(field: string): string {
  return field === 'id' ? 'id' : `json_extract(doc, '$.${checkedName(field)}')`;
}

/** Names become part of SQL texts and are therefore letters and digits only. */
function checkedName(name: string): string {
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) throw invalid(`Expected a name of letters and digits, got "${name}".`);
  return name;
}

function keyOf(table: Table, id: string): string {
  return `${table.name}/${id}`;
}

function parse<D>(row: Row | undefined): D | undefined {
  return row && (JSON.parse(row.doc) as D);
}

function versionsOf(rows: readonly Row[]): string {
  return rows.map(({ id, version }) => `${version} ${id}`).join('\n');
}

// --- Queries ----------------------------------------------------------------------------------------------------------

const LIMIT_MAX = 1_000;
const SQL_OPERATORS: Readonly<Record<Operator, string>> = { '==': '=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };

type Condition = readonly [field: string, operator: Operator, value: Scalar];
type SqlValue = string | number;

/** Everything of the SELECT after its columns. One row more than `limit` is read, to know whether there are more. */
function compileQuery<D extends Document>(table: Table, query: Query<D>): { sql: string; values: SqlValue[] } {
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > LIMIT_MAX) {
    throw invalid(`Expected a limit of 1 to ${LIMIT_MAX}, got ${query.limit}.`);
  }
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

/**
 * With `passed` ('<' or '>') the ranges of that side get a plus, which keeps SQLite from seeking by them: there the
 * cursor stands further on, and it would walk from the first page on.
 */
function compileConditions(conditions: readonly Condition[], passed?: string): { where: string[]; values: SqlValue[] } {
  const ranged = new Set(conditions.filter(([, operator]) => operator !== '==').map(([field]) => field));
  if (ranged.size > 1) throw invalid(`A query may have one range, got ${[...ranged].join(' and ')}.`);
  const where = conditions.map(([field, operator]) => {
    const sqlOperator = SQL_OPERATORS[operator];
    if (sqlOperator === undefined) throw invalid(`Expected an operator, got "${operator}".`);
    const plus = passed !== undefined && operator.startsWith(passed) ? '+' : '';
    return `${plus}${fieldSql(field)} ${sqlOperator} ?`;
  });
  return { where: ['TRUE', ...where], values: conditions.map(([, , value]) => sqlValue(value)) };
}

function orderOf<D extends Document>({ where = [], orderBy }: Query<D>): readonly [string, 'asc' | 'desc'] {
  const range = where.find(([, operator]) => operator !== '==')?.[0];
  if (range !== undefined && orderBy !== undefined && orderBy[0] !== range) {
    throw invalid(`A query with a range of ${range} is ordered by it, not by ${orderBy[0]}.`);
  }
  return orderBy ?? [range ?? 'id', 'asc'];
}

/** Booleans are 1 and 0, as json_extract gives them. What SQLite would silently take for NULL is refused. */
function sqlValue(value: unknown): SqlValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value))) return value;
  throw invalid(`Expected a string, a number or a boolean, got ${value}.`);
}

// --- Pages and cursors ------------------------------------------------------------------------------------------------

function pageOf<D extends Document>(query: Query<D>, rows: readonly Row[]): Page<D> {
  const items = rows.slice(0, query.limit).map(row => JSON.parse(row.doc) as D);
  const last = items.at(-1);
  if (rows.length <= query.limit || last === undefined) return { items };
  const [field] = orderOf(query);
  const parts = [fingerprint(query), sqlValue(last[field as keyof D]), last.id];
  return { items, next: Buffer.from(JSON.stringify(parts)).toString('base64url') };
}

function readCursor<D extends Document>(query: Query<D>, cursor: string): [value: SqlValue, id: string] {
  try {
    const [print, value, id, ...rest]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (print === fingerprint(query) && typeof id === 'string' && rest.length === 0) return [sqlValue(value), id];
  } catch (error) {
    throw invalid('The cursor is damaged.', error);
  }
  throw invalid('The cursor belongs to another query.');
}

/** Equal for the pages of one query, whatever their `limit`. */
function fingerprint<D extends Document>(query: Query<D>): string {
  const text = JSON.stringify([query.from.name, query.where ?? [], orderOf(query)]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

function invalid(message: string, cause?: unknown): PlatformError {
  return new PlatformError('invalid', message, { cause });
}
