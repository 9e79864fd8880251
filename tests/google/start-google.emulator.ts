/**
 * `npm run start:google-local` as a developer has it: killed services come back at the same address and go on with what
 * they have promised, and nothing is left of it after Ctrl-C.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort, SERVICES, type ServiceName } from '../../infra-scripts/local/google-services.ts';
import { PHOTO } from '../service.ts';
import { waitFor } from '../wait-for.ts';

const test = suite('start:google-local');
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_LIMIT_MS = 60_000;
export const FILE_LIMIT_MS = 240_000;

test('a service that is killed is started again, and the job goes on', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'easel-local-'));
  const port = await freePort();
  const env = { ...process.env, DATA_DIR: directory, PORT: String(port) };
  const local = spawn(process.execPath, ['infra-scripts/local/start-google.ts'], { cwd: ROOT, env });
  let output = '';
  local.stdout.on('data', chunk => (output += chunk));
  local.stderr.on('data', chunk => (output += chunk));
  const ended = new Promise<number | null>(resolve => local.once('exit', resolve));
  const call = async (path: string, body?: FormData) => {
    const { server } = JSON.parse(await readFile(join(directory, 'keys.json'), 'utf8'));
    const headers = { Authorization: `Bearer ${server}` };
    const answer = await fetch(
      `http://127.0.0.1:${port}${path}`,
      body ? { method: 'POST', headers, body } : { headers },
    );
    return (await answer.json()) as { id: string; done: boolean; status: string };
  };
  try {
    await waitFor('the start', () => output.includes('Easel listens'), { limitMs: START_LIMIT_MS });
    const before = await Promise.all(SERVICES.map(name => pidOf(name, local.pid)));
    const form = new FormData();
    form.set('style', 'charcoal');
    form.set('image', new Blob([new Uint8Array(PHOTO)]), 'photo.jpg');
    const { id } = await waitFor('the first keys', async () => {
      const answer = await call('/v1/jobs', form);
      return answer.id ? answer : undefined;
    });
    for (const pid of before) process.kill(pid, 'SIGKILL');
    // A minute for the lease if it had been claimed, and a minute for the scheduler.
    const job = await waitFor(
      'the job',
      async () => {
        const answer = await call(`/v1/jobs/${id}`).catch(() => undefined);
        return answer?.done ? answer : undefined;
      },
      { limitMs: 150_000, everyMs: 200 },
    );
    assert.is(job.status, 'succeeded');
    const after = await Promise.all(SERVICES.map(name => pidOf(name, local.pid)));
    assert.is(new Set([...before, ...after]).size, 4);
    local.kill('SIGINT');
    assert.is(await ended, 0, output);
    for (const pid of after) assert.throws(() => process.kill(pid, 0), /ESRCH/);
  } finally {
    // Not SIGKILL: the services and the emulator would outlive it.
    local.kill('SIGTERM');
    await ended;
    await rm(directory, { recursive: true });
  }
});

test.run();

async function pidOf(name: ServiceName, parent = 0): Promise<number> {
  const { stdout } = await promisify(execFile)('pgrep', ['-P', String(parent), '-f', `${name}/server.ts`]);
  return Number(stdout);
}
