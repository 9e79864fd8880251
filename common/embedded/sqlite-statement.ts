/**
 * Prepared statements of the database: what they throw arrives as a `PlatformError`, and once the database is closed
 * they throw `unavailable` instead of touching it.
 */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { fault } from './sqlite-errors.ts';

/** A prepared statement whose faults arrive as `PlatformError`. Rows are read as `Row` without a check. */
export interface Statement<Row = unknown> {
  get(...values: readonly SQLInputValue[]): Row | undefined;
  all(...values: readonly SQLInputValue[]): Row[];
  /** Returns how many rows were written or deleted, and the rowid of the row inserted last. */
  run(...values: readonly SQLInputValue[]): { readonly changes: number; readonly lastId: number };
}

/** @param insist Called before each use; throws when the database is closed. */
export function prepareStatement(connection: DatabaseSync, sql: string, insist: () => void): Statement {
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
