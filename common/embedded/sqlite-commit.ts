/**
 * Group commit: whatever is to be committed within one turn of the event loop, and within the next few if each brings
 * more, becomes one transaction of SQLite and so costs one disk flush. One that is alone waits for nobody. Each caller's part has a savepoint of its own, so that one caller's mistake is not another's.
 */
import type { DatabaseSync } from 'node:sqlite';
import { isPlatformError } from '../platform/errors.ts';
import { rollBack } from './sqlite-connection.ts';
import { unavailable } from './sqlite-errors.ts';
import type { Statement } from './sqlite-statement.ts';

type Prepare = (sql: string) => Statement;

/**
 * How many turns a group may go on growing. Under load a turn takes some 100 µs and brings one to three more, which then
 * share what a commit costs: its flush, and the pages that all of them write to. Sixty turns brought no more than six.
 */
export const GROWING_TURNS_MAX = 6;

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
  let lookedAt = { waiting: 0, times: 0 };

  /** Those that have come since the last look are a sign of more: the group waits for these, but never for long. */
  function look(): void {
    if (waiting.length > lookedAt.waiting && lookedAt.times < GROWING_TURNS_MAX) {
      lookedAt = { waiting: waiting.length, times: lookedAt.times + 1 };
      setImmediate(look);
    } else commitNow();
  }

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
      if (waiting.length === 0) {
        lookedAt = { waiting: 1, times: 0 };
        setImmediate(look);
      }
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
