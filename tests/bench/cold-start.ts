/**
 * How long the API of the google platform takes from the start of its process until it listens, and until its first job
 * is accepted: as its image starts it, unbundled with all SDKs loaded at once, and beside both a bare koa. All against
 * the same doubles, in turns. `node tests/bench/cold-start.ts [rounds]` prints the tables.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GoogleBackends, startGoogleBackends } from '../../infra-scripts/local/google-backends.ts';
import { waitFor } from '../wait-for.ts';
import { createFigures, type Figures } from './figures.ts';
import { generate } from './load.ts';
import { smallPhoto, submitsOf } from './requests.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_LIMIT_MS = 30_000;
const BARE = 'bare koa';
const SHIPPED = 'as its image starts it';
const NAIVE = 'unbundled, SDKs at once';
/** Each with what a process is started with, from the repository's folder. */
const STARTS: readonly (readonly [name: string, args: readonly string[]])[] = [
  [BARE, ['tests/bench/bare-server.ts']],
  [SHIPPED, ['infra-scripts/image/boot.cjs', 'api']],
  [NAIVE, ['tests/bench/eager-api.ts']],
];
/** Nothing is to be drawn: only the intake is measured. */
const NO_WORKER = 'http://127.0.0.1:1';

export interface ColdStart {
  /** What the image's start is in relation to bare koa, and to the naive one. */
  readonly toBare: Figures;
  readonly toNaive: Figures;
}

/** Throws when `built/api.cjs` is not there: `npm run build:image -- api` makes it. */
export async function measureColdStart(rounds: number): Promise<ColdStart> {
  if (!existsSync(join(ROOT, 'built/api.cjs.cache'))) throw new Error('first: npm run build:image -- api');
  const dataDir = await mkdtemp(join(tmpdir(), 'easel-cold-start-'));
  const backends = await startGoogleBackends({ dataDir, workerUrl: NO_WORKER });
  const columns = { toBare: createFigures([SHIPPED, BARE]), toNaive: createFigures([SHIPPED, NAIVE]) };
  const photo = await smallPhoto();
  try {
    // The first of each writes keys and styles, and brings its files into the page cache.
    for (const [, args] of STARTS) await startOnce(args, backends, { photo, waitsForKeys: true });
    for (let round = 0; round < rounds; round++) {
      for (const [name, args] of round % 2 === 0 ? STARTS : STARTS.toReversed()) {
        const { listeningMs, acceptedMs } = await startOnce(args, backends, { photo });
        for (const figures of Object.values(columns)) {
          figures.add('start to listening, ms', name, listeningMs);
          figures.add('start to the first accepted job, ms', name, acceptedMs);
        }
      }
    }
    return columns;
  } finally {
    await backends.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function startOnce(
  args: readonly string[],
  { environment, keys }: GoogleBackends,
  { photo, waitsForKeys = false }: { photo: Buffer; waitsForKeys?: boolean },
): Promise<{ listeningMs: number; acceptedMs: number }> {
  const headers = { Authorization: `Bearer ${keys.server}` };
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { PATH: process.env.PATH, ...environment, HOST: '127.0.0.1', PORT: '0', DEMO_PAGE: 'off' },
  });
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let output = '';
      const timer = setTimeout(
        () => reject(new Error(`${args.join(' ')} does not listen:\n${output}`)),
        START_LIMIT_MS,
      );
      const listens = (address: string) => {
        clearTimeout(timer);
        resolve(address);
      };
      child.on('message', (message: { url: string }) => listens(message.url));
      child.stdout?.on('data', chunk => {
        output += chunk;
        const address = /"route":"(http:[^"]+)".*listens/.exec(output)?.[1];
        if (address !== undefined) listens(address);
      });
      child.once('exit', code => reject(new Error(`${args.join(' ')} ended with ${code}:\n${output}`)));
    });
    const listeningMs = performance.now() - startedAt;
    if (waitsForKeys)
      await waitFor('the keys', async () => (await fetch(`${url}/v1/styles`, { headers })).status !== 401);
    const next = submitsOf(photo, { key: keys.server });
    await generate({ url, connections: 1, forMs: 1_000, requestsMax: 1, status: 202, next });
    return { listeningMs, acceptedMs: performance.now() - startedAt };
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

if (import.meta.main) {
  const { toBare, toNaive } = await measureColdStart(Number(process.argv[2] ?? 11));
  console.log(`${toBare.table()}\n\n${toNaive.table()}`);
}
