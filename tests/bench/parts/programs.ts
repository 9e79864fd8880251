/** Programs as users and images start them, told by what they print. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { systemRandom } from '../../../common/clock.ts';
import { readKeys } from '../../../common/embedded/secrets.ts';
import { generate } from '../load.ts';
import type { Processes } from '../processes.ts';
import { submitsOf } from '../requests.ts';
import type { Server } from './servers.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const START_LIMIT_MS = 30_000;

export interface Program {
  /** Of Node, from the root of the repository. */
  readonly words: readonly string[];
  readonly env: { readonly [name: string]: string };
  /** What it prints once it listens; the first group is its address. */
  readonly listens: RegExp;
  readonly key: () => string;
}

export type Started = Pick<Server, 'url' | 'key' | 'startMs' | 'pid' | 'kill'>;

/** What `npm start` runs, without npm. */
export async function startsAsUsersDo(processes: Processes): Promise<Program> {
  const dataDir = await processes.folder();
  const flags = ['./infra-scripts/local/node-version.js', './infra-scripts/local/two-heaps.js'];
  return {
    words: ['--expose-gc', ...flags.flatMap(file => ['--import', file]), 'infra-scripts/local/start.ts'],
    env: { PORT: '0', DATA_DIR: dataDir },
    listens: /"?listens on (http:\S+)/,
    key: () => readKeys(dataDir, systemRandom).server,
  };
}

export function startProgram(processes: Processes, program: Program): Promise<Started> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, [...program.words], {
      ...{ cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...program.env },
    });
    const kill = () => void child.kill('SIGKILL');
    processes.atEnd(kill);
    let printed = '';
    const fail = (why: string) => reject(new Error(`${program.words.at(-1)} ${why}: ${printed.slice(-300)}`));
    const timer = setTimeout(() => fail(`does not listen after ${START_LIMIT_MS / 1_000} s`), START_LIMIT_MS);
    const hear = (chunk: Buffer) => {
      printed += chunk;
      const url = program.listens.exec(printed)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve({ url, key: program.key(), startMs: performance.now() - startedAt, pid: child.pid ?? 0, kill });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', code => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
}

/** From the start of the process to its first accepted job. */
export async function firstJobMs(server: Pick<Server, 'url' | 'key' | 'startMs'>, photo: Buffer): Promise<number> {
  const load = { url: server.url, connections: 1, forMs: 1_000, requestsMax: 1, status: 202 };
  const { latenciesMs } = await generate({ ...load, next: submitsOf(photo, server) });
  return server.startMs + (latenciesMs[0] ?? Number.NaN);
}
