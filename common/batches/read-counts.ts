/**
 * How many jobs of a batch are in which state, counted by the store: seven questions, whatever the size of the batch.
 */
import { jobs } from '../collections.ts';
import { JOB_STATUSES, type JobStatus } from '../job.ts';
import type { Store } from '../platform/store.ts';
import type { Batch, Counts } from './batch.ts';

/** Of the jobs that have been made. The seven counts are not of one moment: a job may be in two of them, or in none. */
export async function readCounts(store: Pick<Store, 'count'>, { id }: Pick<Batch, 'id'>): Promise<Counts> {
  const entries = await Promise.all(
    JOB_STATUSES.map(async status => [status, await countIn(store, id, status)] as const),
  );
  const counts = Object.fromEntries(entries) as Record<JobStatus, number>;
  return { total: Object.values(counts).reduce((sum, count) => sum + count, 0), ...counts };
}

function countIn(store: Pick<Store, 'count'>, id: string, status: JobStatus): Promise<number> {
  return store.count({
    from: jobs,
    where: [
      ['batchId', '==', id],
      ['status', '==', status],
    ],
  });
}
