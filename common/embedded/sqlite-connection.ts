/**
 * Opens the database file: alone, with the settings that durability rests on, and only if its schema is not newer than
 * this Easel. Nothing is read or written through a connection that did not come from here.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isPlatformError, PlatformError } from '../platform/errors.ts';
import { isBusy, unavailable } from './sqlite-errors.ts';

/** Raised when an older Easel could no longer read or write the file. */
export const SCHEMA_VERSION = 1;

/** Throws `unavailable` when the file cannot be had, `invalid` when it is of a newer Easel. */
export function openConnection(dataDir: string): DatabaseSync {
  let connection: DatabaseSync | undefined;
  try {
    // Photos' prompts and hashed keys are nobody else's business on a shared machine.
    makeDirectory(dataDir);
    // A busy timeout of 0 (the default, but all depends on it): a second process is told at once.
    connection = new DatabaseSync(join(dataDir, 'easel.db'), { timeout: 0 });
    demandSettings(connection);
    demandVersion(connection, dataDir);
    return connection;
  } catch (error) {
    connection?.close();
    if (isPlatformError(error)) throw error;
    if (isBusy(error)) {
      const sentence = `Another Easel process is using ${dataDir}. Stop it first, or set DATA_DIR to another directory.`;
      throw unavailable(sentence, error);
    }
    const why = error instanceof Error ? error.message : String(error);
    if (/malformed|not a database/.test(why)) {
      const damaged = `The database in ${dataDir} is damaged (${why}).`;
      throw unavailable(
        `${damaged} Move it away, put a backup there with "easel restore", and see to the disk.`,
        error,
      );
    }
    const sentence = `The database in ${dataDir} cannot be opened (${why}). Set DATA_DIR to a directory that takes files.`;
    throw unavailable(sentence, error);
  }
}

/** One level at a time: `recursive` never returns where a parent exists and still takes no folders, such as /proc. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(resolve(path));
  if (parent !== resolve(path)) makeDirectory(parent);
  mkdirSync(path, { mode: 0o700 });
}

/** Runs the statements in a transaction of their own: all of them or none. */
export function runTogether(connection: DatabaseSync, sql: readonly string[]): void {
  try {
    connection.exec(['BEGIN IMMEDIATE', ...sql, 'COMMIT'].join(';\n'));
  } catch (error) {
    rollBack(connection);
    throw error;
  }
}

export function rollBack(connection: DatabaseSync): void {
  try {
    if (connection.isTransaction) connection.exec('ROLLBACK');
  } catch {
    // The next BEGIN will fail and say so; here the first fault is the one to report.
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
