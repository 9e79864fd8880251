/**
 * The one SQLite database of an embedded Easel. Store and queue share it, so that the commits of one turn of the event
 * loop share one fsync (group commit): what is durable costs a fraction of a disk flush instead of one each.
 *
 * Only this file talks to `node:sqlite`, and only `fault` below turns what SQLite throws into a `PlatformError`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { isPlatformError, PlatformError } from '../platform/errors.ts';

/** Raised when an older Easel could no longer read or write the file. */
export const SCHEMA_VERSION = 1;

/** A prepared statement whose faults arrive as `PlatformError`. Rows are read as `Row` without a check. */
export interface Statement<Row = unknown> {
  get(...values: readonly SQLInputValue[]): Row | undefined;
  all(...values: readonly SQLInputValue[]): Row[];
  /** Returns how many rows were written or deleted, and the rowid of the row inserted last. */
  run(...values: readonly SQLInputValue[]): { readonly changes: number; readonly lastId: number };
}

export interface Database {
  /** Prepares once per SQL text; the text must come from the code's fixed shapes, for nothing is ever forgotten. */
  prepare<Row = unknown>(sql: string): Statement<Row>;

  /** Runs the statements at once in a commit of their own: for tables and indexes, before anything else is asked. */
  setUp(statements: readonly string[]): void;

  /**
   * Runs `apply` (synchronous: reads and writes) within the next group commit and resolves with its result when that
   * commit is durable. If `apply` throws, its own writes are taken back and its promise rejects with the error; the
   * others of the group stand. If the engine cannot write, the whole group is taken back and rejects `unavailable`.
   */
  commit<T>(apply: () => T): Promise<T>;

  /** Commits what was asked for, then closes; every later call throws or rejects `unavailable`. Twice is once. */
  close(): void;
}

/** One `commit` that waits for its group: `apply` runs inside the group, `settle` or `fail` after the group's end. */
interface Waiting {
  /** Applies and returns how to answer once the group is durable. Throws only what dooms the whole group. */
  readonly apply: () => () => void;
  readonly fail: (error: unknown) => void;
}

/** Opens (and creates) `easel.db` in the directory and holds it alone until `close` or the end of the process. */
export function openDatabase(dataDir: string): Database {
  const connection = openConnection(dataDir);
  const statements = new Map<string, Statement>();
  const waiting: Waiting[] = [];
  let open = true;

  const insist = () => {
    if (!open) throw new PlatformError('unavailable', 'The database is closed.');
  };

  function prepare<Row>(sql: string): Statement<Row> {
    insist();
    const statement = statements.get(sql) ?? wrapStatement(connection, sql, insist);
    statements.set(sql, statement);
    return statement as Statement<Row>;
  }

  const begin = prepare('BEGIN IMMEDIATE');
  const end = prepare('COMMIT');
  const savepoint = prepare('SAVEPOINT one');
  const release = prepare('RELEASE one');
  const takeBackOne = prepare('ROLLBACK TO one');

  function applyOne<T>(apply: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): () => void {
    savepoint.run();
    try {
      const value = apply();
      release.run();
      return () => resolve(value);
    } catch (error) {
      // A full or failing disk concerns everybody, and SQLite may have rolled back the whole group by itself.
      if (isPlatformError(error, 'unavailable')) throw error;
      takeBackOne.run();
      release.run();
      return () => reject(error);
    }
  }

  function commitGroup(): void {
    const group = waiting.splice(0);
    if (group.length === 0) return;
    try {
      begin.run();
      const answers = group.map(one => one.apply());
      end.run();
      for (const answer of answers) answer();
    } catch (error) {
      rollBack(connection);
      const failure = unavailable(`The commit failed and was taken back. ${(error as Error).message}`, error);
      for (const one of group) one.fail(failure);
    }
  }

  return {
    prepare,
    setUp(sql) {
      insist();
      try {
        runTogether(connection, sql);
      } catch (error) {
        throw fault(error);
      }
    },
    async commit<T>(apply: () => T): Promise<T> {
      insist();
      if (waiting.length === 0) setImmediate(commitGroup);
      return new Promise<T>((resolve, reject) => {
        waiting.push({ apply: () => applyOne(apply, resolve, reject), fail: reject });
      });
    },
    close() {
      if (!open) return;
      commitGroup();
      open = false;
      connection.close();
    },
  };
}

function openConnection(dataDir: string): DatabaseSync {
  let connection: DatabaseSync | undefined;
  try {
    // Photos' prompts and hashed keys are nobody else's business on a shared machine.
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // A busy timeout of 0 (the default, but all depends on it): a second process is told at once.
    connection = new DatabaseSync(join(dataDir, 'easel.db'), { timeout: 0 });
    demandSettings(connection);
    demandVersion(connection, dataDir);
    return connection;
  } catch (error) {
    connection?.close();
    if (isPlatformError(error)) throw error;
    if (primaryCode(error) === SQLITE_BUSY) {
      const sentence = `Another Easel process is using ${dataDir}. Stop it first, or set DATA_DIR to another directory.`;
      throw unavailable(sentence, error);
    }
    throw unavailable(`The database in ${dataDir} cannot be opened.`, error);
  }
}

/** What durability and exclusiveness rest on; a build or file system that answers otherwise is refused. */
function demandSettings(connection: DatabaseSync): void {
  const demanded = [
    // Before the first read in WAL mode, so that the lock is taken then and no shared-memory file is needed.
    ['locking_mode', 'EXCLUSIVE', 'exclusive'],
    ['journal_mode', 'WAL', 'wal'],
    // FULL syncs the log on every commit. NORMAL would survive kill -9 but lose commits when the power fails.
    ['synchronous', 'FULL', 2],
    // 64 MiB (in KiB when negative): the hot end of the indexes of a million documents stays in memory.
    ['cache_size', -65_536, -65_536],
    // Pages (4 KiB): one checkpoint writes at most about 4 MiB and so blocks the event loop only briefly.
    ['wal_autocheckpoint', 1_000, 1_000],
    // After a burst the log shrinks back to 64 MiB.
    ['journal_size_limit', 67_108_864, 67_108_864],
  ] as const;
  for (const [name, value] of demanded) connection.exec(`PRAGMA ${name} = ${value}`);
  for (const [name, , expected] of demanded) {
    const got = Object.values(connection.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    if (got !== expected) {
      throw new PlatformError('unavailable', `SQLite: expected ${name} to be ${expected}, got ${got}.`);
    }
  }
}

function demandVersion(connection: DatabaseSync, dataDir: string): void {
  const found = Number(Object.values(connection.prepare('PRAGMA user_version').get() ?? {})[0]);
  if (found > SCHEMA_VERSION) {
    const versions = `version ${found}, this one reads up to ${SCHEMA_VERSION}`;
    throw new PlatformError('invalid', `The data in ${dataDir} was written by a newer Easel (${versions}). Update it.`);
  }
  // Writing, even the same number, takes the exclusive lock for good, also on a file that was empty until now.
  runTogether(connection, [`PRAGMA user_version = ${SCHEMA_VERSION}`]);
}

function runTogether(connection: DatabaseSync, sql: readonly string[]): void {
  try {
    connection.exec(['BEGIN IMMEDIATE', ...sql, 'COMMIT'].join(';\n'));
  } catch (error) {
    rollBack(connection);
    throw error;
  }
}

function rollBack(connection: DatabaseSync): void {
  try {
    if (connection.isTransaction) connection.exec('ROLLBACK');
  } catch {
    // The next BEGIN will fail and say so; here the first fault is the one to report.
  }
}

function wrapStatement(connection: DatabaseSync, sql: string, insist: () => void): Statement {
  const guarded = <T>(call: () => T): T => {
    insist();
    try {
      return call();
    } catch (error) {
      throw fault(error);
    }
  };
  const statement = guarded(() => connection.prepare(sql));
  return {
    get: (...values) => guarded(() => statement.get(...values)),
    all: (...values) => guarded(() => statement.all(...values)),
    run: (...values) =>
      guarded(() => {
        const { changes, lastInsertRowid } = statement.run(...values);
        return { changes: Number(changes), lastId: Number(lastInsertRowid) };
      }),
  };
}

const SQLITE_BUSY = 5;
/** ERROR, TOOBIG, CONSTRAINT, MISMATCH, MISUSE, RANGE: the call is wrong. All other codes: the file cannot serve. */
const CALLERS_FAULT: ReadonlySet<number | undefined> = new Set([1, 18, 19, 20, 21, 25]);

function fault(error: unknown): unknown {
  const code = primaryCode(error);
  if (code === undefined) return error;
  const sentence = `SQLite answered code ${code}: ${(error as Error).message}.`;
  return new PlatformError(CALLERS_FAULT.has(code) ? 'invalid' : 'unavailable', sentence, { cause: error });
}

/** SQLite's code without its extension (https://www.sqlite.org/rescode.html), or undefined for any other error. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

function unavailable(message: string, cause: unknown): PlatformError {
  return new PlatformError('unavailable', message, { cause });
}
