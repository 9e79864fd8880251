/**
 * Every move of a job between its states, pure: documents in, documents out, time as a value. A move changes run and
 * public face together and raises `sequence` whenever a client can see the change. Drawn in docs/job-lifecycle.md.
 */
import {
  type Attempt,
  attemptsOfRun,
  type Charge,
  countedAttempts,
  crashes,
  type Job,
  type JobError,
  type JobStatus,
  type Output,
  type Pending,
  type Run,
} from './job.ts';
import type { Limits } from './limits.ts';
import { OUTCOMES, type OutcomeCode } from './outcomes.ts';

export interface Pair {
  readonly run: Run;
  readonly job: Job;
}

/** A share of the lease that the sweeper leaves to the holder before it looks. */
const CHECK_GRACE_MS = 2_000;

/** queued → running: a new fence, lease and row in the ledger. */
export function claimMove(
  { run, job }: Pair,
  nowMs: number,
  attempt: Pick<Attempt, 'model' | 'estimateMicroUsd' | 'spendDay' | 'upstreamBatch'>,
  limits: Limits,
): Pair {
  const fence = run.fence + 1;
  const expiresAt = nowMs + limits.leaseMs;
  const { retryAt: _, ...openRun } = run;
  const { retryAt: __, ...openJob } = job;
  const claimed: Run = {
    ...openRun,
    status: 'running',
    fence,
    lease: { fence, expiresAt },
    attempts: [...keptAttempts(run.attempts), { ...attempt, fence, startedAt: nowMs }],
    nextCheckAt: expiresAt + CHECK_GRACE_MS,
  };
  return {
    run: claimed,
    job: {
      ...openJob,
      status: 'running',
      sequence: job.sequence + 1,
      startedAt: job.startedAt ?? nowMs,
      attempt: countedAttempts(claimed),
    },
  };
}

/** A day of waiting for the provider must not make the document grow without end: the oldest unpaid rows go. */
const UNPAID_ROWS_MAX = 50;

function keptAttempts(attempts: readonly Attempt[]): readonly Attempt[] {
  const unpaid = attempts.filter(({ outcome, billed }) => billed === 'no' && outcome === 'rate_limited');
  const dropped = new Set(unpaid.slice(0, Math.max(0, unpaid.length - UNPAID_ROWS_MAX)));
  return attempts.filter(attempt => !dropped.has(attempt));
}

/** A heartbeat: only the run changes, so that no client is woken. */
export function renewMove(run: Run, nowMs: number, limits: Limits): Run {
  const expiresAt = nowMs + limits.leaseMs;
  return { ...run, lease: { fence: run.fence, expiresAt }, nextCheckAt: expiresAt + CHECK_GRACE_MS };
}

/** → queued: rung again under a new task name, not before `retryAt`. */
export function queueMove({ run, job }: Pair, nowMs: number, retryAt: number, limits: Limits): Pair {
  const { lease: _, ...free } = run;
  const waits = retryAt > nowMs;
  const { retryAt: __, ...open } = job;
  return {
    run: {
      ...free,
      status: 'queued',
      dispatch: run.dispatch + 1,
      retryAt,
      nextCheckAt: Math.max(nowMs, retryAt) + limits.firstCheckMs,
    },
    job: { ...open, status: 'queued', sequence: job.sequence + 1, ...(waits ? { retryAt } : {}) },
  };
}

/** As `queueMove`, for a wait that the job is not to blame for: a client that sees it queued already sees no change. */
export function waitMove(pair: Pair, nowMs: number, retryAt: number, limits: Limits): Pair {
  const moved = queueMove(pair, nowMs, retryAt, limits);
  return pair.job.status === 'queued' ? { ...moved, job: pair.job } : moved;
}

/** economy → bulk: queued there at once; deadline and charge stay as they are. */
export function bulkMove(pair: Pair, nowMs: number, why: string, limits: Limits): Pair {
  const { run, job } = queueMove(pair, nowMs, nowMs, limits);
  const { economyUntil: _, ...rest } = run;
  return { run: { ...rest, lane: 'bulk', fellBack: { at: nowMs, why } }, job: { ...job, lane: 'bulk' } };
}

export function isOverdueForEconomy({ economyUntil }: Run, nowMs: number): boolean {
  return economyUntil !== undefined && nowMs >= economyUntil;
}

export interface End {
  readonly status: Exclude<JobStatus, 'queued' | 'running'>;
  readonly error?: JobError;
  readonly output?: Output;
  readonly outputPath?: string;
  readonly reused?: boolean;
  /** Whether a picture was delivered or work was begun for a job that its owner then gave up. */
  readonly captures: boolean;
}

/** → succeeded, blocked, failed, canceled or expired: final for this run, with one settlement of its charge. */
export function endMove({ run, job }: Pair, nowMs: number, end: End): Pair {
  const { lease: _, retryAt: __, nextCheckAt: ___, ...rest } = run;
  const { retryAt: ____, cancelRequested: _____, ...open } = job;
  const charge = settled(run.charge, end.captures);
  const pending = [...run.pending, ...webhookOf(run, end, nowMs), ...keepOf(run, job, end)];
  return {
    run: {
      ...rest,
      status: end.status,
      charge,
      finishedAt: nowMs,
      ...(end.outputPath !== undefined ? { outputPath: end.outputPath } : {}),
      ...(end.error ? { code: end.error.code } : {}),
      ...(end.reused ? { reused: true as const } : {}),
      pending,
      ...(pending.length > 0 ? { nextCheckAt: nowMs } : {}),
    },
    job: {
      ...open,
      status: end.status,
      done: true,
      sequence: job.sequence + 1,
      finishedAt: nowMs,
      pollAfterMs: 0,
      reused: end.reused ?? job.reused,
      charge,
      ...(end.error ? { error: end.error } : {}),
      ...(end.output ? { output: end.output } : {}),
    },
  };
}

/** A run that draws what was ordered before, such as a retry by hand. */
function keepOf(run: Run, { orderIds }: Job, { output }: End): readonly Pending[] {
  const isDue = orderIds !== undefined && output !== undefined && !run.pending.some(({ kind }) => kind === 'keep');
  return isDue ? [{ kind: 'keep' }] : [];
}

/** Written with the end itself, so that a crash right after it does not keep the news from the shop. */
function webhookOf(run: Run, { status }: End, at: number): readonly Pending[] {
  return run.webhook ? [{ kind: 'webhook', run: run.run, status, at }] : [];
}

function settled(charge: Charge, captures: boolean): Charge {
  if (charge !== 'held') return charge;
  return captures ? 'captured' : 'released';
}

/** Closes the ledger's row of a fence, once; a row that is closed keeps what it says, except a cost learnt late. */
export function closeAttempt(run: Run, fence: number, closing: Partial<Attempt> & { endedAt: number }): Run {
  const attempts = run.attempts.map(attempt => {
    if (attempt.fence !== fence) return attempt;
    if (attempt.endedAt === undefined) return { ...attempt, ...closing };
    const { usage, costMicroUsd, billed } = closing;
    if (attempt.costMicroUsd !== undefined || costMicroUsd === undefined) return attempt;
    return { ...attempt, costMicroUsd, ...(usage ? { usage } : {}), ...(billed ? { billed } : {}) };
  });
  return { ...run, attempts };
}

export type Next = { readonly move: 'retry'; readonly at: number } | { readonly move: 'end'; readonly end: End };

/**
 * What follows an attempt that brought no picture; `run` has its row closed already. Backoff: full jitter of 2^n
 * seconds, at least what the provider asked for, at most `limits.backoffMaxMs` unless the provider asks for more. What
 * uses no attempt up ends by its deadline, which the next claim judges: it knows of the lane's pauses.
 */
export function decideNext(
  run: Run,
  code: OutcomeCode,
  context: {
    nowMs: number;
    fraction: number;
    retryAfterMs?: number;
    limits: Limits;
    canFallBack?: boolean;
    free?: boolean;
  },
): Next {
  const row = OUTCOMES[code];
  const { nowMs, limits, canFallBack = false, free = false } = context;
  const end: Next = { move: 'end', end: { status: row.end, error: errorOf(code), captures: false } };
  if (row.retry === 'never' || (row.retry === 'fallback' && !canFallBack)) return end;
  if (row.retry === 'resume' || row.retry === 'fallback' || row.retry === 'bulk') return { move: 'retry', at: nowMs };

  const same = attemptsOfRun(run).filter(attempt => attempt.outcome === code).length;
  if (row.retry === 'wait' || (free && row.retry === 'attempts'))
    return { move: 'retry', at: nowMs + pauseMs(same, context) };
  const made = countedAttempts(run);
  const at = nowMs + pauseMs(made, context);
  const left = made < limits.attemptsMax && (row.retry === 'attempts' || same <= 1);
  return left && at < run.deadlineAt ? { move: 'retry', at } : end;
}

function pauseMs(attempt: number, context: { fraction: number; retryAfterMs?: number; limits: Limits }): number {
  return Math.max(context.retryAfterMs ?? 0, backoffMs(attempt, context));
}

function backoffMs(attempt: number, { fraction, limits }: { fraction: number; limits: Limits }): number {
  return Math.round(fraction * Math.min(limits.backoffMaxMs, 1_000 * 2 ** attempt));
}

/** What the owner reads about a job that ended without a picture. */
export function errorOf(code: OutcomeCode): JobError {
  const row = OUTCOMES[code];
  return { code, message: row.message, retryable: row.retry !== 'never' && row.retry !== 'fallback' };
}

/** A worker that held the lease is gone: its attempt may have been billed, and it counts as a crash. */
export function abandonMove(pair: Pair, nowMs: number): Pair {
  const run = closeAttempt(pair.run, pair.run.fence, { endedAt: nowMs, outcome: 'crashed', billed: 'possibly' });
  return { ...pair, run };
}

/** Whether a run that is about to be claimed or rung again has to end instead. */
export function overdue(run: Run, nowMs: number, limits: Limits): End | undefined {
  if (run.cancelRequested) return { status: 'canceled', captures: modelCalls(run) > 0 };
  if (crashes(run) >= limits.crashesMax) {
    return { status: 'failed', error: errorOf('crashed_repeatedly'), captures: false };
  }
  if (countedAttempts(run) >= limits.attemptsMax) return failedAsBefore(run);
  if (nowMs < run.deadlineAt) return undefined;
  if (attemptsOfRun(run).length === 0) return { status: 'expired', error: errorOf('deadline_passed'), captures: false };
  return failedAsBefore(run);
}

/** Calls that were made or may have been made, but for those that failed by the provider's fault and cost nothing. */
export function modelCalls(run: Run): number {
  return attemptsOfRun(run).filter(({ billed, outcome }) => billed !== 'no' || outcome === 'invalid_input').length;
}

function failedAsBefore(run: Run): End {
  const last = attemptsOfRun(run).at(-1)?.outcome;
  const code = last !== undefined && last in OUTCOMES ? (last as OutcomeCode) : 'deadline_passed';
  return { status: OUTCOMES[code].end, error: errorOf(code), captures: false };
}

/** The deadline with time added that did not count: a pause of the lane, an attempt that was cut off by a deploy. */
export function postponed(run: Run, byMs: number): Run {
  return { ...run, deadlineAt: run.deadlineAt + Math.max(0, byMs) };
}
