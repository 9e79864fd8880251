/**
 * A submit after its body was read, checked and completed with defaults: all that admission needs to decide.
 */
import type { Engine } from '../engine.ts';
import {
  type Charge,
  DOCUMENT_VERSION,
  type DrawOptions,
  type Job,
  type Lane,
  type Owner,
  type Run,
  type Webhook,
} from '../job.ts';
import type { Pair } from '../job-moves.ts';
import type { Scope } from '../quota.ts';

export interface Submission {
  readonly id: string;
  /** Whether the id was derived from an Idempotency-Key, so that the job may be there already. */
  readonly repeatable: boolean;
  /** Digest of the parsed and defaulted fields and of the photo's bytes. */
  readonly requestHash: string;
  readonly generationKey: string;
  readonly shop: string;
  readonly owner: Owner;
  readonly ownerUid: string;
  readonly style?: string;
  readonly styleVersion?: number;
  readonly prompt: string;
  readonly options: DrawOptions;
  readonly model: string;
  readonly lane: Lane;
  /** Of a batch that is wanted by a time: instead of the lane's own, ms since 1970. */
  readonly deadlineAt?: number;
  /** Until when the economy lane may try; default: `economyReserveMs` before the deadline. */
  readonly economyUntil?: number;
  readonly scopes: readonly Scope[];
  readonly input: { readonly bytes: Uint8Array; readonly sha256: string; readonly contentType: string };
  /** Of which batch it is part. */
  readonly batchId?: string;
  /** Of an item: in how many documents the cost of its batch is summed up. */
  readonly batchShards?: number;
  /** Somebody is told of the end of its batch. */
  readonly batchTold?: boolean;
  readonly customId?: string;
  readonly metadata?: { readonly [key: string]: string };
  readonly webhook?: Webhook;
  /** An operator's trial of a style: who tries it. */
  readonly trial?: Run['trial'];
  /** See `common/trace.ts`. */
  readonly trace?: string;
}

const POLL_AFTER_MS = 1_000;

/** Both documents of a new job, queued and due at once. */
export function newPair(engine: Engine, submission: Submission, { inputPath, laneClockMs, now }: NewRun): Pair {
  const { id, shop, ownerUid, style, lane, batchId, customId, metadata } = submission;
  const expireAt = now + 2 * engine.limits.retentionMs;
  const charge: Charge = submission.scopes.length > 0 ? 'held' : 'none';
  const common = {
    ...{ id, v: DOCUMENT_VERSION, shop, ownerUid, lane, createdAt: now, expireAt, charge },
    ...(batchId !== undefined ? { batchId } : {}),
  };
  const job: Job = {
    ...common,
    status: 'queued',
    done: false,
    sequence: 1,
    attempt: 0,
    pollAfterMs: POLL_AFTER_MS,
    reused: false,
    ...(style !== undefined ? { style } : {}),
    ...(customId !== undefined ? { customId } : {}),
    ...(metadata !== undefined ? { metadata } : {}),
  };
  const run: Run = {
    ...common,
    owner: submission.owner,
    status: 'queued',
    prompt: submission.prompt,
    options: submission.options,
    model: submission.model,
    inputPath,
    inputSha256: submission.input.sha256,
    generationKey: submission.generationKey,
    requestHash: submission.requestHash,
    run: 1,
    dispatch: 1,
    fence: 0,
    attempts: [],
    queuedAt: now,
    ...timesOf(engine, submission, now),
    laneClockMs,
    nextCheckAt: now + engine.limits.firstCheckMs,
    pending: [],
    scopes: submission.scopes.map(scope => scope.id),
    ...(style !== undefined ? { style } : {}),
    ...(submission.batchTold ? { batchTold: true } : {}),
    ...(submission.batchShards !== undefined ? { batchShards: submission.batchShards } : {}),
    ...(submission.webhook !== undefined ? { webhook: submission.webhook } : {}),
    ...(submission.trial !== undefined ? { trial: submission.trial } : {}),
    ...(submission.trace !== undefined ? { trace: submission.trace } : {}),
    ...(submission.styleVersion !== undefined ? { styleVersion: submission.styleVersion } : {}),
  };
  return { run, job };
}

function timesOf({ limits }: Engine, { lane, deadlineAt, economyUntil }: Submission, now: number) {
  const deadline = deadlineAt ?? now + limits.deadlineMs[lane];
  if (lane !== 'economy') return { deadlineAt: deadline };
  return { deadlineAt: deadline, economyUntil: economyUntil ?? deadline - limits.economyReserveMs };
}

interface NewRun {
  /** Empty for a job that needs no drawing. */
  readonly inputPath: string;
  readonly laneClockMs: number;
  readonly now: number;
}
