/**
 * The one SQLite database of an embedded Easel. Store and queue share it, so that the commits of one turn of the event
 * loop share one fsync (`sqlite-commit.ts`): what is durable costs a fraction of a disk flush instead of one each.
 *
 * Only the `sqlite*.ts` files talk to `node:sqlite`, and only `sqlite-errors.ts` turns what it throws into our errors.
 */
import { PlatformError } from '../platform/errors.ts';
import { createGroupCommit } from './sqlite-commit.ts';
import { openConnection, runTogether } from './sqlite-connection.ts';
import { fault } from './sqlite-errors.ts';
import { prepareStatement, type Statement } from './sqlite-statement.ts';

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

/** Opens (and creates) `easel.db` in the directory and holds it alone until `close` or the end of the process. */
export function openDatabase(dataDir: string): Database {
  const connection = openConnection(dataDir);
  const statements = new Map<string, Statement>();
  let open = true;

  const insist = () => {
    if (!open) throw new PlatformError('unavailable', 'The database is closed.');
  };

  function prepare<Row>(sql: string): Statement<Row> {
    insist();
    const statement = statements.get(sql) ?? prepareStatement(connection, sql, insist);
    statements.set(sql, statement);
    return statement as Statement<Row>;
  }

  const groups = createGroupCommit(connection, prepare);

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
      return groups.commit(apply);
    },
    close() {
      if (!open) return;
      groups.commitNow();
      open = false;
      connection.close();
    },
  };
}
