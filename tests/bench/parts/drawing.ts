/** End to end: from the submit to the picture, with a model that answers at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { generate } from '../load.ts';
import { submitsOf } from '../requests.ts';
import type { Metric } from '../results.ts';
import { inTurns, type Measure, type Part, type Stage } from '../stage.ts';
import { timesOf } from './http-load.ts';
import { type Server, startEasel } from './servers.ts';

const METRICS: readonly Metric[] = [
  { name: 'jobs/s', better: 'more' },
  { name: 'p50 ms', better: 'less' },
  { name: 'p99 ms', better: 'less' },
  { name: 'processor ms each', better: 'less' },
];
const SINGLES = 60;
const BURST = { connections: 16, forMs: 4_000, requestsMax: 200 };
const DONE_LIMIT_MS = 20_000;

export const drawing: Part = {
  name: 'drawing',
  title: 'End to end',
  about:
    'From the submit to the picture, with a model that answers at once with a small picture, which is verified, stored and given a ' +
    'preview like any other. One at a time: submitted with `Prefer: wait`, answered when it is done. Many at once: 200 jobs over 16 ' +
    'connections, until the last is done; the times are those of the submits.',
  async measure(stage, sheet) {
    const easel = await startEasel(stage);
    const subjects = new Map([
      ['Easel', one(stage, easel)],
      ['Easel, many at once', many(stage, easel)],
    ]);
    await inTurns(stage, sheet, { title: 'Submit to picture', metrics: METRICS, own: '', subjects });
  },
};

function one({ photos }: Stage, easel: Server): Measure {
  const load = { url: easel.url, connections: 1, forMs: 20_000, requestsMax: SINGLES, status: 200 };
  return async () => {
    const before = await easel.used();
    const { perSecond, latenciesMs } = await generate({
      ...load,
      next: submitsOf(photos.small, { ...easel, wait: true }),
    });
    const { cpuMs } = await easel.used();
    return { 'jobs/s': perSecond, ...timesOf(latenciesMs), 'processor ms each': (cpuMs - before.cpuMs) / SINGLES };
  };
}

function many({ photos }: Stage, easel: Server): Measure {
  return async () => {
    const [before, startedAt] = [await easel.used(), performance.now()];
    const { latenciesMs } = await generate({
      url: easel.url,
      status: 202,
      next: submitsOf(photos.small, easel),
      ...BURST,
    });
    await untilAllAreDone(easel);
    const perSecond = latenciesMs.length / ((performance.now() - startedAt) / 1_000);
    const { cpuMs } = await easel.used();
    const each = (cpuMs - before.cpuMs) / latenciesMs.length;
    return { 'jobs/s': perSecond, ...timesOf(latenciesMs), 'processor ms each': each };
  };
}

async function untilAllAreDone({ url, key }: Server): Promise<void> {
  const endMs = performance.now() + DONE_LIMIT_MS;
  const some = async (status: string) => {
    const headers = { Authorization: `Bearer ${key}` };
    const response = await fetch(`${url}/v1/jobs?status=${status}&limit=1`, { headers });
    return ((await response.json()) as { jobs: unknown[] }).jobs.length > 0;
  };
  while ((await some('queued')) || (await some('running'))) {
    if (performance.now() > endMs) throw new Error(`jobs not done within ${DONE_LIMIT_MS} ms`);
    await sleep(10);
  }
}
