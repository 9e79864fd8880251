/**
 * What the disk and SQLite give on their own, measured in the same run: nothing that is durable can be faster.
 */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const PAGE = Buffer.alloc(4_096, 7);
/** The file is written round and round, so that its size does not change: a grown file costs more to sync. */
const FILE_PAGES = 256;
const DOC = 'x'.repeat(1_000);

/** 4 KB written and synced, one after the other. */
export function syncsPerSecond(folder: string, forMs: number): number {
  const file = openSync(join(folder, 'synced'), 'w+');
  for (let page = 0; page < FILE_PAGES; page++) writeSync(file, PAGE);
  fdatasyncSync(file);
  let page = 0;
  const perSecond = repeat(forMs, () => {
    writeSync(file, PAGE, 0, PAGE.length, (page++ % FILE_PAGES) * PAGE.length);
    fdatasyncSync(file);
  });
  closeSync(file);
  return perSecond;
}

/**
 * Jobs a second through SQLite with the settings that Easel demands, and nothing else: a row of 1 KB is inserted,
 * claimed and finished, each step for so many jobs in one transaction.
 */
export function livesPerSecond(folder: string, forMs: number, atOnce: number): number {
  const database = new DatabaseSync(join(folder, `lives-${performance.now()}.db`));
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE jobs (id INTEGER PRIMARY KEY, state INTEGER NOT NULL, doc TEXT NOT NULL) STRICT');
  database.exec('CREATE INDEX jobs_waiting ON jobs (id) WHERE state = 0');
  const steps = [
    database.prepare('INSERT INTO jobs (state, doc) VALUES (0, ?)'),
    database.prepare('UPDATE jobs SET state = 1 WHERE id = (SELECT id FROM jobs WHERE state = 0 LIMIT 1)'),
    database.prepare('UPDATE jobs SET state = 2 WHERE id = ?'),
  ] as const;
  let finished = 0;
  const groupsPerSecond = repeat(forMs, () => {
    const [insert, claim, finish] = steps;
    inTransaction(database, atOnce, () => insert.run(DOC));
    inTransaction(database, atOnce, () => claim.run());
    inTransaction(database, atOnce, () => finish.run(++finished));
  });
  database.close();
  return groupsPerSecond * atOnce;
}

function inTransaction(database: DatabaseSync, times: number, step: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  for (let time = 0; time < times; time++) step();
  database.exec('COMMIT');
}

function repeat(forMs: number, step: () => void): number {
  const startedAt = performance.now();
  let steps = 0;
  for (; performance.now() - startedAt < forMs; steps++) step();
  return steps / ((performance.now() - startedAt) / 1_000);
}
