/**
 * What can be watched: jobs, and batches of them. Both are asked for, told of and compared alike.
 */
import type { Batch, Job } from './answers.ts';

export interface Watchable {
  readonly id: string;
  readonly done: boolean;
  readonly sequence: number;
  readonly pollAfterMs: number;
}

export interface Resource<T extends Watchable> {
  path(id: string): string;
  /** What changes without the sequence: places and times in the queue, and counts. */
  places(state: T): unknown;
  /** Jobs in it that have ended. */
  ended(state: T): readonly string[];
  /** How an error names it. */
  subject(id: string): { readonly jobId: string } | { readonly batchId: string };
}

export const JOBS: Resource<Job> = {
  path: id => `/v1/jobs/${encodeURIComponent(id)}`,
  places: ({ queue }) => queue,
  ended: ({ id, done }) => (done ? [id] : []),
  subject: jobId => ({ jobId }),
};

export const BATCHES: Resource<Batch> = {
  path: id => `/v1/batches/${encodeURIComponent(id)}`,
  places: ({ jobs = [], counts }) => [counts, jobs.map(({ queue }) => queue)],
  ended: ({ jobs = [] }) => jobs.flatMap(({ id, done }) => (done ? id : [])),
  subject: batchId => ({ batchId }),
};
