/**
 * How many jobs a search would find, by status, by code and by the hour of their submit: counted over what is read, of
 * which there is a limit, and said to be incomplete beyond it.
 */
import type { Run } from '../../common/job.ts';
import { rfc3339 } from '../../common/job-face.ts';
import type { Store } from '../../common/platform/store.ts';
import { type JobFilter, scanRuns, searchedBy } from '../../common/search-jobs.ts';

const HOUR_MS = 3_600_000;
/** Documents that are looked through; of a shop's, an owner's or a batch's jobs each is two reads. */
const LOOKED_MAX = 900;
const LOOKED_MAX_OF_PAIRS = 450;

export async function countJobs(store: Pick<Store, 'get' | 'list'>, filter: JobFilter) {
  const by = searchedBy(filter);
  const most = ['batchId', 'ownerUid', 'shop'].includes(by) ? LOOKED_MAX_OF_PAIRS : LOOKED_MAX;
  const first = await scanRuns(store, filter, most).next();
  const { found, isMore } = first.done ? { found: [], isMore: false } : first.value;
  return {
    total: found.length,
    complete: !isMore,
    since: found.length === 0 ? undefined : rfc3339(found.at(-1)?.createdAt ?? 0),
    statuses: counted(found, ({ status }) => status),
    codes: counted(found, ({ code }) => code),
    hours: counted(found, ({ createdAt }) => rfc3339(Math.floor(createdAt / HOUR_MS) * HOUR_MS)),
    search: { by },
  };
}

/** The most frequent first. */
function counted(found: readonly Run[], nameOf: (run: Run) => string | undefined): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const run of found) {
    const name = nameOf(run);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => ({ name, count })).toSorted((a, b) => b.count - a.count);
}
