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

/** How far a batch has been taken in. One that is `open` has all of its jobs. */
export type BatchState = 'open';

/** `batches/{id}`. All times in ms since 1970. */
export interface Batch extends Document {
  readonly v: number;
  readonly shop: string;
  readonly ownerUid: string;
  readonly owner: Owner;
  /** Styles of one photo, taken in by one transaction; or many items, which become jobs one after the other. */
  readonly kind: 'styles';
  readonly state: BatchState;
  readonly lane: Lane;
  /** Rises with each change of this document that a client can see. */
  readonly sequence: number;
  /** How many jobs it has, those still to be made included. */
  readonly total: number;
  readonly requestHash: string;
  /** Names the request that made it: the same under an Idempotency-Key is told from a try whose answer was lost. */
  readonly token: string;
  /** Of styles: their jobs, in the order in which they were asked for. */
  readonly jobIds: readonly string[];
  /** Of styles that were to be taken in as far as there is room: those that were not. */
  readonly refused?: readonly RefusedStyle[];
  readonly customId?: string;
  readonly metadata?: { readonly [key: string]: string };
  readonly webhook?: Webhook;
  /** The owner gave it up. */
  readonly cancelRequestedAt?: number;
  readonly createdAt: number;
  readonly expireAt: number;
}

export interface RefusedStyle {
  readonly style: string;
  readonly code: 'quota_exceeded' | 'budget_exhausted';
}

export type Counts = { readonly total: number } & { readonly [status in JobStatus]: number };

export const BATCH_STATUSES = ['queued', 'running', 'succeeded', 'partial', 'failed', 'canceled'] as const;
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
}

export function countJobs(jobs: readonly Pick<Job, 'status'>[]): Counts {
  const counts = Object.fromEntries(JOB_STATUSES.map(status => [status, 0])) as Record<JobStatus, number>;
  for (const { status } of jobs) counts[status]++;
  return { total: jobs.length, ...counts };
}

/** Of a batch of styles, from its jobs. */
export function standingOf(batch: Batch, jobs: readonly Job[]): Standing {
  const counts = countJobs(jobs);
  const status = statusOf(batch, counts);
  const done = jobs.every(job => isDone(job.status));
  return {
    ...{ batch, jobs, counts, status, done },
    sequence: jobs.reduce((sum, job) => sum + job.sequence, batch.sequence),
    ...(done ? { finishedAt: Math.max(batch.createdAt, ...jobs.map(({ finishedAt = 0 }) => finishedAt)) } : {}),
  };
}

/** Whoever gave a batch up is told so, whatever had been drawn by then. */
export function statusOf({ cancelRequestedAt }: Pick<Batch, 'cancelRequestedAt'>, counts: Counts): BatchStatus {
  const { total, queued, running, succeeded, canceled } = counts;
  if (queued + running > 0) return queued === total ? 'queued' : 'running';
  if (canceled > 0 && (cancelRequestedAt !== undefined || canceled === total)) return 'canceled';
  if (succeeded === total) return 'succeeded';
  return succeeded > 0 ? 'partial' : 'failed';
}
