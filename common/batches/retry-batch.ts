/**
 * Opens the failed jobs of a batch again, each as a new run with its attempts so far. Of styles at once, with the holds of
 * all of them in one decision; of items by a task, which goes on where it was cut off.
 */
import pLimit from 'p-limit';
import { batches, jobs, quotas, runs } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { type Job, laneQueue, type Run } from '../job.ts';
import type { Pair } from '../job-moves.ts';
import { whyNot } from '../jobs/retry.ts';
import { ring } from '../jobs/ring.ts';
import { readPair } from '../jobs/save.ts';
import { laneClock } from '../pause.ts';
import type { Transaction } from '../platform/store.ts';
import { readHolds, type Scope } from '../quota.ts';
import { reopenMove } from '../reopen-move.ts';
import type { Batch, BatchRetry } from './batch.ts';
import { changeBatch, LOOK_AGAIN_MS, ringBatch, rung } from './ring-batch.ts';

const PAGE = 100;
const PARALLEL = 8;

export type RetryWish = Pick<BatchRetry, 'only' | 'codes'>;

export type Retried =
  | { readonly kind: 'retried'; readonly batch: Batch }
  | { readonly kind: 'quota exceeded'; readonly scope: Scope }
  | { readonly kind: 'missing' };

/** `scopesOf` names whom a job of the styles counts against today. */
export async function retryBatch(
  engine: Engine,
  batch: Batch,
  wish: RetryWish,
  scopesOf: (run: Run) => Promise<readonly Scope[]>,
): Promise<Retried> {
  if (batch.kind === 'styles') return retryStyles(engine, batch, wish, scopesOf);
  const now = engine.clock.now();
  const asked = await changeBatch(engine, batch.id, before => {
    // One that goes on already is not begun anew, and a batch that never had jobs has none to open.
    if (before.retry !== undefined || before.state !== 'open') return before;
    const { endedAt: _, cancelRequestedAt: __, ...rest } = before;
    // Opened jobs count as not ended: the sequence must not fall below what it was.
    return rung({ ...rest, retry: { ...wish, requestedAt: now }, sequence: before.sequence + before.total + 1 }, now);
  });
  if (!asked) return { kind: 'missing' };
  if (asked.retry) await ringBatch(engine, asked);
  return { kind: 'retried', batch: asked };
}

/** One page of jobs; the batch with the retry moved on, or without it when that was the last. */
export async function retryStep(engine: Engine, batch: Batch): Promise<Batch | undefined> {
  const { retry } = batch;
  if (!retry) return batch;
  const page = await engine.store.list({
    from: jobs,
    where: [
      ['batchId', '==', batch.id],
      ['done', '==', true],
    ],
    limit: PAGE,
    ...(retry.after !== undefined ? { after: retry.after } : {}),
  });
  const limit = pLimit(PARALLEL);
  // What has failed again since was opened by this retry already.
  const wanted = page.items.filter(job => isWanted(job, retry) && (job.finishedAt ?? 0) <= retry.requestedAt);
  await Promise.all(wanted.map(job => limit(reopen, engine, job.id, retry)));
  await engine.point('batch-retrying');
  return changeBatch(engine, batch.id, found => {
    if (found.retry?.requestedAt !== retry.requestedAt || found.retry.after !== retry.after) return found;
    const { retry: _, ...rest } = found;
    const nextCheckAt = engine.clock.now() + LOOK_AGAIN_MS;
    if (page.next === undefined) return { ...rest, sequence: found.sequence + 1, nextCheckAt };
    return { ...rest, retry: { ...retry, after: page.next }, nextCheckAt };
  });
}

function isWanted({ status, error }: Job, { only, codes }: RetryWish): boolean {
  const among: readonly string[] = only;
  return among.includes(status) && (codes === undefined || (error !== undefined && codes.includes(error.code)));
}

async function reopen(engine: Engine, jobId: string, retry: BatchRetry): Promise<void> {
  const run = await engine.store.transaction(async tx => {
    const now = engine.clock.now();
    const before = await readPair(tx, jobId);
    if (!before || !isWanted(before.job, retry) || whyNot(engine, before.run, { wish: {}, nowMs: now }))
      return undefined;
    if ((before.job.finishedAt ?? 0) > retry.requestedAt) return undefined;
    const lane = laneQueue(before.run.lane);
    const laneClockMs = await laneClock(tx, lane, now);
    const after = reopenMove(before, {
      ...{ nowMs: now, limits: engine.limits, lane, laneClockMs },
      ...{ charge: 'none', scopes: [] },
    });
    write(tx, after);
    return after.run;
  });
  if (run) await ring(engine, run);
}

async function retryStyles(
  engine: Engine,
  batch: Batch,
  wish: RetryWish,
  scopesOf: (run: Run) => Promise<readonly Scope[]>,
): Promise<Retried> {
  const outcome = await engine.store.transaction(async (tx): Promise<Scope | { runs: Run[]; batch: Batch }> => {
    const now = engine.clock.now();
    const pairs: Pair[] = [];
    for (const id of batch.jobIds) {
      const pair = await readPair(tx, id);
      if (pair && isWanted(pair.job, wish) && !whyNot(engine, pair.run, { wish: {}, nowMs: now })) pairs.push(pair);
    }
    const lane = laneQueue(batch.lane);
    const laneClockMs = await laneClock(tx, lane, now);
    const scopes = await Promise.all(pairs.map(({ run }) => scopesOf(run)));
    const { exceeded, documents } = await readHolds(tx, scopes, now);
    if (exceeded) return exceeded;
    const after = pairs.map((pair, index) => {
      const ids = (scopes[index] ?? []).map(({ id }) => id);
      return reopenMove(pair, {
        ...{ nowMs: now, limits: engine.limits, lane, laneClockMs, scopes: ids },
        charge: ids.length > 0 ? 'held' : 'none',
      });
    });
    for (const document of documents) tx.set(quotas, document);
    for (const pair of after) write(tx, pair);
    const again = after.length > 0 && batch.webhook ? openedAgain(batch, now) : batch;
    if (again !== batch) tx.set(batches, again);
    return { batch: again, runs: after.map(({ run }) => run) };
  });
  if (!('runs' in outcome)) return { kind: 'quota exceeded', scope: outcome };
  await Promise.all(outcome.runs.map(run => ring(engine, run)));
  return { kind: 'retried', batch: outcome.batch };
}

/** Its end is to be told anew. */
function openedAgain(batch: Batch, now: number): Batch {
  const { endedAt: _, ...open } = batch;
  return rung({ ...open, sequence: batch.sequence + 1 }, now);
}

function write(tx: Transaction, { run, job }: Pair): void {
  tx.set(runs, run);
  tx.set(jobs, job);
}
