/** Memory: of an idle process, of each client that waits by events, of each job that is being drawn. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { openGeminiDouble } from '../../doubles/gemini.ts';
import type { WorkerMeasured } from '../../load/worker-alone.ts';
import { nameOf, serving } from '../contenders.ts';
import type { Metric } from '../results.ts';
import { inTurns, type Measure, type Part, prepare, type Stage, type Subjects } from '../stage.ts';
import { startProgram, startsAsUsersDo } from './programs.ts';
import { type Server, startBare, startEasel, startPeerServer, submitOne } from './servers.ts';

const KIB: Metric = { name: 'KiB', better: 'less' };
const MIB: Metric = { name: 'MiB', better: 'less' };
const ROUNDS_MAX = 3;
const REST_MS = 1_500;
/** Easel gives back within it what the start and the job have left, at the sweeper's minute at the latest; others have it too. */
const IDLE_MS = 75_000;
const WAITERS = 2_000;
const WAITED_FOR = 200;
const WORKER_ALONE = fileURLToPath(new URL('../../load/worker-alone.ts', import.meta.url));
/** Slots, and jobs enough to fill them more than once. */
const [ONE, EIGHT] = [
  { slots: 1, jobs: 4 },
  { slots: 8, jobs: 40 },
];

export const memory: Part = {
  name: 'memory',
  title: 'Memory',
  about:
    'Resident memory. *Idle*: `npm start`, 75 s after its first accepted job, beside other servers after theirs (Redis and PostgreSQL come on top). ' +
    '*Each client*: 2,000 wait by server-sent events for 200 jobs, after a collection of garbage. *Each running job*: the worker ' +
    'in a process of its own draws photos of 2 MB into pictures of 2 MB, with eight slots against one: the peak, by seven.',
  async measure(stage, sheet) {
    const few = { ...stage, rounds: Math.min(stage.rounds, ROUNDS_MAX) };
    const idle: Subjects = new Map([['Easel', idleEasel(stage)]]);
    await prepare(sheet, idle, 'bare koa', async () => idleServer(await startBare(stage)));
    for (const contender of serving(stage)) {
      await prepare(sheet, idle, `koa + ${nameOf(contender)}`, async () =>
        idleServer(await startPeerServer(stage, contender), stage.photos.small),
      );
    }
    const plan = { own: 'Easel', warmUp: false };
    await inTurns(few, sheet, { title: 'Memory, idle', metrics: [MIB], subjects: idle, ...plan });
    const each: Subjects = new Map([
      ['client that waits by events', eachWaiter(stage)],
      ['running job, 2 MB in and out', eachJob(stage)],
    ]);
    await inTurns(few, sheet, { title: 'Memory, each', metrics: [KIB, MIB], subjects: each, ...plan });
  },
};

function idleEasel(stage: Stage): Measure {
  return async () => {
    const program = await startProgram(stage.processes, await startsAsUsersDo(stage.processes));
    await submitOne(program, stage.photos.small);
    await sleep(IDLE_MS);
    const rss = await residentMib(program.pid);
    program.kill();
    return { MiB: rss };
  };
}

/** Asked once, it rests while others are measured. */
async function idleServer(server: Server, photo?: Buffer): Promise<Measure> {
  if (photo) await submitOne(server, photo);
  const restsAt = performance.now() + IDLE_MS;
  return async () => {
    await sleep(Math.max(0, restsAt - performance.now()));
    return { MiB: await residentMib(server.pid) };
  };
}

function eachWaiter(stage: Stage): Measure {
  return async () => {
    const easel = await startEasel(stage, { paused: true }, ['--expose-gc']);
    const paths: string[] = [];
    for (let job = 0; job < WAITED_FOR; job++) paths.push((await submitOne(easel, stage.photos.small)).path);
    // What the first stream takes once is not counted as the others'.
    const first = await listen(easel, paths[0] ?? '');
    await sleep(REST_MS);
    const before = await easel.used();
    const sockets: Socket[] = [first];
    for (let index = 0; index < WAITERS; index++) sockets.push(await listen(easel, paths[index % WAITED_FOR] ?? ''));
    await sleep(REST_MS);
    const after = await easel.used();
    for (const socket of sockets) socket.destroy();
    easel.kill();
    return { KiB: ((after.rssMb - before.rssMb) * 1_024) / WAITERS, MiB: (after.rssMb - before.rssMb) / WAITERS };
  };
}

/** Resolves with the connection once its first event has come. */
async function listen({ url, key }: Server, path: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path}/events HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${key}\r\n\r\n`);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  // What follows has to be read, too.
  socket.resume();
  const text = String(chunk);
  if (!text.startsWith('HTTP/1.1 200')) throw new Error(`a stream of events was answered: ${text.slice(0, 60)}`);
  return socket;
}

function eachJob({ processes }: Stage): Measure {
  return async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
    const picture = await sharp({ create: { width: 896, height: 1_152, channels: 3, background: '#888', noise } })
      .png()
      .toBuffer();
    const gemini = await openGeminiDouble({ answer: { kind: 'picture', bytes: picture, delayMs: 500 } });
    try {
      const one = await drawAlone(await processes.folder(), gemini, ONE);
      const eight = await drawAlone(await processes.folder(), gemini, EIGHT);
      const each = (eight.peakBytes - one.peakBytes) / (EIGHT.slots - ONE.slots);
      return { KiB: each / 2 ** 10, MiB: each / 2 ** 20 };
    } finally {
      await gemini.close();
    }
  };
}

async function drawAlone(
  directory: string,
  { url, apiKey }: { url: string; apiKey: string },
  { slots, jobs }: { slots: number; jobs: number },
): Promise<WorkerMeasured> {
  const child = fork(WORKER_ALONE, [directory, url, apiKey, String(slots), String(jobs)], { stdio: 'inherit' });
  try {
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the worker ended with ${code}`)));
    return (await Promise.race([once(child, 'message'), ended]))[0] as WorkerMeasured;
  } finally {
    child.kill('SIGKILL');
  }
}

/** Linux tells it of any process. */
async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024;
}
