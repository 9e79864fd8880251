/**
 * Finds what the doorbell forgot: every run whose `nextCheckAt` has come is looked at and settled, rung again, or
 * given a later time. What a page of the query says is only a hint; each decision is taken in a transaction that
 * reads the run anew.
 */

import pLimit from 'p-limit';
import { sweepBatches } from '../batches/ring-batch.ts';
import { sweepBulk } from '../bulk/sweep-bulk.ts';
import { runs, switches } from '../collections.ts';
import { sweepUpstream } from '../economy/sweep-upstream.ts';
import type { Engine } from '../engine.ts';
import { rollUpHours } from '../hourly-stats.ts';
import { isDone, laneQueue, type Run, taskName } from '../job.ts';
import { abandonMove, endMove, type Pair, queueMove } from '../job-moves.ts';
import { reconcilePauses } from '../pause.ts';
import type { Transaction } from '../platform/store.ts';
import { sweepPrivacy } from '../privacy/ring-privacy.ts';
import { endInstead } from './claim.ts';
import { noteEnd } from './note.ts';
import { ring } from './ring.ts';
import { readPair, savePair } from './save.ts';
import { dueAt, ringUpkeep } from './upkeep.ts';

export interface SweepReport {
  readonly looked: number;
  readonly rung: number;
  readonly ended: number;
  readonly failed: number;
}

type Finding = 'rung' | 'ended' | 'left';

const PARALLEL_CHECKS = 8;
const LAST_SWEEP = 'last-sweep';

/** Safe to run at any time and in several processes at once. Throws only if the store cannot be asked at all. */
export async function sweep(engine: Engine): Promise<SweepReport> {
  await noteSweep(engine);
  await reconcilePauses(engine);
  const report = { looked: 0, rung: 0, ended: 0, failed: 0 };
  const until = engine.clock.now();
  for await (const page of duePages(engine, until)) {
    await engine.point('sweeping');
    for (const finding of await lookAtAll(engine, page)) {
      report.looked++;
      if (finding !== 'left') report[finding]++;
    }
  }
  await sweepBatches(engine, engine.clock.now());
  await sweepBulk(engine);
  await sweepPrivacy(engine);
  report.rung += await sweepUpstream(engine);
  await countHours(engine);
  return report;
}

/** Figures for people: a sweep that cannot count them has done its duty nevertheless. */
async function countHours(engine: Engine): Promise<void> {
  try {
    await rollUpHours(engine);
  } catch (error) {
    engine.log.warn('an hour is not counted; the next sweep tries again', { error });
  }
}

/** When somebody last swept, in ms since 1970; 0 = never. */
export async function lastSweepAt(engine: Engine): Promise<number> {
  return (await engine.store.get(switches, LAST_SWEEP))?.since ?? 0;
}

async function noteSweep({ store, clock }: Engine): Promise<void> {
  const noted = { id: LAST_SWEEP, on: true, reason: 'when the last sweep began', since: clock.now() };
  await store.transaction(async tx => tx.set(switches, noted));
}

/** Runs due by `until`, a page at a time; the cursor moves on even where a check fails, so that no sweep is endless. */
export async function* duePages(engine: Engine, until: number, status?: Run['status']): AsyncGenerator<Run[]> {
  let after: string | undefined;
  do {
    const { items, next } = await engine.store.list({
      from: runs,
      where: [...(status ? ([['status', '==', status]] as const) : []), ['nextCheckAt', '<=', until]],
      orderBy: ['nextCheckAt', 'asc'],
      limit: engine.limits.sweepPage,
      ...(after !== undefined ? { after } : {}),
    });
    after = next;
    if (items.length > 0) yield items;
  } while (after !== undefined);
}

export function lookAtAll(engine: Engine, page: readonly Run[]): Promise<(Finding | 'failed')[]> {
  const limit = pLimit(PARALLEL_CHECKS);
  const look = (run: Run) =>
    lookAt(engine, run).catch((error: unknown) => {
      engine.log.error('run not checked; the next sweep will', { jobId: run.id, error });
      return 'failed' as const;
    });
  return Promise.all(page.map(run => limit(look, run)));
}

async function lookAt(engine: Engine, seen: Run): Promise<Finding> {
  // The queue is outside of the transaction: its answer counts only while the run's dispatch is still the one asked for.
  const own = seen.status === 'queued' && seen.lane !== 'economy';
  const task = own ? await engine.queue.exists(laneQueue(seen.lane), taskName(seen)) : 'gone';
  const checked = await engine.store.transaction(tx => checkIn(tx, engine, { seen, task }));
  if (!checked) return 'left';
  const { run, endedHere } = checked;
  if (endedHere) noteEnd(engine, run);
  if (isDone(run.status) && run.pending.length === 0) return 'ended';
  await (isDone(run.status) ? ringUpkeep(engine, run) : ring(engine, run));
  return 'rung';
}

/** What the transaction has left behind. `endedHere`: not by somebody else since the page was read. */
interface Checked {
  readonly run: Run;
  readonly endedHere: boolean;
}

/** The run to ring for, if it was moved; undefined when it was left or only given a later look. */
async function checkIn(
  tx: Transaction,
  engine: Engine,
  { seen, task }: { seen: Run; task: 'waiting' | 'gone' },
): Promise<Checked | undefined> {
  const now = engine.clock.now();
  const before = await readPair(tx, seen.id);
  if (!before || before.run.nextCheckAt === undefined || before.run.dispatch !== seen.dispatch) return undefined;
  if (isDone(before.run.status)) return checkPending(tx, engine, before.run, now);
  if (before.run.lease && before.run.lease.expiresAt > now) return later(tx, before.run, before.run.lease.expiresAt);

  const pair = before.run.status === 'running' ? abandonMove(before, now) : before;
  const end = await endInstead(tx, engine, pair.run, now);
  if (end) return save(tx, engine, before, endMove(pair, now, end));
  if (pair.run.status === 'running') return save(tx, engine, before, queueMove(pair, now, now, engine.limits));
  if (pair.run.lane === 'economy') return gatherLater(tx, engine, pair.run, now);
  if (task === 'waiting') return later(tx, pair.run, nextLook(engine, pair.run, now));
  const due = Math.max(now, pair.run.retryAt ?? now);
  return save(tx, engine, before, queueMove(pair, now, due, engine.limits));
}

/** The bell of the economy lane is one for many: the run itself stays as it is. */
function gatherLater(tx: Transaction, engine: Engine, run: Run, now: number): Checked {
  const looked = { ...run, nextCheckAt: nextLook(engine, run, now) };
  tx.set(runs, looked);
  return { run: looked, endedHere: false };
}

/** What follows the end is rung again until its task has removed the entry. */
function checkPending(tx: Transaction, engine: Engine, run: Run, now: number): Checked | undefined {
  const { nextCheckAt: _, ...settled } = run;
  if (run.pending.length === 0) {
    tx.set(runs, settled);
    return undefined;
  }
  // What is to wait is not rung for early: a delivery that failed has its time, and its task is on its way.
  const due = run.pending.some(entry => dueAt(entry) <= now);
  if (!due) return later(tx, run, Math.min(...run.pending.map(dueAt)) + engine.limits.firstCheckMs);
  const rung = { ...run, dispatch: run.dispatch + 1, nextCheckAt: now + engine.limits.checkMinMs };
  tx.set(runs, rung);
  return { run: rung, endedHere: false };
}

async function save(tx: Transaction, engine: Engine, before: Pair, after: Pair): Promise<Checked> {
  await savePair(tx, engine, before, after);
  return { run: after.run, endedHere: isDone(after.run.status) };
}

function later(tx: Transaction, run: Run, nextCheckAt: number): undefined {
  tx.set(runs, { ...run, nextCheckAt });
}

/** As far away as the run is old: a task that has waited long will wait on,. */
function nextLook(engine: Engine, run: Run, now: number): number {
  const { checkMinMs, checkMaxMs } = engine.limits;
  const waitMs = Math.min(checkMaxMs, Math.max(checkMinMs, now - run.queuedAt));
  return Math.max(now + waitMs, (run.retryAt ?? 0) + engine.limits.firstCheckMs);
}
