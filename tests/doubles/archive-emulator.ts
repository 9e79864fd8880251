/**
 * Run before the google suites: uses the Firestore emulator as the store does and lets Java keep the classes that this
 * took, as it has them in memory. An emulator that starts with them costs 0.8 s of processor until it has answered its
 * first calls, 1.8 s without, and the suites start some seventy. Without it they run all the same; Java itself looks
 * whether the classes are those of its jar.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { put, raise, SHELF, things } from '../../common/platform/store-conformance/world.ts';
import { openStore } from '../google/store-world.ts';
import { waitFor } from '../wait-for.ts';
import { ARCHIVE, emulatorFound, freePort, javaArguments } from './firestore-emulator.ts';

const LIMIT_MS = 60_000;

const jar = await emulatorFound();
if (jar !== undefined && (await isMissing(jar))) {
  await archive(jar).catch((error: Error) => console.log(`The emulator starts more slowly: ${error.message}`));
}

async function isMissing(jar: string): Promise<boolean> {
  const made = await stat(ARCHIVE).catch(() => undefined);
  return made === undefined || made.mtimeMs < (await stat(jar)).mtimeMs;
}

async function archive(jar: string): Promise<void> {
  await mkdir(dirname(ARCHIVE), { recursive: true });
  await rm(ARCHIVE, { force: true });
  // Renamed when it is whole: a suite that runs at the same time finds all of it or nothing.
  const part = `${ARCHIVE}.${process.pid}`;
  const port = await freePort();
  const options = ['-XX:+IgnoreUnrecognizedVMOptions', `-XX:ArchiveClassesAtExit=${part}`];
  const java = spawn('java', [...options, ...javaArguments(jar, port)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const gone = once(java, 'exit');
  let output = '';
  for (const stream of [java.stdout, java.stderr]) stream.on('data', chunk => (output += chunk));
  try {
    await waitFor('the emulator', () => output.includes('is now running'), { limitMs: LIMIT_MS });
    await use(`127.0.0.1:${port}`);
    // Only a Java that ends by itself writes them down.
    java.kill('SIGTERM');
    await waitFor('its end', () => java.exitCode !== null || java.signalCode !== null, { limitMs: LIMIT_MS });
    await rename(part, ARCHIVE);
  } finally {
    java.kill('SIGKILL');
    await gone;
    await rm(part, { force: true });
  }
}

/** A transaction, an index, a count and a watch. */
async function use(host: string): Promise<void> {
  const store = openStore('demo-archive', { host, ssl: false });
  try {
    await put(store, ...SHELF);
    await raise(store, 'd');
    const where = [['lane', '==', 'x'] as const];
    await store.list({ from: things, where, orderBy: ['rank', 'asc'], limit: 3 });
    await store.count({ from: things, where });
    let seen = 0;
    const stop = store.watch(things, 'd', () => seen++);
    await waitFor('the watch', () => seen > 0);
    stop();
  } finally {
    await store.close();
  }
}
