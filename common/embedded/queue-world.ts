/**
 * What the tests of the SQLite queue share: a queue in a directory of its own, whose clock stands still until a test
 * moves it, and which can be killed and opened again.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestClock, testClock } from '../../tests/test-clock.ts';
import type { QueueLimits, QueueName, Task } from '../platform/queue.ts';
import { createSqliteQueue, type QueueOptions } from './queue.ts';
import { type Database, openDatabase } from './sqlite.ts';

export const HOUR_MS = 3_600_000;
export const AMPLE: QueueLimits = { concurrency: 50, ratePerSecond: 1_000 };

export interface World {
  readonly clock: TestClock;
  /** Opens database and queue; what was open before is left as a killed process would leave it. */
  open(limits?: QueueLimits, options?: Partial<QueueOptions>): Opened;
}

export interface Opened {
  readonly database: Database;
  readonly queue: ReturnType<typeof createSqliteQueue>;
  /** Ends without a stop: what is under way stays so in the table. */
  kill(): void;
}

export function inWorld(body: (world: World) => Promise<void>): () => Promise<void> {
  return async () => {
    const dir = mkdtempSync(join(tmpdir(), 'easel-queue-'));
    const clock = testClock();
    let opened: Opened | undefined;
    const open = (limits: QueueLimits = AMPLE, options: Partial<QueueOptions> = {}): Opened => {
      opened?.kill();
      const database = openDatabase(dir);
      const queue = createSqliteQueue(database, { clock, limits: limitsOf(limits), ...options });
      const kill = () => {
        void queue.stop();
        database.close();
      };
      opened = { database, queue, kill };
      return opened;
    };
    try {
      await body({ clock, open });
    } finally {
      opened?.kill();
      rmSync(dir, { recursive: true });
    }
  };
}

export function limitsOf(limits: QueueLimits): Record<QueueName, QueueLimits> {
  return { interactive: limits, bulk: limits, upkeep: limits };
}

export function task(name: string, queue: QueueName = 'interactive'): Task {
  return { queue, name, kind: 'job', payload: { v: 1 } };
}

/** The engine itself then refuses to write, as it does on a disk that became read-only. */
export function setWritable(database: Database, writable: boolean): void {
  database.prepare(`PRAGMA query_only = ${writable ? 0 : 1}`).get();
}
