/**
 * Thousands of jobs as they stand in a store, copied from one that was really submitted: for tests of what operators do
 * to many.
 */
import { jobs, runs } from '../common/collections.ts';
import type { Job, Run } from '../common/job.ts';
import type { Store } from '../common/platform/store.ts';

/** As the embedded store commits them in one transaction. */
const AT_ONCE = 500;

export interface Copied {
  readonly run?: Partial<Run>;
  readonly job?: Partial<Job>;
}

/** `differs` tells what the copy of that number has instead. Returns the ids. */
export async function copyJobs(
  store: Pick<Store, 'transaction'>,
  pattern: { readonly run: Run; readonly job: Job },
  count: number,
  differs: (number: number) => Copied = () => ({}),
  from = 0,
): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, number) => copiedId(from + number));
  for (let start = 0; start < count; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    await store.transaction(async tx => {
      for (const [index, id] of some.entries()) {
        const { run, job } = differs(start + index);
        tx.set(runs, { ...pattern.run, ...run, id });
        tx.set(jobs, { ...pattern.job, ...job, id });
      }
    });
  }
  return ids;
}

export function copiedId(number: number): string {
  return `job_${String(number).padStart(26, '0')}`;
}

/** Both documents of a job that failed for a fault of the provider, whose photo is there. */
export function failedPair(pattern: { readonly run: Run; readonly job: Job }, endedAt: number): { run: Run; job: Job } {
  const { nextCheckAt: _, ...run } = pattern.run;
  const error = { code: 'overloaded', message: 'Please try again.', retryable: true } as const;
  const ended = { status: 'failed', finishedAt: endedAt, charge: 'released' } as const;
  return {
    run: { ...run, ...ended, code: 'overloaded' },
    job: { ...pattern.job, ...ended, done: true, sequence: 3, error },
  };
}
