/**
 * What the last 200 finished runs tell: percentiles of how long jobs and calls of the model took, how many were there
 * already, and why others failed. A sample of fixed size, because Firestore has no percentiles and bills what it reads.
 */
import { runs } from './collections.ts';
import { attemptsOfRun, type Run } from './job.ts';
import type { Store } from './platform/store.ts';

export const SAMPLE = 200;

export interface Percentiles {
  readonly count: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
}

export interface FinishedSample {
  readonly count: number;
  /** When the oldest of them ended, ms since 1970. */
  readonly since?: number;
  readonly reused: number;
  /** From the queue to the picture, of those that were drawn. */
  readonly jobs: Percentiles;
  /** The attempts that brought those pictures. */
  readonly attempts: Percentiles;
  readonly codes: { readonly [code: string]: number };
}

export async function finishedSample(store: Pick<Store, 'list'>): Promise<FinishedSample> {
  const { items } = await store.list({ from: runs, orderBy: ['finishedAt', 'desc'], limit: SAMPLE });
  const drawn = items.filter(({ status, reused }) => status === 'succeeded' && !reused);
  const codes: { [code: string]: number } = {};
  for (const { code } of items) if (code !== undefined) codes[code] = (codes[code] ?? 0) + 1;
  const since = items.at(-1)?.finishedAt;
  return {
    count: items.length,
    ...(since === undefined ? {} : { since }),
    reused: items.filter(({ reused }) => reused).length,
    jobs: percentiles(drawn.map(({ queuedAt, finishedAt = queuedAt }) => finishedAt - queuedAt)),
    attempts: percentiles(drawn.flatMap(durationOf)),
    codes,
  };
}

function durationOf(run: Run): number[] {
  const last = attemptsOfRun(run).at(-1);
  // An upstream batch has hours: it says nothing of how fast the model is.
  return last?.endedAt === undefined || last.upstreamBatch !== undefined ? [] : [last.endedAt - last.startedAt];
}

/** The smallest value that so many of them do not exceed. */
function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.map(ms => Math.max(0, ms)).toSorted((a, b) => a - b);
  if (sorted.length === 0) return { count: 0 };
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { count: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95) };
}
