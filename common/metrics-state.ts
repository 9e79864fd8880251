/**
 * The metrics of how things stand, read when somebody asks: jobs that wait and run, today's spend, pauses. All are of
 * the whole service, so each process of it tells the same. Only indexed queries: asking must not slow what it watches.
 */
import { type Spending, spentMicroUsd } from './budget.ts';
import { runs } from './collections.ts';
import { type JobStatus, LANES, type Lane } from './job.ts';
import type { Log } from './log.ts';
import { QUEUES, type Queue } from './platform/queue.ts';
import type { Store } from './platform/store.ts';
import { dayOf } from './quota.ts';

/** An engine is one. */
export interface StateSource extends Spending {
  readonly store: Pick<Store, 'get' | 'list' | 'count'>;
  readonly queue: Pick<Queue, 'state'>;
  readonly log: Log;
}

/** One metric with its values; all of them have the same labels. */
export interface StateMetric {
  readonly name: string;
  readonly help: string;
  readonly values: readonly { readonly labels?: { readonly [label: string]: string }; readonly value: number }[];
}

const STATUSES = ['queued', 'running'] as const;

/** What cannot be read is logged and left out; `easel_state_unreadable` says how much that is. Never throws. */
export async function readState(source: StateSource, nowMs: number): Promise<StateMetric[]> {
  const parts = await Promise.allSettled([
    jobCounts(source),
    oldestQueued(source, nowMs),
    money(source, nowMs),
    pauses(source),
  ]);
  const read = parts.flatMap(part => (part.status === 'fulfilled' ? part.value : []));
  const failures = parts.filter(part => part.status === 'rejected');
  for (const { reason: error } of failures) source.log.warn('a part of the metrics cannot be read', { error });
  const help = 'Groups of state metrics that could not be read this time and are missing';
  return [...read, { name: 'easel_state_unreadable', help, values: [{ value: failures.length }] }];
}

async function jobCounts({ store }: StateSource): Promise<StateMetric[]> {
  const kinds = STATUSES.flatMap(status => LANES.map(lane => ({ status, lane })));
  const count = async (labels: (typeof kinds)[number]) => ({
    labels,
    value: await countRuns(store, labels),
  });
  const values = await Promise.all(kinds.map(count));
  return [{ name: 'easel_jobs', help: 'Jobs that wait or are worked on', values }];
}

async function oldestQueued({ store }: StateSource, nowMs: number): Promise<StateMetric[]> {
  const age = async (lane: Lane) => {
    return { labels: { lane }, value: ((await oldestQueuedMs(store, lane, nowMs)) ?? 0) / 1_000 };
  };
  const help = 'How long the oldest waiting job has been waiting; 0 = none waits';
  return [{ name: 'easel_oldest_queued_job_age_seconds', help, values: await Promise.all(LANES.map(age)) }];
}

/** How many runs of a lane are in a state, of those that were queued after a time. */
export function countRuns(
  store: Pick<Store, 'count'>,
  kind: { readonly status: JobStatus; readonly lane: Lane },
  afterMs = 0,
): Promise<number> {
  return store.count({ from: runs, where: conditions(kind, afterMs) });
}

/** For how long the oldest waiting run of a lane has been waiting; undefined = none waits. */
export async function oldestQueuedMs(
  store: Pick<Store, 'list'>,
  lane: Lane,
  nowMs: number,
): Promise<number | undefined> {
  const { items } = await store.list({ from: runs, where: conditions({ status: 'queued', lane }), limit: 1 });
  return items[0] && Math.max(0, nowMs - items[0].queuedAt);
}

/** The range names the index: `runs` by status, lane and the time of the submit. */
function conditions({ status, lane }: { status: JobStatus; lane: Lane }, afterMs = 0) {
  return [
    ['status', '==', status],
    ['lane', '==', lane],
    ['queuedAt', '>', afterMs],
  ] as const;
}

async function money(source: StateSource, nowMs: number): Promise<StateMetric[]> {
  const spent = await spentMicroUsd(source, dayOf(nowMs));
  const spentHelp = 'Spent today (UTC), calls under way by their estimates';
  const budgetHelp = 'What may be spent in a day';
  return [
    { name: 'easel_spend_today_dollars', help: spentHelp, values: [{ value: spent / 1_000_000 }] },
    {
      name: 'easel_budget_dollars',
      help: budgetHelp,
      values: [{ value: source.settings.budgetMicroUsdPerDay / 1_000_000 }],
    },
  ];
}

async function pauses({ queue }: StateSource): Promise<StateMetric[]> {
  const pause = async (name: (typeof QUEUES)[number]) => ({
    labels: { queue: name },
    value: (await queue.state(name)) === 'paused' ? 1 : 0,
  });
  const help = '1 = the queue delivers nothing: an operator, the budget or the provider paused it';
  return [{ name: 'easel_queue_paused', help, values: await Promise.all(QUEUES.map(pause)) }];
}
