/** Latency at half load: what a submit and a poll take while the server has half of what it can bear to do. */
import { nameOf, serving } from '../contenders.ts';
import { generate, generateSteadily, type Load } from '../load.ts';
import { pollsOf, submitsOf } from '../requests.ts';
import { type Metric, percentile } from '../results.ts';
import { inTurns, type Measure, type Part, prepare, type Sheet, type Stage, type Subjects } from '../stage.ts';
import { CONNECTIONS } from './http-load.ts';
import { type Server, startBare, startEasel, startPeerServer, submitOne } from './servers.ts';

const METRICS: readonly Metric[] = [
  { name: 'p50 ms', better: 'less' },
  { name: 'p95 ms', better: 'less' },
  { name: 'p99 ms', better: 'less' },
  { name: 'requests/s', better: 'more' },
];
const FULL_MS = 500;
const HALF_MS = 1_200;
const ROUNDS_MAX = 3;

export const halfLoad: Part = {
  name: 'half-load',
  title: 'Latency at half load',
  about:
    'First the rate that the server reaches under a full load for half a second, then half of that rate, begun by the clock whatever the answers do; ' +
    'a request that finds no free connection is counted from the time at which it was due.',
  async measure(stage, sheet) {
    const { small } = stage.photos;
    const [easel, bare] = [await startEasel(stage, { paused: true }), await startBare(stage)];
    const job = await submitOne(easel, small);
    await bare.ask('learn', [
      ['/v1/jobs', { body: job.body }],
      [job.path, job],
    ]);
    const submits = (server: Server) => atHalf({ url: server.url, next: submitsOf(small, server), status: 202 });
    const polls = (server: Server) => atHalf({ url: server.url, next: pollsOf(job.path, server.key), status: 200 });
    const taken: Subjects = new Map([
      ['Easel', submits(easel)],
      ['bare koa', submits(bare)],
    ]);
    for (const contender of serving(stage)) {
      await prepare(sheet, taken, `koa + ${nameOf(contender)}`, async () =>
        submits(await startPeerServer(stage, contender)),
      );
    }
    await compare(stage, sheet, 'Submit, 1 KB, at half load', taken);
    const asked: Subjects = new Map([
      ['Easel', polls(easel)],
      ['bare koa', polls(bare)],
    ]);
    await compare(stage, sheet, 'Poll at half load', asked);
  },
};

function compare(stage: Stage, sheet: Sheet, title: string, subjects: Subjects): Promise<void> {
  return inTurns({ ...stage, rounds: Math.min(stage.rounds, ROUNDS_MAX) }, sheet, {
    title,
    metrics: METRICS,
    own: 'Easel',
    subjects,
  });
}

function atHalf(load: Pick<Load, 'url' | 'next' | 'status'>): Measure {
  return async () => {
    const full = await generate({ ...load, connections: CONNECTIONS, forMs: FULL_MS });
    const half = { ...load, connections: CONNECTIONS, forMs: HALF_MS };
    const { perSecond, latenciesMs } = await generateSteadily(half, full.perSecond / 2);
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map(part => percentile(latenciesMs, part));
    return { 'p50 ms': p50 ?? 0, 'p95 ms': p95 ?? 0, 'p99 ms': p99 ?? 0, 'requests/s': perSecond };
  };
}
