/** An idle queue: how soon after a job is made its handler starts, one job at a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../child.ts';
import { CONTENDERS, type Contender, nameOf, serving, startPeer } from '../contenders.ts';
import { generate } from '../load.ts';
import { submitsOf } from '../requests.ts';
import { type Metric, percentile, type Values } from '../results.ts';
import {
  inTurns,
  type Measure,
  type Part,
  prepare,
  type Round,
  type Sheet,
  type Stage,
  type Subjects,
} from '../stage.ts';
import { type Server, startEasel, startPeerServer } from './servers.ts';

const METRICS: readonly Metric[] = [
  { name: 'p50 ms', better: 'less' },
  { name: 'p95 ms', better: 'less' },
  { name: 'p99 ms', better: 'less' },
];
const JOBS = 150;
/** Over HTTP, where each is drawn as well. */
const SUBMITS = 60;
const PAUSE_MS = 4;
/** How long the last one may take to arrive. */
const ARRIVAL_LIMIT_MS = 20_000;

export const idle: Part = {
  name: 'idle',
  title: 'Idle latency',
  about:
    'One job at a time, with a pause after each, so that nothing else is under way. From the call that adds a job to the start of ' +
    'its handler: Easel’s queue, with an fsync on the way, in one process; a peer’s from one process to another. Then over ' +
    'HTTP: from the first byte of the submit that is sent to the moment the worker is handed the job.',
  async measure(stage, sheet) {
    await measureQueues(stage, sheet);
    // Some of them look for jobs every few milliseconds.
    stage.processes.endAll();
    await measureHttp(stage, sheet);
  },
};

async function measureQueues(stage: Stage, sheet: Sheet): Promise<void> {
  const { processes, databases } = stage;
  const easel = await processes.start('./easel-engine.ts', { dataDir: await processes.folder() });
  const subjects: Subjects = new Map();
  subjects.set('Easel', async round => {
    await easel.ask('queue', wishOf(round));
    return summary(await easel.ask<number[]>('startedAfter'));
  });
  const setUp = async (contender: Contender): Promise<Measure> => {
    const place = await contender.place(databases, processes);
    const producer = await startPeer(processes, contender, place);
    const worker = await startPeer(processes, contender, place);
    await worker.ask('work', { concurrency: 1 });
    return async round => {
      const { jobs } = await producer.ask<{ jobs: number }>('produce', wishOf(round));
      const starts = await arrivals(() => worker.ask<Start[]>('starts'), jobs);
      return summary(starts.map(({ atMs, madeMs }) => atMs - madeMs));
    };
  };
  for (const contender of CONTENDERS) await prepare(sheet, subjects, nameOf(contender), () => setUp(contender));
  await inTurns(stage, sheet, { title: 'Added to started', metrics: METRICS, own: 'Easel', subjects });
}

async function measureHttp(stage: Stage, sheet: Sheet): Promise<void> {
  const easel = await startEasel(stage);
  const subjects: Subjects = new Map([
    ['Easel', submitsToStart(stage, easel, async () => easel.ask<number[]>('startedAt'))],
  ]);
  for (const contender of serving(stage)) {
    await prepare(sheet, subjects, `koa + ${nameOf(contender)}`, async () => {
      const { worker, ...server } = await startPeerServer(stage, contender, { works: true });
      return submitsToStart(stage, server, async () =>
        ((await worker?.ask<Start[]>('starts')) ?? []).map(({ atMs }) => atMs),
      );
    });
  }
  await inTurns(stage, sheet, { title: 'Submitted to started', metrics: METRICS, own: 'Easel', subjects });
}

/** @param startsSince The moments at which the worker was handed jobs since this was asked last. */
function submitsToStart({ photos }: Stage, server: Server, startsSince: () => Promise<number[]>): Measure {
  const next = submitsOf(photos.small, server);
  return async ({ isWarmUp }) => {
    await startsSince();
    const sentAt: number[] = [];
    const sendNext = () => {
      sentAt.push(nowMs());
      return next();
    };
    const jobs = isWarmUp ? SUBMITS / 3 : SUBMITS;
    for (let job = 0; job < jobs; job++) {
      const load = { url: server.url, connections: 1, forMs: 5_000, requestsMax: 1, status: 202, next: sendNext };
      await generate(load);
      await sleep(DRAWING_MS);
    }
    const startedAt = await arrivals(startsSince, jobs);
    return summary(startedAt.map((at, index) => at - (sentAt[index] ?? Number.NaN)));
  };
}

/** Until the job before has been drawn, verified and stored. */
const DRAWING_MS = 60;

interface Start {
  readonly atMs: number;
  readonly madeMs: number;
}

async function arrivals<T>(since: () => Promise<T[]>, count: number): Promise<T[]> {
  const arrived: T[] = [];
  for (const endMs = performance.now() + ARRIVAL_LIMIT_MS; arrived.length < count; await sleep(20)) {
    arrived.push(...(await since()));
    if (performance.now() > endMs) throw new Error(`${arrived.length} of ${count} jobs were started`);
  }
  return arrived;
}

function summary(timesMs: readonly number[]): Values {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map(part => percentile(timesMs, part));
  return { 'p50 ms': p50 ?? Number.NaN, 'p95 ms': p95 ?? Number.NaN, 'p99 ms': p99 ?? Number.NaN };
}

function wishOf({ isWarmUp }: Round) {
  return { jobsMax: isWarmUp ? JOBS / 3 : JOBS, forMs: 10_000, atOnce: 1, pauseMs: PAUSE_MS, bytes: 180 };
}
