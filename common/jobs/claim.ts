/**
 * A worker that was rung for a job claims it: the one place where a run starts. Whatever rang (a task delivered twice,
 * late, or early), this transaction decides by the run alone.
 */
import { runs } from '../documents.ts';
import type { Engine } from '../engine.ts';
import { isDone, type Run } from '../job.ts';
import { abandonMove, claimMove, endMove, overdue, type Pair, postponed, queueMove } from '../job-moves.ts';
import { estimateMicroUsd } from '../models.ts';
import { laneClock } from '../pause.ts';
import type { Transaction } from '../platform/store.ts';
import { dayOf } from '../quota.ts';
import { ring } from './ring.ts';
import { readPair, savePair } from './save.ts';

export type Claim =
  /** The caller holds the lease: draw, then `finish` with this run's fence. */
  | { readonly kind: 'claimed'; readonly run: Run }
  /** Nothing to do: settled, being worked on, not yet due, or no such job. */
  | { readonly kind: 'nothing'; readonly why: 'missing' | 'settled' | 'busy' | 'early' }
  /** Put back for a moment: the same picture is being drawn for another job. */
  | { readonly kind: 'postponed'; readonly run: Run }
  /** Ended instead of claimed: canceled, too late, or out of attempts. */
  | { readonly kind: 'ended'; readonly run: Run };

/** A task may arrive this much before its time by the worker's clock and still counts as due. */
const CLOCK_SKEW_MS = 2_000;

/** Twice with the same task: the second finds the lease and answers `busy`. Throws what the store throws. */
export async function claim(engine: Engine, jobId: string): Promise<Claim> {
  const claimed = await engine.store.transaction(tx => claimIn(tx, engine, jobId));
  if (claimed.kind === 'ended') engine.metrics.jobEnded(claimed.run);
  if (claimed.kind === 'postponed') await ring(engine, claimed.run);
  if (claimed.kind === 'claimed') await engine.point('claimed');
  return claimed;
}

async function claimIn(tx: Transaction, engine: Engine, jobId: string): Promise<Claim> {
  const now = engine.clock.now();
  const found = await readPair(tx, jobId);
  if (!found) return { kind: 'nothing', why: 'missing' };
  if (isDone(found.run.status)) return { kind: 'nothing', why: 'settled' };
  if (found.run.lease && found.run.lease.expiresAt > now) return { kind: 'nothing', why: 'busy' };
  const pair = found.run.status === 'running' ? abandonMove(found, now) : found;
  if (pair.run.retryAt !== undefined && pair.run.retryAt > now + CLOCK_SKEW_MS)
    return { kind: 'nothing', why: 'early' };

  const end = await endInstead(tx, engine, pair.run, now);
  if (end) {
    const after = endMove(pair, now, end);
    await savePair(tx, engine, found, after);
    return { kind: 'ended', run: after.run };
  }
  if (await twinIsDrawing(tx, pair.run, now)) return postpone(tx, engine, { found, pair, now });

  const after = claimMove(pair, now, attemptOf(engine, pair.run, now), engine.limits);
  await savePair(tx, engine, found, after);
  return { kind: 'claimed', run: after.run };
}

/** As `overdue`, but the lane's pauses do not count against the deadline; they are looked up only when it has passed. */
export async function endInstead(tx: Transaction, engine: Engine, run: Run, now: number) {
  const end = overdue(run, now, engine.limits);
  if (!end || now < run.deadlineAt || run.cancelRequested) return end;
  const pausedMs = (await laneClock(tx, run.lane, now)) - run.laneClockMs;
  return overdue(postponed(run, pausedMs), now, engine.limits);
}

async function twinIsDrawing(tx: Transaction, run: Run, now: number): Promise<boolean> {
  const where = [
    ['generationKey', '==', run.generationKey],
    ['status', '==', 'running'],
  ] as const;
  const { items } = await tx.list({ from: runs, where, limit: 10 });
  return items.some(other => other.id !== run.id && other.lease !== undefined && other.lease.expiresAt > now);
}

async function postpone(
  tx: Transaction,
  engine: Engine,
  { found, pair, now }: { found: Pair; pair: Pair; now: number },
): Promise<Claim> {
  const waitMs = engine.limits.twinWaitMs;
  const moved = queueMove(pair, now, now + waitMs, engine.limits);
  const after = { ...moved, run: postponed(moved.run, waitMs) };
  await savePair(tx, engine, found, after);
  return { kind: 'postponed', run: after.run };
}

function attemptOf(engine: Engine, run: Run, now: number) {
  const entry = engine.catalogue.get(run.model);
  return {
    model: run.model,
    estimateMicroUsd: entry ? estimateMicroUsd(entry, run.options.size) : 0,
    spendDay: dayOf(now),
  };
}
