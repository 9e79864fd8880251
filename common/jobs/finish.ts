/**
 * The end of an attempt, whatever it brought: one transaction that closes the ledger's row and moves the job on to its
 * end or to its next attempt. A worker whose fence is outdated changes nothing but the cost it caused.
 */

import { ringBatchEnd } from '../batches/ring-batch.ts';
import type { Engine } from '../engine.ts';
import { type Attempt, isDone, type Output, type Run, retiredModels } from '../job.ts';
import {
  bulkMove,
  closeAttempt,
  decideNext,
  type End,
  endMove,
  modelCalls,
  type Pair,
  postponed,
  queueMove,
} from '../job-moves.ts';
import { costMicroUsd, modelsFor, type Tariff } from '../models.ts';
import { OUTCOMES, type OutcomeCode } from '../outcomes.ts';
import type { Usage } from '../platform/model.ts';
import { eraseAgainMove } from './erase.ts';
import { noteEnd } from './note.ts';
import { ring } from './ring.ts';
import { readPair, savePair } from './save.ts';
import { ringUpkeep } from './upkeep.ts';

export type AttemptEnd =
  | {
      readonly kind: 'delivered';
      readonly output: Output;
      readonly outputPath: string;
      /** What this attempt asked the model for; absent when the picture was found finished in the bucket. */
      readonly drawn?: { readonly model: string; readonly usage: Usage };
      /** The picture was drawn for another job of the same owner: this one costs nothing. */
      readonly reused: boolean;
    }
  | {
      readonly kind: 'failed';
      readonly code: OutcomeCode;
      /** Whether the model was asked; decides what may have been billed. */
      readonly called: boolean;
      readonly detail?: string;
      readonly providerCode?: string;
      readonly usage?: Usage;
      readonly retryAfterMs?: number;
      /** The circuit of the model is open: it would have failed for any job. */
      readonly providerDown?: boolean;
    }
  | { readonly kind: 'canceled'; readonly called: boolean };

export type Finish =
  | { readonly kind: 'ended'; readonly run: Run }
  | { readonly kind: 'queued'; readonly run: Run }
  /** The fence was outdated or the run already over: the result is dropped. */
  | { readonly kind: 'dropped'; readonly eraseAgain?: Run };

/** Twice with the same fence: the second finds the attempt closed and is dropped. Throws what the store throws. */
export async function finish(engine: Engine, jobId: string, fence: number, end: AttemptEnd): Promise<Finish> {
  const jitter = engine.random.fraction();
  const finished = await engine.store.transaction(async (tx): Promise<Finish> => {
    const now = engine.clock.now();
    const before = await readPair(tx, jobId);
    if (!before) return { kind: 'dropped' };
    const run = closeAttempt(before.run, fence, closingOf(engine, { run: before.run, fence }, end, now));
    if (isDone(run.status) || run.status !== 'running' || run.fence !== fence) {
      const learnt = run.attempts.some((row, index) => row !== before.run.attempts[index]);
      const erased = before.job.erasedAt !== undefined && isDone(run.status);
      const after = erased ? eraseAgainMove(run, now) : run;
      if (learnt || erased) await savePair(tx, engine, before, { ...before, run: after });
      return { kind: 'dropped', ...(erased ? { eraseAgain: after } : {}) };
    }
    const after = moveOn({ ...before, run }, end, { engine, now, jitter });
    await savePair(tx, engine, before, after);
    return { kind: isDone(after.run.status) ? 'ended' : 'queued', run: after.run };
  });
  if (finished.kind === 'ended') noteEnd(engine, finished.run);
  await engine.point('finished');
  if (finished.kind === 'queued') await ring(engine, finished.run);
  if (finished.kind === 'ended') {
    await ringUpkeep(engine, finished.run);
    await ringBatchEnd(engine, finished.run);
  }
  if (finished.kind === 'dropped' && finished.eraseAgain) await ringUpkeep(engine, finished.eraseAgain);
  return finished;
}

function moveOn(pair: Pair, end: AttemptEnd, context: { engine: Engine; now: number; jitter: number }): Pair {
  const { engine, now, jitter } = context;
  const ending = endOf(pair.run, end);
  if (ending) return endMove(pair, now, ending);
  if (end.kind !== 'failed') throw new Error(`an attempt that is ${end.kind} has an end`);
  const { limits } = engine;
  const { run } = pair;
  const next = decideNext(run, end.code, {
    nowMs: now,
    fraction: jitter,
    limits,
    free: end.providerDown ?? false,
    canFallBack: modelsFor(engine.catalogue, run, retiredModels(run)).length > 0,
    ...(end.retryAfterMs !== undefined ? { retryAfterMs: end.retryAfterMs } : {}),
  });
  if (next.move === 'end') return endMove(pair, now, next.end);
  if (OUTCOMES[end.code].retry === 'bulk') return bulkMove(pair, now, OUTCOMES[end.code].detail, limits);
  const moved = queueMove(pair, now, next.at, limits);
  // The hours of an upstream batch are a part of the time that its jobs have.
  const cutOff = OUTCOMES[end.code].retry === 'resume' && run.attempts.at(-1)?.upstreamBatch === undefined;
  return cutOff ? { ...moved, run: postponed(moved.run, now - (run.attempts.at(-1)?.startedAt ?? now)) } : moved;
}

/** The job's end, when the attempt's own end settles it. A cancel that was acknowledged wins over a late picture. */
function endOf(run: Run, end: AttemptEnd): End | undefined {
  if (run.cancelRequested || end.kind === 'canceled') {
    return { status: 'canceled', captures: modelCalls(run) > 0 };
  }
  if (end.kind === 'failed') return undefined;
  const { output, outputPath, reused } = end;
  return { status: 'succeeded', output, outputPath, reused, captures: !reused };
}

function closingOf(
  engine: Engine,
  { run, fence }: { run: Run; fence: number },
  end: AttemptEnd,
  now: number,
): Partial<Attempt> & { endedAt: number } {
  const tariff = tariffOf(run, fence);
  if (end.kind === 'delivered') {
    if (!end.drawn) return { endedAt: now, outcome: 'reused', billed: 'no', costMicroUsd: 0 };
    const { model, usage } = end.drawn;
    return { endedAt: now, outcome: 'succeeded', billed: 'yes', model, ...costOf(engine, { model, usage, tariff }) };
  }
  const outcome = end.kind === 'canceled' ? 'canceled' : end.code;
  const detail = end.kind === 'failed' ? noteOf(end) : {};
  const billed = !end.called ? 'no' : end.kind === 'canceled' ? 'possibly' : OUTCOMES[end.code].billed;
  if (billed === 'no') return { endedAt: now, outcome, billed, costMicroUsd: 0, ...detail };
  const usage = end.kind === 'failed' ? end.usage : undefined;
  return {
    endedAt: now,
    outcome,
    billed,
    ...detail,
    ...(usage ? costOf(engine, { model: modelOf(run, fence), usage, tariff }) : {}),
  };
}

function noteOf({ detail, providerCode, providerDown }: Extract<AttemptEnd, { kind: 'failed' }>): Partial<Attempt> {
  return {
    ...(detail !== undefined ? { detail } : {}),
    ...(providerCode !== undefined ? { providerCode } : {}),
    ...(providerDown ? { free: true } : {}),
  };
}

/** Which model the attempt with this fence asked. */
function modelOf(run: Run, fence: number): string {
  return run.attempts.find(attempt => attempt.fence === fence)?.model ?? run.model;
}

/** An attempt in an upstream batch costs the batch price. */
function tariffOf(run: Run, fence: number): Tariff {
  const inBatch = run.attempts.some(attempt => attempt.fence === fence && attempt.upstreamBatch !== undefined);
  return inBatch ? 'batch' : 'call';
}

function costOf(
  engine: Engine,
  { model, usage, tariff }: { model: string; usage: Usage; tariff: Tariff },
): { usage: Usage; costMicroUsd?: number } {
  const entry = engine.catalogue.get(model);
  return entry ? { usage, costMicroUsd: costMicroUsd(entry, usage, tariff) } : { usage };
}
