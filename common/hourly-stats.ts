/**
 * What happened in each hour, counted once when it is over and kept in `stats/{hour}`, so that a day's chart is 24 reads
 * whatever the day was like. Counted by indexes and never by reading jobs; part of every sweep.
 */
import { runs, stats } from './collections.ts';
import type { HourStats } from './documents.ts';
import type { Engine } from './engine.ts';
import { isDone, JOB_STATUSES, type JobStatus } from './job.ts';
import { DAY_MS } from './limits.ts';
import { OUTCOMES, type OutcomeCode } from './outcomes.ts';
import type { Store } from './platform/store.ts';

export const HOUR_MS = 3_600_000;
/** What a process with a slow clock still writes into the hour that is over. */
const LATE_MS = 60_000;
/** How far back a service that was off counts what it has missed. */
const BACK_MAX_HOURS = 24;
const KEPT_MS = 400 * DAY_MS;
const ENDS = JOB_STATUSES.filter(isDone);
const CODES = Object.keys(OUTCOMES) as OutcomeCode[];

type Reading = Pick<Store, 'get' | 'count'>;

/** Counts the hours that are over and not counted yet. Twice is once: each is written whole. */
export async function rollUpHours({ store, clock }: Pick<Engine, 'store' | 'clock'>): Promise<number> {
  const lastOver = hourOf(clock.now() - LATE_MS) - HOUR_MS;
  const missing: number[] = [];
  for (let hour = lastOver; missing.length < BACK_MAX_HOURS; hour -= HOUR_MS) {
    if (await store.get(stats, hourId(hour))) break;
    missing.push(hour);
  }
  for (const hour of missing.reverse()) {
    const counted = await countHour(store, hour);
    await store.transaction(async tx => tx.set(stats, counted));
  }
  return missing.length;
}

/** The last `hours` hours that are known, the present one last and as it is so far. */
export async function readHours(store: Reading, nowMs: number, hours: number): Promise<readonly HourStats[]> {
  const present = hourOf(nowMs);
  const before = Array.from({ length: hours - 1 }, (_, index) => present - (hours - 1 - index) * HOUR_MS);
  const [known, now] = await Promise.all([
    Promise.all(before.map(hour => store.get(stats, hourId(hour)))),
    countHour(store, present),
  ]);
  return [...known.flatMap(hour => hour ?? []), now];
}

/** Ends count by when they happened, codes among them; submits by when they came. */
async function countHour(store: Reading, hour: number): Promise<HourStats> {
  const within = (field: 'createdAt' | 'finishedAt') =>
    [
      [field, '>=', hour],
      [field, '<', hour + HOUR_MS],
    ] as const;
  const ended = (where: readonly (readonly ['status' | 'code' | 'reused', '==', string | boolean])[]) =>
    store.count({ from: runs, where: [...where, ...within('finishedAt')] });
  const [submitted, reused, ends] = await Promise.all([
    store.count({ from: runs, where: within('createdAt') }),
    ended([['reused', '==', true]]),
    Promise.all(ENDS.map(async status => [status, await ended([['status', '==', status]])] as const)),
  ]);
  const without = ends.some(([status, count]) => count > 0 && status !== 'succeeded' && status !== 'canceled');
  const codes = without
    ? await Promise.all(CODES.map(async code => [code, await ended([['code', '==', code]])] as const))
    : [];
  return {
    id: hourId(hour),
    at: hour,
    submitted,
    reused,
    ended: Object.fromEntries(ends) as { [status in JobStatus]?: number },
    codes: Object.fromEntries(codes.filter(([, count]) => count > 0)),
    expireAt: hour + KEPT_MS,
  };
}

function hourOf(ms: number): number {
  return Math.floor(ms / HOUR_MS) * HOUR_MS;
}

/** Such as `2026-11-23T09`. */
function hourId(hour: number): string {
  return new Date(hour).toISOString().slice(0, 'YYYY-MM-DDTHH'.length);
}
