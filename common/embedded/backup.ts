/**
 * Copies a data directory while its service goes on working, and puts a copy back. No word is exchanged with the
 * service: it holds the database alone, so the files are copied as they lie, and a copy in whose time the service moved
 * anything from the log into the database is thrown away and made anew. The log is only ever appended to in between, and
 * its last, perhaps half copied commit fails its checksum: what remains is the state after one commit.
 */
import { copyFile, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isPlatformError, PlatformError } from '../platform/errors.ts';
import { errnoOf, isMissing } from './bucket-errors.ts';
import { wholeContent } from './bucket-read.ts';
import { openObject } from './object-file.ts';

export interface BackupReport {
  readonly jobs: number;
  readonly objects: number;
  readonly bytes: number;
  /** Paths of objects that were broken already; they are copied as they are. */
  readonly damaged: readonly string[];
}

const DATABASE = 'easel.db';
const LOG = 'easel.db-wal';
const SECRETS = ['secrets.json', 'keys.json'];
const NOTE = 'backup.json';
/** The head of the log holds its salt, which changes when it begins anew. */
const LOG_HEAD_BYTES = 32;
const TRIES = 50;
const FOLDER_MODE = 0o700;

/** `to` must not exist. Throws `unavailable` with a sentence; nothing is then left at `to`. */
export async function backUp(dataDir: string, to: string, atMs: number): Promise<BackupReport> {
  if (!(await isThere(join(dataDir, DATABASE))))
    throw refuse(`There is no Easel in ${dataDir}: it has no ${DATABASE}.`);
  if (await isThere(to)) throw refuse(`${to} is there already. Name a directory that does not exist yet.`);
  const partial = `${to}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: FOLDER_MODE });
  try {
    const jobs = await copyDatabase(dataDir, partial);
    // After the database: whatever it names was durable before it was named.
    const objects = await copyObjects(join(dataDir, 'objects'), join(partial, 'objects'));
    for (const name of SECRETS) await copyIfThere(join(dataDir, name), join(partial, name));
    const report = { jobs, ...objects };
    await writeFile(join(partial, NOTE), JSON.stringify({ at: new Date(atMs).toISOString(), ...report }), {
      mode: 0o600,
    });
    await rename(partial, to);
    return report;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Puts a copy into a data directory that holds no database. The service must not run there. */
export async function restore(from: string, dataDir: string): Promise<BackupReport> {
  if (!(await isThere(join(from, NOTE)))) throw refuse(`${from} is no backup of Easel: it has no ${NOTE}.`);
  if (await isThere(join(dataDir, DATABASE))) {
    throw refuse(
      `${dataDir} holds an Easel already. Name a directory without one, or move ${DATABASE} and objects away.`,
    );
  }
  await mkdir(dataDir, { recursive: true, mode: FOLDER_MODE });
  const objects = await copyObjects(join(from, 'objects'), join(dataDir, 'objects'));
  for (const name of SECRETS) await copyIfThere(join(from, name), join(dataDir, name));
  // The database last and in one step: a directory without it is not taken for a service's.
  const partial = join(dataDir, `${DATABASE}.partial`);
  await copyFile(join(from, DATABASE), partial);
  const jobs = judge(partial);
  await rename(partial, join(dataDir, DATABASE));
  return { jobs, ...objects };
}

/** How many jobs are in the copy. */
async function copyDatabase(dataDir: string, to: string): Promise<number> {
  const target = join(to, DATABASE);
  for (let tried = 0; tried < TRIES; tried++) {
    const before = await markOf(dataDir);
    await copyFile(join(dataDir, DATABASE), target);
    await rm(join(to, LOG), { force: true });
    await copyIfThere(join(dataDir, LOG), join(to, LOG));
    if ((await markOf(dataDir)) !== before) continue;
    return judge(target);
  }
  throw refuse(
    'The database changes faster than it can be copied. Try again when there is less to do, or stop Easel first.',
  );
}

/** Changes whenever the database file itself is written, or its log begins anew. */
async function markOf(dataDir: string): Promise<string> {
  const { mtimeMs, size } = await stat(join(dataDir, DATABASE));
  const head = await headOf(join(dataDir, LOG));
  return `${mtimeMs} ${size} ${head}`;
}

async function headOf(log: string): Promise<string> {
  try {
    const handle = await open(log);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(LOG_HEAD_BYTES), 0, LOG_HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead).toString('hex');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

/** Takes the log into the copy, and proves the whole of it sound. */
function judge(file: string): number {
  const copy = new DatabaseSync(file);
  try {
    copy.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
    const verdict = copy.prepare('PRAGMA integrity_check').get() as { readonly integrity_check: string };
    if (verdict.integrity_check !== 'ok') throw refuse(`The database is damaged: ${verdict.integrity_check}`);
    const { jobs } = copy.prepare('SELECT count(*) AS jobs FROM "doc_jobs"').get() as { readonly jobs: number };
    return jobs;
  } finally {
    copy.close();
  }
}

async function copyObjects(from: string, to: string): Promise<Omit<BackupReport, 'jobs'>> {
  const sum = { objects: 0, bytes: 0, damaged: [] as string[] };
  // With its folder for temporary files, without which it is taken for a disk that is not mounted.
  await mkdir(join(to, '.tmp'), { recursive: true, mode: FOLDER_MODE });
  for await (const file of filesIn(from)) {
    const path = relative(from, file);
    await mkdir(dirname(join(to, path)), { recursive: true, mode: FOLDER_MODE });
    // What is gone meanwhile was erased or has ended its life.
    if (!(await copyIfThere(file, join(to, path)))) continue;
    sum.objects++;
    const bytes = await soundBytes(join(to, path), path);
    if (bytes === undefined) sum.damaged.push(path);
    else sum.bytes += bytes;
  }
  return sum;
}

/** The length of the object, if it is whole. */
async function soundBytes(file: string, path: string): Promise<number | undefined> {
  try {
    const object = await openObject(file, path, 'read');
    if (!object) return undefined;
    try {
      return (await wholeContent(object)).byteLength;
    } finally {
      await object.handle.close();
    }
  } catch (error) {
    if (isPlatformError(error, 'damaged')) return undefined;
    throw error;
  }
}

async function* filesIn(directory: string): AsyncGenerator<string> {
  for (const entry of await readdir(directory, { withFileTypes: true }).catch(unlessMissing)) {
    // What is being written is no object yet.
    if (entry.name === '.tmp') continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else if (entry.isFile()) yield path;
  }
}

/** With its times, by which an object's life counts. */
async function copyIfThere(from: string, to: string): Promise<boolean> {
  try {
    const { atime, mtime } = await stat(from);
    await copyFile(from, to);
    const handle = await open(to, 'r+');
    try {
      await handle.utimes(atime, mtime);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function unlessMissing(error: unknown): [] {
  if (isMissing(error)) return [];
  throw error;
}

async function isThere(path: string): Promise<boolean> {
  const found = await stat(path).catch(unlessMissing);
  return !Array.isArray(found);
}

function refuse(sentence: string): PlatformError {
  return new PlatformError('unavailable', sentence);
}
