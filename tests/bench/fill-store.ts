/**
 * Fills the store of an embedded Easel with finished jobs, copies of one that was really drawn: a month of them, one in ten
 * failed. Written by SQL alone and indexed afterwards, for the store's own way would take a quarter of an hour for a
 * million. Run in a process of its own, while no Easel has the directory.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { answerBenchmark } from './child.ts';

const { dataDir } = JSON.parse(process.argv[2] ?? '{}') as { dataDir: string };
const MONTH_MS = 30 * 86_400_000;
/** Zero-padded, so that they come before every id that holds a time. */
const ID = "'job_' || printf('%026d', n)";

answerBenchmark({ fill });

function fill(count: number): void {
  const database = new DatabaseSync(join(dataDir, 'easel.db'));
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144');
  const indexes = database
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name IN ('doc_jobs', 'doc_runs')")
    .all() as { name: string; sql: string | null }[];
  database.exec('BEGIN');
  for (const { name, sql } of indexes) if (sql !== null) database.exec(`DROP INDEX ${name}`);
  for (const table of ['doc_jobs', 'doc_runs']) copy(database, table, count);
  for (const { sql } of indexes) if (sql !== null) database.exec(sql);
  database.exec('COMMIT');
  database.exec('ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

function copy(database: DatabaseSync, table: string, count: number): void {
  const pattern = database.prepare(`SELECT doc FROM ${table} ORDER BY id LIMIT 1`).get() as { doc: string };
  const createdAt = `${Date.now() - MONTH_MS} + n * ${MONTH_MS} / ${count}`;
  const fields = [
    `'$.id', ${ID}`,
    `'$.createdAt', ${createdAt}`,
    `'$.queuedAt', ${createdAt}`,
    `'$.startedAt', ${createdAt} + 100`,
    `'$.finishedAt', ${createdAt} + 6000 + n % 4000`,
    "'$.status', iif(n % 10 = 0, 'failed', 'succeeded')",
    "'$.style', iif(n % 3 = 0, 'charcoal', 'ink-wash')",
    "'$.customId', 'order-' || n",
    "'$.generationKey', printf('%064d', n)",
  ];
  database
    .prepare(
      `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
       INSERT INTO ${table} (id, version, doc) SELECT ${ID}, n, json_set(?, ${fields.join(', ')}) FROM numbers`,
    )
    .run(count, pattern.doc);
}
