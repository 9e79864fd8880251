/**
 * Starts Google's own Firestore emulator for a test file. It is found through FIRESTORE_EMULATOR_JAR or the installed
 * `gcloud` and needs Java 11 or newer; it ends with the process that started it, however that one ends.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface FirestoreEmulator {
  /** As FIRESTORE_EMULATOR_HOST and the SDK's `host` take it. */
  readonly host: string;
  /** The id of a project that nobody has used: every project is a database of its own. */
  newProject(): string;
  /** Makes it stand still, with its connections open, until `resume`. */
  pause(): void;
  resume(): void;
  /** Resolves when it is gone. Without it, the emulator goes with this process. */
  stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;
const START_TRIES_MAX = 3;
const JAR = 'platform/cloud-firestore-emulator/cloud-firestore-emulator.jar';
const MAIN_CLASS = 'com.google.cloud.datastore.emulator.firestore.CloudFirestore';
/** Bounded memory; the other two halve the time to start, and tests are over before better machine code would pay. */
const JVM = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Duser.language=en'];
/** The emulator's classes as Java had them in memory: `archive-emulator.ts` makes it, and nothing needs it. */
export const ARCHIVE = fileURLToPath(new URL('../../node_modules/.cache/firestore-emulator.jsa', import.meta.url));

/**
 * Between this process and Java: kills Java when this process is gone, which the pipe tells even after a SIGKILL. It
 * has a process group of its own, so that what ends this process's group does not end the keeper before Java.
 */
const KEEPER = `
  const { spawn } = require('node:child_process');
  process.stdout.on('error', () => {});
  const java = spawn('java', process.argv.slice(1), { stdio: ['ignore', 1, 1] });
  process.on('exit', () => java.kill('SIGKILL'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
  java.on('error', error => { console.log(String(error)); process.exitCode = 1; process.stdin.destroy(); });
  java.on('exit', () => process.exit(1));
  java.on('spawn', () => console.log('java is process ' + java.pid));
  process.stdin.on('error', () => {}).on('close', () => process.exit(1)).resume();
`;

/** Whether it can be started here: the path of its jar, or undefined. For a run that must not pass without it. */
export async function emulatorFound(): Promise<string | undefined> {
  const jar = await findJar();
  const hasJava = await promisify(execFile)('java', ['-version']).then(
    () => true,
    () => false,
  );
  return hasJava ? jar : undefined;
}

/** @param options.rules Path of a rules file; without one everybody may do everything. */
export async function startFirestoreEmulator(options: { readonly rules?: string } = {}): Promise<FirestoreEmulator> {
  const jar = await findJar();
  if (jar === undefined) {
    throw new Error('No Firestore emulator: install it with gcloud, or name its jar in FIRESTORE_EMULATOR_JAR.');
  }
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const rules = options.rules === undefined ? [] : [`--rules=${options.rules}`];
    const archive = existsSync(ARCHIVE) ? [`-XX:SharedArchiveFile=${ARCHIVE}`] : [];
    const args = [...archive, ...javaArguments(jar, port), ...rules];
    const keeper = spawn(process.execPath, ['-e', KEEPER, '--', ...args], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    try {
      const javaPid = await started(keeper);
      return handle(keeper, javaPid, `127.0.0.1:${port}`);
    } catch (error) {
      // Somebody else may have taken the port since it was found free.
      await ended(keeper);
      if (tries === START_TRIES_MAX) throw error;
    }
  }
}

export function javaArguments(jar: string, port: number): readonly string[] {
  return [...JVM, '-cp', jar, MAIN_CLASS, '--host=127.0.0.1', `--port=${port}`];
}

function handle(keeper: ChildProcess, javaPid: number, host: string): FirestoreEmulator {
  let projects = 0;
  // Nothing of it keeps this process alive: the keeper's pipe closes when this process ends.
  keeper.unref();
  for (const pipe of [keeper.stdin, keeper.stdout]) if (pipe && 'unref' in pipe) (pipe as { unref(): void }).unref();
  return {
    host,
    newProject: () => `demo-easel-${++projects}`,
    pause: () => void process.kill(javaPid, 'SIGSTOP'),
    resume: () => void process.kill(javaPid, 'SIGCONT'),
    stop: () => ended(keeper),
  };
}

/** Resolves with Java's process id when the emulator answers. */
function started(keeper: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (why: string) => reject(new Error(`The Firestore emulator did not start: ${why}\n${output}`));
    const timer = setTimeout(() => fail(`not ready after ${START_LIMIT_MS} ms`), START_LIMIT_MS);
    keeper.once('close', () => {
      clearTimeout(timer);
      fail('it ended');
    });
    // Read to the end: with a full pipe the emulator would stand still at its next log line.
    keeper.stdout?.setEncoding('utf8').on('data', chunk => {
      output = `${output}${chunk}`.slice(-4_000);
      if (!output.includes('is now running')) return;
      clearTimeout(timer);
      resolve(Number(/java is process (\d+)/.exec(output)?.[1]));
    });
  });
}

function ended(keeper: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    if (keeper.exitCode !== null || keeper.signalCode !== null) return resolve();
    keeper.ref();
    keeper.once('exit', () => resolve());
    keeper.stdin?.destroy();
  });
}

async function findJar(): Promise<string | undefined> {
  const named = process.env.FIRESTORE_EMULATOR_JAR;
  if (named) return present(named);
  const gcloud = await findInPath('gcloud');
  if (gcloud === undefined) return undefined;
  const beside = await present(join(dirname(gcloud), '..', JAR));
  if (beside !== undefined) return beside;
  const asked = await promisify(execFile)(gcloud, ['info', '--format=value(installation.sdk_root)']).catch(() => null);
  return asked ? present(join(asked.stdout.trim(), JAR)) : undefined;
}

async function findInPath(command: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const found = await present(join(folder, command));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The path without links on its way, or undefined when there is nothing. */
async function present(path: string): Promise<string | undefined> {
  return access(path).then(
    () => realpath(path),
    () => undefined,
  );
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
