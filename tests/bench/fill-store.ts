/**
 * Fills the store of an embedded Easel with finished jobs, copies of one that was really drawn: a month of them, one in ten
 * failed. Written past the store, which then makes its lookup tables anew: a minute for a million instead of a quarter of an
 * hour. Run in a process of its own, while no Easel has the directory.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { COLLECTIONS } from '../../common/collections.ts';
import { openDatabase } from '../../common/embedded/sqlite.ts';
import { createSqliteStore } from '../../common/embedded/store.ts';
import { answerBenchmark } from './child.ts';
import { copiedId } from './copied-id.ts';

const { dataDir } = JSON.parse(process.argv[2] ?? '{}') as { dataDir: string };
const MONTH_MS = 30 * 86_400_000;
const TABLES = ['doc_jobs', 'doc_runs'];

answerBenchmark({ fill });

function fill(count: number): void {
  const database = new DatabaseSync(join(dataDir, 'easel.db'));
  // Whatever breaks off here is thrown away.
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1048576');
  database.exec('BEGIN');
  for (const table of TABLES) copy(database, table, count);
  database.exec('DELETE FROM look_epoch; COMMIT');
  database.close();
  const opened = openDatabase(dataDir);
  createSqliteStore(opened, COLLECTIONS);
  opened.close();
}

function copy(database: DatabaseSync, table: string, count: number): void {
  const [{ doc }] = database.prepare(`SELECT doc FROM ${table} LIMIT 1`).all() as [{ doc: string }];
  const pattern = JSON.parse(doc) as object;
  const insert = database.prepare(`INSERT INTO ${table} (id, version, doc) VALUES (?, ?, ?)`);
  const begunAt = Date.now() - MONTH_MS;
  for (let number = 1; number <= count; number++) {
    const id = copiedId(number);
    const createdAt = begunAt + Math.floor((number / count) * MONTH_MS);
    const times = { createdAt, startedAt: createdAt + 100, finishedAt: createdAt + 6_000 + (number % 4_000) };
    const differs = {
      status: number % 10 === 0 ? 'failed' : 'succeeded',
      style: number % 3 === 0 ? 'charcoal' : 'ink-wash',
      ...(table === 'doc_jobs' ? { customId: `order-${number}` } : { queuedAt: createdAt }),
    };
    insert.run(id, number, JSON.stringify({ ...pattern, id, ...times, ...differs }));
  }
}
