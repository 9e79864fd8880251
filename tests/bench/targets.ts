/**
 * What Easel is to reach, each as a figure of the benchmark and its bound. A target whose figure was not measured is
 * shown as that, and never as reached.
 */

import { spreadText } from './report.ts';
import { type PartResult, ratioOf, type Spread, spreadOf, type Table, valuesOf } from './results.ts';

interface Target {
  readonly what: string;
  readonly bound: string;
  /** Undefined when something it needs was not measured. */
  readonly figure: (find: Find) => Spread | undefined;
  readonly holds: (figure: number) => boolean;
}

/** Throws nothing: a table that is not there has no figures. */
type Find = (title: string) => Table;

const isDurablePeer = (subject: string) => subject.endsWith('(durable)');
const atLeast = (least: number) => (figure: number) => figure >= least;
const atMost = (most: number) => (figure: number) => figure <= most;
const to = (title: string, subject: string, metric: string) => (find: Find) => ratioOf(find(title), subject, metric);
const own =
  (title: string, metric: string, subject = 'Easel') =>
  (find: Find) =>
    spreadOf(valuesOf(find(title), subject, metric) ?? []);

const RATE = 'requests/s';
const [SUBMIT, WORKING] = ['Submit, 1 KB', 'Submit, 1 KB, while a worker works'];
const [LIFE, QUEUE] = ['The life of a job', 'Easel, its queue alone'];
const MILLION = '1,000,000 jobs in the store';

export const TARGETS: readonly Target[] = [
  {
    what: 'submits : bare koa',
    bound: '≥ 0.5',
    figure: to(SUBMIT, 'bare koa', RATE),
    holds: atLeast(0.5),
  },
  {
    what: 'submits : koa + BullMQ, synced always',
    bound: '≥ 0.8',
    figure: to(SUBMIT, 'koa + BullMQ, always (durable)', RATE),
    holds: atLeast(0.8),
  },
  {
    what: 'submits : koa + pg-boss',
    bound: '≥ 4',
    figure: to(SUBMIT, 'koa + pg-boss (durable)', RATE),
    holds: atLeast(4),
  },
  {
    what: 'p99 of a submit : that of the best peer',
    bound: '≤ 1',
    figure: find => greatestOf(ratiosTo(find(SUBMIT), subject => subject.startsWith('koa + '), 'p99 ms')),
    holds: atMost(1),
  },
  {
    what: 'submits while the worker draws : without',
    bound: '≥ 0.8',
    figure: to(WORKING, 'Easel, its worker paused', RATE),
    holds: atLeast(0.8),
  },
  ...['a job that waits', 'a job that is done', 'unchanged (304)'].map(poll => ({
    what: `polls, ${poll} : bare koa`,
    bound: '≥ 0.6',
    figure: to(`Poll, ${poll}`, 'bare koa', RATE),
    holds: atLeast(0.6),
  })),
  {
    what: 'tasks through the queue alone : raw SQLite in groups of 50',
    bound: '≥ 0.15',
    figure: find => ratioOf(against(find(LIFE), QUEUE), 'node:sqlite, groups of 50', 'jobs/s'),
    holds: atLeast(0.15),
  },
  {
    what: 'tasks through the queue alone : the best durable peer',
    bound: '≥ 1',
    figure: find => leastOf(ratiosTo(against(find(LIFE), QUEUE), isDurablePeer, 'jobs/s')),
    holds: atLeast(1),
  },
  {
    what: 'lives of jobs : raw SQLite in groups of 50',
    bound: '≥ 0.15',
    figure: to(LIFE, 'node:sqlite, groups of 50', 'jobs/s'),
    holds: atLeast(0.15),
  },
  {
    what: 'lives of jobs : the best durable peer',
    bound: '≥ 1',
    figure: find => leastOf(ratiosTo(find(LIFE), isDurablePeer, 'jobs/s')),
    holds: atLeast(1),
  },
  {
    what: 'idle, added to started, p50 ms',
    bound: '≤ 1',
    figure: own('Added to started', 'p50 ms'),
    holds: atMost(1),
  },
  {
    what: 'idle, added to started, p99 ms',
    bound: '≤ 8',
    figure: own('Added to started', 'p99 ms'),
    holds: atMost(8),
  },
  {
    what: 'idle, submitted to started, p50 ms',
    bound: '≤ 4',
    figure: own('Submitted to started', 'p50 ms'),
    holds: atMost(4),
  },
  {
    what: 'killed, s until the job runs again',
    bound: '≤ 2',
    figure: own('Killed and started again', 's until it runs again'),
    holds: atMost(2),
  },
  ...['submits/s', 'polls/s', 'lives of jobs/s'].map(metric => ({
    what: `1,000,000 jobs in the store, ${metric} : empty`,
    bound: '≥ 0.6',
    figure: (find: Find) => ratioOf(against(find('The store'), MILLION), 'empty', metric),
    holds: atLeast(0.6),
  })),
  {
    what: '1,000,000 jobs in the store, start-up : empty',
    bound: '≤ 2',
    figure: find => ratioOf(against(find('The store'), MILLION), 'empty', 'start ms'),
    holds: atMost(2),
  },
  {
    what: '1,000,000 jobs in the store, admin list p95 ms',
    bound: '< 300',
    figure: own('The store', 'admin list p95 ms', MILLION),
    holds: figure => figure < 300,
  },
  {
    what: 'API on google, start to first accepted job : eager and unbundled',
    bound: '≤ 0.6',
    figure: to('Start of the API on google', 'eager, unbundled', 'to first accepted job ms'),
    holds: atMost(0.6),
  },
  {
    what: 'API on google, start to listening : bare koa',
    bound: '≤ 1.3',
    figure: to('Start of the API on google', 'bare koa', 'to listening ms'),
    holds: atMost(1.3),
  },
  { what: 'idle, MiB resident', bound: '≤ 130', figure: own('Memory, idle', 'MiB'), holds: atMost(130) },
  {
    what: '2,000 who wait by events, KiB each',
    bound: '≤ 40',
    figure: own('Memory, each', 'KiB', 'client that waits by events'),
    holds: atMost(40),
  },
  {
    what: 'running job with 2 MB in and out, MiB at the margin',
    bound: '≤ 40',
    figure: own('Memory, each', 'MiB', 'running job, 2 MB in and out'),
    holds: atMost(40),
  },
];

/** The targets as a table. */
export function renderTargets(results: readonly PartResult[]): string {
  const tables = new Map(results.flatMap(({ tables }) => tables.map(table => [table.title, table])));
  const find: Find = title => tables.get(title) ?? { title, metrics: [], own: 'Easel', rows: [] };
  const lines = TARGETS.map(({ what, bound, figure, holds }) => {
    const found = figure(find);
    const verdict = found === undefined ? 'not measured' : holds(found.median) ? 'reached' : '**not reached**';
    return `| ${what} | ${bound} | ${spreadText(found)} | ${verdict} |`;
  });
  return ['| target | bound | figure | |', '|---|---|---:|---|', ...lines].join('\n');
}

function against(table: Table, subject: string): Table {
  return { ...table, own: subject };
}

function ratiosTo(table: Table, isMeant: (subject: string) => boolean, metric: string): Spread[] {
  const subjects = table.rows.map(({ subject }) => subject).filter(isMeant);
  return subjects.flatMap(subject => ratioOf(table, subject, metric) ?? []);
}

function leastOf(spreads: readonly Spread[]): Spread | undefined {
  return spreads.toSorted((a, b) => a.median - b.median)[0];
}

function greatestOf(spreads: readonly Spread[]): Spread | undefined {
  return spreads.toSorted((a, b) => b.median - a.median)[0];
}
