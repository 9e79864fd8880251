/** Stores of 0, 100,000 and 1,000,000 jobs: whether anything gets slower as jobs pile up. */

import { copiedId } from '../copied-id.ts';
import type { EaselReady } from '../easel-server.ts';
import { generate } from '../load.ts';
import { pollsOf, submitsOf } from '../requests.ts';
import { type Metric, percentile } from '../results.ts';
import { inTurns, type Measure, type Part, prepare, type Stage, type Subjects } from '../stage.ts';
import { submitOne } from './servers.ts';

const METRICS: readonly Metric[] = [
  { name: 'submits/s', better: 'more' },
  { name: 'polls/s', better: 'more' },
  { name: 'polls of any job/s', better: 'more' },
  { name: 'lives of jobs/s', better: 'more' },
  { name: 'start ms', better: 'less' },
  { name: 'admin list p95 ms', better: 'less' },
];
const SIZES = [0, 100_000, 1_000_000];
const ROUNDS_MAX = 3;
const FOR_MS = 1_000;
const WARM_UP = { forMs: 400, jobsMax: 2_000, atOnce: 50, bytes: 0 };
const LISTS = ['?limit=100', '?status=failed&limit=100', '?style=charcoal&limit=100', '?shop=default&limit=50'];
const LISTS_EACH = 10;
/** What is polled is what was asked for lately: of a million a month, those of seven hours. */
const NEWEST = 10_000;
/** A process that was just started compiles what it runs often. */
const POLL_WARM_UP_MS = 1_500;
/** A million take a minute on a quiet machine. */
const FILL_LIMIT_MS = 600_000;

export const stores: Part = {
  name: 'stores',
  title: 'Full stores',
  about:
    'The same with so many finished jobs of a month in the store, each round in a process started anew. Polls ask for any of the newest 10,000 jobs, ' +
    'as those do who wait for a picture, and then for any job at all; the empty store has but one; ' +
    '*lives of jobs* are those of the engine without HTTP; *start* is from the process to listening, after a `kill -9`; the admin list is asked for ' +
    'its newest jobs, by status, by style and by shop.',
  async measure(stage, sheet) {
    const subjects: Subjects = new Map();
    for (const size of SIZES) {
      const name = size === 0 ? 'empty' : `${size.toLocaleString('en')} jobs in the store`;
      stage.say(`  filling: ${name}`);
      await prepare(sheet, subjects, name, () => setUp(stage, size));
    }
    const few = { ...stage, rounds: Math.min(stage.rounds, ROUNDS_MAX) };
    await inTurns(few, sheet, { title: 'The store', metrics: METRICS, own: 'empty', subjects, warmUp: false });
  },
};

async function setUp({ processes, photos }: Stage, size: number): Promise<Measure> {
  const dataDir = await processes.folder();
  const start = async () => {
    const easel = await processes.start<EaselReady>('./easel-server.ts', { dataDir, paused: true });
    return { ...easel, ...easel.ready };
  };
  const drawn = await fill({ processes, photos }, dataDir, size);

  return async () => {
    const easel = await start();
    const load = { url: easel.url, connections: 50, forMs: FOR_MS };
    const pollsAmong = (newest: number) => () => {
      const path = size === 0 ? drawn : `/v1/jobs/${copiedId(size - Math.floor(Math.random() * newest))}`;
      return pollsOf(path, easel.key)();
    };
    const recent = { ...load, status: 200, next: pollsAmong(NEWEST) };
    await generate({ ...recent, forMs: POLL_WARM_UP_MS });
    const polls = await generate(recent);
    const anyPolls = await generate({ ...recent, next: pollsAmong(size) });
    const submits = await generate({ ...load, status: 202, next: submitsOf(photos.small, easel) });
    const listsMs = await timeLists(easel.url, easel.adminKey);
    await easel.gone();
    const engine = await processes.start('./easel-engine.ts', { dataDir });
    await engine.ask('life', WARM_UP);
    const lives = await engine.ask<number>('life', { ...WARM_UP, forMs: FOR_MS, jobsMax: 10_000 });
    await engine.gone();
    return {
      'submits/s': submits.perSecond,
      'polls/s': polls.perSecond,
      'polls of any job/s': anyPolls.perSecond,
      'lives of jobs/s': lives,
      'start ms': easel.startMs,
      'admin list p95 ms': percentile(listsMs, 0.95),
    };
  };
}

async function fill({ processes, photos }: Pick<Stage, 'processes' | 'photos'>, dataDir: string, size: number) {
  // One job that is really drawn, of which the others are copies.
  const easel = await processes.start<EaselReady>('./easel-server.ts', { dataDir });
  const { path } = await submitOne({ ...easel, ...easel.ready }, photos.small, { wait: true });
  await easel.gone();
  if (size === 0) return path;
  const filler = await processes.start('./fill-store.ts', { dataDir });
  await filler.ask('fill', size, FILL_LIMIT_MS);
  await filler.gone();
  return path;
}

async function timeLists(url: string, key: string): Promise<number[]> {
  const times: number[] = [];
  for (const query of Array.from({ length: LISTS_EACH }, () => LISTS).flat()) {
    const begun = performance.now();
    const answer = await fetch(`${url}/v1/admin/jobs${query}`, { headers: { Authorization: `Bearer ${key}` } });
    await answer.text();
    if (answer.status !== 200) throw new Error(`the admin list answers ${answer.status}`);
    times.push(performance.now() - begun);
  }
  return times;
}
