/**
 * That the emulator's double finds what is there, and never leaves an emulator behind.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { emulatorFound, startFirestoreEmulator } from '../doubles/firestore-emulator.ts';
import { waitFor } from '../wait-for.ts';

const test = suite('Firestore emulator');
const DOUBLE = new URL('../doubles/firestore-emulator.ts', import.meta.url);

test('an emulator goes with the process that started it, even when that one is killed', async () => {
  const script = `
    import { startFirestoreEmulator } from ${JSON.stringify(DOUBLE)};
    console.log((await startFirestoreEmulator()).host);
    setInterval(() => {}, 1_000);
  `;
  const args = ['--input-type=module', '-e', script];
  const starter = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let host = '';
  starter.stdout.setEncoding('utf8').on('data', chunk => (host += chunk));
  await waitFor('the emulator', () => host.endsWith('\n'), { limitMs: 60_000 });
  host = host.trim();
  assert.ok(await answers(host));
  starter.kill('SIGKILL');
  await waitFor('its end', async () => !(await answers(host)));
});

test('a stopped emulator is gone; projects are never given twice', async () => {
  const emulator = await startFirestoreEmulator();
  assert.ok(await answers(emulator.host));
  assert.is.not(emulator.newProject(), emulator.newProject());
  await emulator.stop();
  await waitFor('its end', async () => !(await answers(emulator.host)));
  await emulator.stop();
});

test('an emulator that does not start says why', async () => {
  const error = await startFirestoreEmulator({ rules: '/nowhere/firestore.rules' }).catch((reason: unknown) => reason);
  assert.match(String(error), /did not start(.|\n)*nowhere/);
});

test('without a jar nothing is found, and with one it is that one', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'easel-emulator-'));
  const found = (env: Record<string, string>) =>
    withEnv({ FIRESTORE_EMULATOR_JAR: '', ...env }, () => emulatorFound().then(path => path ?? 'nothing'));
  assert.is(await found({ PATH: empty }), 'nothing');
  assert.is(await found({ FIRESTORE_EMULATOR_JAR: join(empty, 'gone.jar') }), 'nothing');
  const jar = fileURLToPath(DOUBLE);
  assert.is(await found({ FIRESTORE_EMULATOR_JAR: jar }), jar);
  await rm(empty, { recursive: true });
});

test.run();

async function answers(host: string): Promise<boolean> {
  return fetch(`http://${host}/`).then(
    answer => answer.ok,
    () => false,
  );
}

async function withEnv<T>(env: Record<string, string>, body: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    return await body();
  } finally {
    process.env = before;
  }
}
