/**
 * What a job should do, in a few lines and without a store: the model that the real one is compared with. It knows the
 * promises of docs/job-lifecycle.md and nothing of how they are kept.
 */
import type { Charge, JobStatus } from '../../common/job.ts';
import { LIMITS } from '../../common/limits.ts';

export interface JobModel {
  readonly id: string;
  status: JobStatus;
  charge: Charge;
  /** Its owner gave it up while a worker had it. */
  givenUp: boolean;
  erased: boolean;
  fence: number;
  leaseUntil: number;
  /** Read from the real job: chance has a part in it. */
  retryAt: number;
  deadlineAt: number;
  /** Attempts that count, and those of them that ended with their worker. */
  counted: number;
  crashes: number;
  /** Of each ended attempt, by its fence: whether it may have been billed, and whether its cost is known for good. */
  readonly rows: Map<number, { billed: boolean; costKnown: boolean }>;
  /** How often it ended in each way, for what is tried once more. */
  outcomes: Map<string, number>;
}

export interface ServiceModel {
  readonly jobs: JobModel[];
  /** The id by Idempotency-Key. */
  readonly keys: Map<string, string>;
  now: number;
}

export function newJob(id: string, now: number): JobModel {
  return {
    ...{ id, status: 'queued', charge: 'held', givenUp: false, erased: false, fence: 0, leaseUntil: 0, retryAt: 0 },
    ...{
      deadlineAt: now + LIMITS.deadlineMs.interactive,
      counted: 0,
      crashes: 0,
      rows: new Map(),
      outcomes: new Map(),
    },
  };
}

export function isOver({ status }: JobModel): boolean {
  return status !== 'queued' && status !== 'running';
}

/** Pictures that the customer's quota holds. */
export function heldBy({ jobs }: ServiceModel): number {
  return jobs.filter(({ charge }) => charge === 'held' || charge === 'captured').length;
}

export function end(job: JobModel, status: JobStatus, captures: boolean): void {
  job.status = status;
  if (job.charge === 'held') job.charge = captures ? 'captured' : 'released';
}

/** Its worker is gone. */
export function abandon(job: JobModel): void {
  job.crashes++;
  job.counted++;
  job.rows.set(job.fence, { billed: true, costKnown: false });
  job.outcomes.set('crashed', job.crashes);
}

/** Whether the model was asked, for money or perhaps for money. */
export function wasCalled({ rows }: JobModel): boolean {
  return rows.values().some(({ billed }) => billed);
}

/** What an answer of that kind says of its cost; also when it comes too late to change anything else. */
export function learnCost({ rows }: JobModel, fence: number, code: string): void {
  const row = rows.get(fence);
  if (row?.costKnown) return;
  const costKnown = code === 'overloaded' || code === 'delivered';
  if (row === undefined || costKnown) rows.set(fence, { billed: code !== 'overloaded', costKnown });
}

/** Ends a run that may not go on; whether it did. */
export function endIfOverdue(job: JobModel, now: number): boolean {
  if (job.givenUp) end(job, 'canceled', wasCalled(job));
  else if (job.crashes >= LIMITS.crashesMax || job.counted >= LIMITS.attemptsMax) end(job, 'failed', false);
  else if (now >= job.deadlineAt) end(job, job.outcomes.size === 0 ? 'expired' : 'failed', false);
  return isOver(job);
}
