/**
 * A batch as the API shows it: what was asked for, how its jobs stand, and, of styles of one photo, the jobs themselves.
 */
import type { Standing } from '../../common/batches/batch.ts';
import { timesOf } from '../../common/job-face.ts';
import type { Api } from '../api.ts';
import { viewJob } from '../job-view.ts';

const POLL_MAX_MS = 5_000;

/** `detailed` = for a server or an operator, with what it costs. */
export async function viewBatch(api: Api, standing: Standing, { detailed }: { detailed: boolean }) {
  const { batch, counts, status, done, sequence, finishedAt, jobs = [] } = standing;
  const { id, shop, kind, lane, customId, metadata, refused, cancelRequestedAt, createdAt } = batch;
  const views = await Promise.all(jobs.map(job => viewJob(api, job, { detailed })));
  const polls = views.filter((_, index) => !jobs[index]?.done).map(view => view.pollAfterMs);
  const self = `/v1/batches/${id}`;
  return {
    ...{ id, shop, kind, status, done, sequence, lane },
    ...timesOf({ createdAt, ...(finishedAt === undefined ? {} : { finishedAt }) }),
    ...(cancelRequestedAt !== undefined && !done ? { cancelRequested: true } : {}),
    counts,
    pollAfterMs: done ? 0 : Math.min(...polls, POLL_MAX_MS),
    ...(customId !== undefined ? { customId } : {}),
    ...(metadata !== undefined ? { metadata } : {}),
    ...(detailed ? { costUsd: sumOf(views) } : {}),
    jobs: views,
    ...(refused ? { refused } : {}),
    links: { self, events: `${self}/events` },
  };
}

/** Each cost is a whole number of micro-dollars, and so is their sum. */
function sumOf(views: readonly { readonly costUsd?: number }[]): number {
  return Math.round(views.reduce((sum, { costUsd = 0 }) => sum + costUsd * 1_000_000, 0)) / 1_000_000;
}
