/**
 * A worker that was rung for a job claims it: the one place where a run starts. Whatever rang (a task delivered twice,
 * late, or early), this transaction decides by the run alone.
 */

import { drawings, runs } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { isDone, laneQueue, type Run } from '../job.ts';
import { abandonMove, claimMove, endMove, isOverdueForEconomy, overdue, postponed, waitMove } from '../job-moves.ts';
import { DAY_MS } from '../limits.ts';
import { estimateMicroUsd } from '../models.ts';
import { laneClock } from '../pause.ts';
import type { Transaction } from '../platform/store.ts';
import { dayOf } from '../quota.ts';
import { noteEnd } from './note.ts';
import { ring } from './ring.ts';
import { readPair, savePair } from './save.ts';
import { ringUpkeep } from './upkeep.ts';

export type Claim =
  /** The caller holds the lease: draw, then `finish` with this run's fence. */
  | { readonly kind: 'claimed'; readonly run: Run }
  /** Nothing to do: settled, being worked on, not yet due, or no such job. */
  | { readonly kind: 'nothing'; readonly why: 'missing' | 'settled' | 'busy' | 'early' }
  /** Put back for a while: the same picture is being drawn for another job, or no model can be asked before `until`. */
  | { readonly kind: 'postponed'; readonly run: Run; readonly wait?: Wait }
  /** Ended instead of claimed: canceled, too late, or out of attempts. */
  | { readonly kind: 'ended'; readonly run: Run };

/** No model that could draw the run can be asked before `until` (ms since 1970). */
export interface Wait {
  readonly until: number;
  readonly why: 'busy' | 'circuit open' | 'quota exhausted' | 'held';
}

/** Which model draws a run now, or until when it has to wait. Asked inside the transaction, so perhaps twice. */
export type ChooseModel = (run: Run) => { readonly model: string } | Wait;

/** The model that the job names, whatever its health. */
export const askedModel: ChooseModel = ({ model }) => ({ model });

/** A task may arrive this much before its time by the worker's clock and still counts as due. */
const CLOCK_SKEW_MS = 2_000;
const SPREAD_MIN_MS = 2_000;
const SPREAD_MAX_MS = 30_000;

/** An upstream batch that an economy job is to be a part of, and until when its answer is waited for. */
export interface Joining {
  readonly upstreamBatch: string;
  readonly leaseUntil: number;
}

/** Twice with the same task: the second finds the lease and answers `busy`. Throws what the store throws. */
export function claim(engine: Engine, jobId: string, choose: ChooseModel = askedModel): Promise<Claim> {
  return claimAs(engine, jobId, { choose });
}

/**
 * Claims an economy job for an upstream batch: with a lease as long as the batch has time, since no heartbeat renews it,
 * and at the batch price. Twice for the same batch: the second finds its own attempt and answers alike.
 */
export function claimForBatch(engine: Engine, jobId: string, claim: { model: string; into: Joining }): Promise<Claim> {
  return claimAs(engine, jobId, { choose: () => claim, into: claim.into });
}

async function claimAs(engine: Engine, jobId: string, choice: Omit<Choice, 'jitter'>): Promise<Claim> {
  const jitter = engine.random.fraction();
  const claimed = await engine.store.transaction(tx => claimIn(tx, engine, jobId, { ...choice, jitter }));
  if (claimed.kind === 'ended') {
    noteEnd(engine, claimed.run);
    await ringUpkeep(engine, claimed.run);
  }
  if (claimed.kind === 'postponed') await ring(engine, claimed.run);
  if (claimed.kind === 'claimed') await engine.point('claimed');
  return claimed;
}

interface Choice {
  readonly choose: ChooseModel;
  /** 0 to 1. */
  readonly jitter: number;
  readonly into?: Joining;
}

async function claimIn(
  tx: Transaction,
  engine: Engine,
  jobId: string,
  { choose, jitter, into }: Choice,
): Promise<Claim> {
  const now = engine.clock.now();
  const found = await readPair(tx, jobId);
  if (!found) return { kind: 'nothing', why: 'missing' };
  if (isDone(found.run.status)) return { kind: 'nothing', why: 'settled' };
  const { lease } = found.run;
  if (lease && lease.expiresAt > now) {
    const ours = into && found.run.attempts.at(-1)?.upstreamBatch === into.upstreamBatch;
    return ours ? { kind: 'claimed', run: found.run } : { kind: 'nothing', why: 'busy' };
  }
  // The lane may have changed since the bell was rung.
  const laneFits = into ? isForEconomy(found.run, now) : found.run.lane !== 'economy';
  if (!laneFits) return { kind: 'nothing', why: 'early' };
  const pair = found.run.status === 'running' ? abandonMove(found, now) : found;
  if (pair.run.retryAt !== undefined && pair.run.retryAt > now + CLOCK_SKEW_MS)
    return { kind: 'nothing', why: 'early' };

  const end = await endInstead(tx, engine, pair.run, now);
  if (end) {
    const after = endMove(pair, now, end);
    await savePair(tx, engine, found, after);
    return { kind: 'ended', run: after.run };
  }
  const putBack = async (retryAt: number, wait?: Wait): Promise<Claim> => {
    const after = waitMove(pair, now, retryAt, engine.limits);
    await savePair(tx, engine, found, after);
    return { kind: 'postponed', run: after.run, ...(wait ? { wait } : {}) };
  };
  if (await twinIsDrawing(tx, pair.run, { now, batches: into !== undefined })) {
    return putBack(now + (into ? engine.limits.economyTwinWaitMs : engine.limits.twinWaitMs));
  }
  const chosen = choose(pair.run);
  if (!('model' in chosen)) return putBack(spread(chosen.until, now, jitter), chosen);

  const limits = into ? { ...engine.limits, leaseMs: into.leaseUntil - now } : engine.limits;
  const after = claimMove(pair, now, attemptOf(engine, { run: pair.run, model: chosen.model, now, into }), limits);
  await savePair(tx, engine, found, after);
  tx.set(drawings, { id: after.run.generationKey, runId: jobId, expireAt: now + DAY_MS });
  return { kind: 'claimed', run: after.run };
}

/** As `overdue`, but the lane's pauses do not count against the deadline; they are looked up only when it has passed. */
export async function endInstead(tx: Transaction, engine: Engine, run: Run, now: number) {
  const end = overdue(run, now, engine.limits);
  if (!end || now < run.deadlineAt || run.cancelRequested) return end;
  const pausedMs = (await laneClock(tx, laneQueue(run.lane), now)) - run.laneClockMs;
  return overdue(postponed(run, pausedMs), now, engine.limits);
}

/**
 * Whether the same picture is being drawn for another job. Looked up by its key and not by a query: a query in a
 * transaction locks all that could answer it, which on the emulator is every run there is.
 */
async function twinIsDrawing(
  tx: Transaction,
  run: Run,
  { now, batches }: { now: number; batches: boolean },
): Promise<boolean> {
  const drawing = await tx.get(drawings, run.generationKey);
  if (!drawing || drawing.runId === run.id) return false;
  const other = await tx.get(runs, drawing.runId);
  // For hours perhaps: only who has as much time waits for an upstream batch.
  if (!batches && other?.attempts.at(-1)?.upstreamBatch !== undefined) return false;
  return other?.status === 'running' && other.lease !== undefined && other.lease.expiresAt > now;
}

/** Those who wait for the same moment come back one after the other: within half of the wait, 2 to 30 s, after it. */
function spread(until: number, now: number, jitter: number): number {
  const within = Math.min(SPREAD_MAX_MS, Math.max(SPREAD_MIN_MS, (until - now) / 2));
  return until + Math.round(jitter * within);
}

interface Asked {
  readonly run: Run;
  readonly model: string;
  readonly now: number;
  readonly into: Joining | undefined;
}

function attemptOf(engine: Engine, { run, model, now, into }: Asked) {
  const entry = engine.catalogue.get(model);
  return {
    model,
    estimateMicroUsd: entry ? estimateMicroUsd(entry, run.options.size, into ? 'batch' : 'call') : 0,
    spendDay: dayOf(now),
    ...(into ? { upstreamBatch: into.upstreamBatch } : {}),
  };
}

function isForEconomy(run: Run, now: number): boolean {
  return run.lane === 'economy' && !isOverdueForEconomy(run, now);
}
