/**
 * That a 202 is written only when the job is on the disk, as the kernel sees it: `strace` watches the process through a
 * thousand submits, and before every 202 the database's log must have been written and synced, with nothing unsynced
 * left. Platform: embedded; Firestore's commits are durable when they are answered. Needs strace; says so without it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { colouredSquare } from '../simulation/photo.ts';
import { waitFor } from '../wait-for.ts';

export const FILE_LIMIT_MS = 600_000;

const test = suite('durable before it is answered');
const SUBMITS = Number(process.env.DURABLE_SUBMITS ?? 1_000);
const CALLS = 'trace=pwrite64,write,writev,sendto,sendmsg,fsync,fdatasync';

if (spawnSync('strace', ['-V']).error) console.log('NOT TESTED: there is no strace on this machine');
else
  test(`before each of ${SUBMITS} answers of 202 the log was synced`, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'easel-durable-'));
    const trace = join(directory, 'trace');
    const env = { PATH: process.env.PATH, PORT: '0', DATA_DIR: join(directory, 'data'), MALLOC_ARENA_MAX: '2' };
    const command = [
      '-f',
      // Only the calls that are named stop the process: without it every call does, and a submit takes seconds.
      '--seccomp-bpf',
      '-y',
      '-s',
      '24',
      '-e',
      CALLS,
      '-o',
      trace,
      process.execPath,
      'infra-scripts/local/start.ts',
    ];
    const child = spawn('strace', command, { env: { ...env, QUOTA_NAMED_PER_DAY: '1000' } });
    let output = '';
    child.stdout.on('data', chunk => (output += chunk));
    try {
      const url = await waitFor('the service', () => /listens on (http:\S+)/.exec(output)?.[1], { limitMs: 60_000 });
      const keys = JSON.parse(await readFile(join(directory, 'data', 'keys.json'), 'utf8')) as {
        server: string;
        admin: string;
      };
      await call(url, keys.admin, '/v1/admin/queues/interactive/pause', { reason: 'only the intake is looked at' });
      for (let number = 0; number < SUBMITS; number++) {
        const image = { data: colouredSquare() };
        const body = { style: 'charcoal', image, customerId: `customer-${number}` };
        assert.is(await call(url, keys.server, '/v1/jobs', body), 202);
      }
    } finally {
      // strace keeps a signal to itself; its child is the service, and it ends with that.
      const service = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
      process.kill(Number(service.trim().split(' ')[0]), 'SIGTERM');
      await new Promise(resolve => child.once('exit', resolve));
    }
    const { answers, early } = judge(readFileSync(trace, 'utf8'));
    await rm(directory, { recursive: true });
    console.log(`${answers} answers of 202, ${early} of them before the log was synced`);
    assert.equal([answers, early], [SUBMITS, 0]);
  });

test.run();

async function call(url: string, key: string, path: string, body: unknown): Promise<number> {
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  await response.arrayBuffer();
  return response.status;
}

/** Goes through the calls in the kernel's order. */
function judge(trace: string): { answers: number; early: number } {
  let unsynced = false;
  let synced = 0;
  let answers = 0;
  let early = 0;
  for (const line of trace.split('\n')) {
    if (/pwrite64\(\d+<[^>]*easel\.db-wal>/.test(line)) unsynced = true;
    else if (/f(data)?sync\(\d+<[^>]*easel\.db-wal>\)\s+= 0/.test(line)) {
      unsynced = false;
      synced++;
    } else if (line.includes('"HTTP/1.1 202')) {
      answers++;
      if (unsynced || synced === 0) early++;
      synced = 0;
    }
  }
  return { answers, early };
}
