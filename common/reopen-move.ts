/**
 * A new run of a job that ended without a picture, pure: as if it had just been submitted, with the ledger of the runs
 * before it kept for its costs. The photo, the wish and the owner are the job's own and stay.
 */
import type { QueuedLane, Run } from './job.ts';
import type { Pair } from './job-moves.ts';
import type { Limits } from './limits.ts';

export interface Reopening {
  readonly nowMs: number;
  readonly limits: Limits;
  readonly lane: QueuedLane;
  /** `laneClock` of that lane. */
  readonly laneClockMs: number;
  /** What the shopper's quota holds for this run; an operator's retry holds nothing. */
  readonly charge: 'held' | 'none';
  readonly scopes: readonly string[];
  /** Instead of what the run before it asked for. */
  readonly wish?: Pick<Run, 'model' | 'options' | 'generationKey'>;
  readonly orderId?: string;
}

/** Runs that a job may have in all unless somebody insists: the first, and two retries. */
export const RUNS_MAX = 3;
const POLL_AFTER_MS = 1_000;

/** failed or expired → queued. The hold of the run before, if it had one, was settled by its end. */
export function reopenMove({ run, job }: Pair, reopening: Reopening): Pair {
  const { nowMs, limits, lane, charge, scopes } = reopening;
  const { code: _, finishedAt: __, outputPath: ___, orderId: ____, economyUntil: _____, ...kept } = run;
  const { error: ______, finishedAt: _______, startedAt: ________, output: _________, ...face } = job;
  const expireAt = nowMs + 2 * limits.retentionMs;
  return {
    run: {
      ...kept,
      ...reopening.wish,
      ...(reopening.orderId === undefined ? {} : { orderId: reopening.orderId }),
      status: 'queued',
      attempts: run.attempts.map(attempt => ({ run: run.run, lane: run.lane, ...attempt })),
      run: run.run + 1,
      dispatch: run.dispatch + 1,
      lane,
      laneClockMs: reopening.laneClockMs,
      queuedAt: nowMs,
      deadlineAt: nowMs + limits.deadlineMs[lane],
      nextCheckAt: nowMs + limits.firstCheckMs,
      charge,
      scopes,
      expireAt,
    },
    job: {
      ...face,
      status: 'queued',
      done: false,
      sequence: job.sequence + 1,
      attempt: 0,
      pollAfterMs: POLL_AFTER_MS,
      lane,
      charge,
      expireAt,
    },
  };
}
