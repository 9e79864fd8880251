/**
 * What the disk and SQLite give on their own, measured in the same run: nothing that is durable can be faster.
 */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const PAGE = Buffer.alloc(4_096, 7);
/** The file is written round and round, so that its size does not change: a grown file costs more to sync. */
const FILE_PAGES = 256;

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

/** Transactions of one row of 1 KB, each with a commit of its own, with the settings that Easel demands. */
export function commitsPerSecond(folder: string, forMs: number): number {
  const database = new DatabaseSync(join(folder, `commits-${performance.now()}.db`));
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, doc TEXT NOT NULL) STRICT');
  const insert = database.prepare('INSERT INTO rows (doc) VALUES (?)');
  const doc = 'x'.repeat(1_000);
  const perSecond = repeat(forMs, () => insert.run(doc));
  database.close();
  return perSecond;
}

function repeat(forMs: number, step: () => void): number {
  const startedAt = performance.now();
  let steps = 0;
  for (; performance.now() - startedAt < forMs; steps++) step();
  return steps / ((performance.now() - startedAt) / 1_000);
}
