/**
 * What a batch is: many jobs that were asked for at once, and have one status. Its document holds what was asked and how
 * far it has been taken in; how far the jobs are is read from the jobs, so that no two of them share a document.
 */
import { isDone, JOB_STATUSES, type Job, type JobStatus, type Lane, type Owner, type Webhook } from '../job.ts';
import type { Document } from '../platform/store.ts';

/** The form of every batch id; anything else is answered like a missing batch. */
export const BATCH_ID = /^batch_[a-z0-9]{26,32}$/;

/** More styles of one photo than anybody looks at, and one transaction of a size that each platform takes. */
export const STYLES_MAX = 20;
export const ITEMS_MAX = 10_000;
/** Bad lines that are listed; all of them are counted. */
export const INVALID_LISTED_MAX = 100;

/**
 * How far a batch has been taken in: every line is looked at (`validating`) before the first becomes a job (`expanding`).
 * One that is `open` has all of its jobs; one that is `rejected` never gets any.
 */
export type BatchState = 'validating' | 'expanding' | 'open' | 'rejected';

/** `batches/{id}`. All times in ms since 1970, money in micro-dollars. */
export interface Batch extends Document {
  readonly v: number;
  readonly shop: string;
  readonly ownerUid: string;
  readonly owner: Owner;
  /** Styles of one photo, taken in by one transaction; or many items, which become jobs one after the other. */
  readonly kind: 'styles' | 'items';
  readonly state: BatchState;
  readonly lane: Lane;
  /** Rises with each change of this document that a client can see. */
  readonly sequence: number;
  /** How many jobs it has, those still to be made included; 0 until that is known. */
  readonly total: number;
  readonly requestHash: string;
  /** Names the request that made it: the same under an Idempotency-Key is told from a try whose answer was lost. */
  readonly token: string;
  /** Of styles: their jobs, in the order in which they were asked for. Those of items are found by the batch. */
  readonly jobIds: readonly string[];
  /** Of styles that were to be taken in as far as there is room: those that were not. */
  readonly refused?: readonly RefusedStyle[];
  /** Of items. */
  readonly items?: BatchItems;
  readonly customId?: string;
  readonly metadata?: { readonly [key: string]: string };
  readonly webhook?: Webhook;
  /** By when everything is wanted. */
  readonly deliverBy?: number;
  /** The owner gave it up. */
  readonly cancelRequestedAt?: number;
  /** The failed jobs are being opened again. */
  readonly retry?: BatchRetry;
  /** When its end was noted; a retry takes it away. */
  readonly endedAt?: number;
  /** How often it has ended. */
  readonly ends?: number;
  /** The end that the shop's server is still to be told. */
  readonly telling?: BatchEnd;
  /** Makes the names of its tasks unique. */
  readonly dispatch?: number;
  /** By when somebody must look at it again; absent = nothing is left to do. */
  readonly nextCheckAt?: number;
  readonly createdAt: number;
  readonly expireAt: number;
}

/** How a batch of items is taken in. */
export interface BatchItems {
  readonly onInvalid: 'reject' | 'skip';
  readonly laneAsked?: 'bulk' | 'economy';
  readonly maxCostMicroUsd?: number;
  /** What a style's `default` stood for at the submit. */
  readonly defaultModel: string;
  /** Objects that hold the lines as they came; none once they were looked at. */
  readonly rawParts: number;
  /** Objects that hold the items that were accepted, and how many of them have become jobs. */
  readonly parts: number;
  readonly expanded: number;
  readonly invalid?: { readonly count: number; readonly lines: readonly InvalidLine[] };
  /** Why nothing was taken in. */
  readonly rejected?: {
    readonly code: 'lines_invalid' | 'cost_exceeded' | 'nothing_valid' | 'too_many_items';
    readonly message: string;
  };
  /** What all of it is expected to cost, at one call of the model for each item. */
  readonly estimateMicroUsd?: number;
  /** Which lane was chosen and why, when it is expected to be done, and whether that is in time. */
  readonly tier?: { readonly why: string; readonly expectedAt: number; readonly inTime: boolean };
  readonly deadlineAt?: number;
  readonly economyUntil?: number;
  /** In how many documents the cost is summed up. */
  readonly spendShards: number;
}

export interface InvalidLine {
  /** From 1; of a JSON array the place in it. */
  readonly line: number;
  readonly customId?: string;
  readonly pointer: string;
  readonly detail: string;
}

export interface BatchEnd {
  readonly number: number;
  readonly status: BatchStatus;
  readonly at: number;
}

export interface BatchRetry {
  readonly only: readonly ('failed' | 'expired')[];
  readonly codes?: readonly string[];
  readonly requestedAt: number;
  /** The last job that was looked at. */
  readonly after?: string;
}

export interface RefusedStyle {
  readonly style: string;
  readonly code: 'quota_exceeded' | 'budget_exhausted';
}

export type Counts = { readonly total: number } & { readonly [status in JobStatus]: number };

export const BATCH_STATUSES = [
  ...(['validating', 'queued', 'running'] as const),
  ...(['succeeded', 'partial', 'failed', 'canceled'] as const),
] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];

/** How a batch stands, as of the moment at which its jobs were looked at. */
export interface Standing {
  readonly batch: Batch;
  readonly counts: Counts;
  readonly status: BatchStatus;
  readonly done: boolean;
  /** Rises with each change that a client can see. */
  readonly sequence: number;
  /** When the last job ended, once all have. */
  readonly finishedAt?: number;
  /** Of styles. */
  readonly jobs?: readonly Job[];
  /** Of items: what they have cost so far. */
  readonly spentMicroUsd?: number;
}

export function countJobs(jobs: readonly Pick<Job, 'status'>[]): Counts {
  const counts = Object.fromEntries(JOB_STATUSES.map(status => [status, 0])) as Record<JobStatus, number>;
  for (const { status } of jobs) counts[status]++;
  return { total: jobs.length, ...counts };
}

/** Of a batch of styles, from its jobs. */
export function standingOf(batch: Batch, jobs: readonly Job[]): Standing {
  const counts = countJobs(jobs);
  const done = jobs.every(job => isDone(job.status));
  return {
    ...{ batch, jobs, counts, done, status: statusOf(batch, counts) },
    sequence: jobs.reduce((sum, job) => sum + job.sequence, batch.sequence),
    ...(done ? { finishedAt: Math.max(batch.createdAt, ...jobs.map(({ finishedAt = 0 }) => finishedAt)) } : {}),
  };
}

/**
 * Of a batch of items, from how many of its jobs are in which state. Items that are no jobs yet wait, unless the batch was
 * given up: then they never will be.
 */
export function itemsStandingOf(batch: Batch, made: Counts, spentMicroUsd: number): Standing {
  const unmade = Math.max(0, batch.total - made.total);
  const counts: Counts =
    batch.cancelRequestedAt === undefined
      ? { ...made, total: made.total + unmade, queued: made.queued + unmade }
      : { ...made, total: made.total + unmade, canceled: made.canceled + unmade };
  const open = counts.queued + counts.running;
  const taken = batch.state !== 'validating' || batch.cancelRequestedAt !== undefined;
  const done = batch.state === 'rejected' || (taken && open === 0 && batch.retry === undefined);
  return {
    ...{
      batch,
      counts,
      done,
      spentMicroUsd,
      status: done || taken ? itemsStatusOf(batch, counts, done) : 'validating',
    },
    sequence: batch.sequence + counts.total - open,
    ...(done && batch.endedAt !== undefined ? { finishedAt: batch.endedAt } : {}),
  };
}

function itemsStatusOf(batch: Batch, counts: Counts, done: boolean): BatchStatus {
  if (batch.state === 'rejected') return 'failed';
  if (!done && counts.queued + counts.running === 0) return 'running';
  if (counts.total === 0) return batch.cancelRequestedAt === undefined ? 'failed' : 'canceled';
  return statusOf(batch, counts);
}

/** Whoever gave a batch up is told so, whatever had been drawn by then. */
export function statusOf({ cancelRequestedAt }: Pick<Batch, 'cancelRequestedAt'>, counts: Counts): BatchStatus {
  const { total, queued, running, succeeded, canceled } = counts;
  if (queued + running > 0) return queued === total ? 'queued' : 'running';
  if (canceled > 0 && (cancelRequestedAt !== undefined || canceled === total)) return 'canceled';
  if (succeeded === total) return 'succeeded';
  return succeeded > 0 ? 'partial' : 'failed';
}
