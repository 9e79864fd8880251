/**
 * Group commit: whatever is to be committed within one turn of the event loop becomes one transaction of SQLite and so
 * costs one disk flush. Each caller's part has a savepoint of its own, so that one caller's mistake is not another's.
 */
import type { DatabaseSync } from 'node:sqlite';
import { isPlatformError } from '../platform/errors.ts';
import { rollBack } from './sqlite-connection.ts';
import { unavailable } from './sqlite-errors.ts';
import type { Statement } from './sqlite-statement.ts';

type Prepare = (sql: string) => Statement;

/** One `commit` that waits for its group: `apply` runs inside the group, its answer or `fail` after the group's end. */
interface Waiting {
  /** Applies and returns how to answer once the group is durable. Throws only what dooms the whole group. */
  readonly apply: () => () => void;
  readonly fail: (error: unknown) => void;
}

export function createGroupCommit(connection: DatabaseSync, prepare: Prepare) {
  const begin = prepare('BEGIN IMMEDIATE');
  const end = prepare('COMMIT');
  const applyOne = createSavepoint(prepare);
  const waiting: Waiting[] = [];

  function commitNow(): void {
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
    /** Runs `apply` within the next group; see `Database.commit`. */
    commit<T>(apply: () => T): Promise<T> {
      if (waiting.length === 0) setImmediate(commitNow);
      return new Promise<T>((resolve, reject) => {
        waiting.push({ apply: () => applyOne(apply, resolve, reject), fail: reject });
      });
    },
    /** Commits what waits without waiting for the next turn. */
    commitNow,
  };
}

function createSavepoint(prepare: Prepare) {
  const savepoint = prepare('SAVEPOINT one');
  const release = prepare('RELEASE one');
  const takeBackOne = prepare('ROLLBACK TO one');

  return <T>(apply: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): (() => void) => {
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
  };
}
