/**
 * A batch as the API shows it: what was asked for, how its jobs stand, and, of styles of one photo, the jobs themselves.
 */
import type { Batch, Standing } from '../../common/batches/batch.ts';
import { laneQueue } from '../../common/job.ts';
import { rfc3339, timesOf } from '../../common/job-face.ts';
import { notedPause } from '../../common/pause.ts';
import type { Api } from '../api.ts';
import { viewJob } from '../job-view.ts';

const POLL_MAX_MS = 5_000;

/** `detailed` = for a server or an operator, with what it costs. */
export async function viewBatch(api: Api, standing: Standing, { detailed }: { detailed: boolean }) {
  const { batch, counts, status, done, sequence, finishedAt, jobs = [] } = standing;
  const { id, shop, kind, lane, customId, metadata, refused, cancelRequestedAt, createdAt } = batch;
  const views = await Promise.all(jobs.map(job => viewJob(api, job, { detailed })));
  const polls = views.filter((_, index) => !jobs[index]?.done).map(view => view.pollAfterMs);
  const spent = standing.spentMicroUsd === undefined ? sumOf(views) : standing.spentMicroUsd / 1_000_000;
  return {
    ...{ id, shop, kind, status, done, sequence, lane },
    ...timesOf({ createdAt, ...(finishedAt === undefined ? {} : { finishedAt }) }),
    ...(cancelRequestedAt !== undefined && !done ? { cancelRequested: true } : {}),
    counts,
    pollAfterMs: done ? 0 : Math.min(...polls, POLL_MAX_MS),
    ...(done ? {} : await pauseOf(api, batch)),
    ...(customId !== undefined ? { customId } : {}),
    ...(metadata !== undefined ? { metadata } : {}),
    ...(detailed ? { costUsd: spent } : {}),
    ...(kind === 'styles' ? { jobs: views } : viewItems(batch)),
    ...(refused ? { refused } : {}),
    links: linksOf(batch),
  };
}

/** Of a batch of items, in a list: without what has to be counted. */
export function viewListed(batch: Batch) {
  const { id, shop, kind, state, lane, total, customId, metadata, createdAt, endedAt, cancelRequestedAt } = batch;
  return {
    ...{ id, shop, kind, state, lane, total },
    ...timesOf({ createdAt, ...(endedAt === undefined ? {} : { finishedAt: endedAt }) }),
    ...(cancelRequestedAt === undefined ? {} : { cancelRequested: true }),
    ...(customId !== undefined ? { customId } : {}),
    ...(metadata !== undefined ? { metadata } : {}),
    links: linksOf(batch),
  };
}

function linksOf({ id, kind }: Batch) {
  const self = `/v1/batches/${id}`;
  const more = kind === 'items' ? { items: `${self}/items`, results: `${self}/results.ndjson` } : {};
  return { self, events: `${self}/events`, ...more };
}

function viewItems({ items, deliverBy }: Batch) {
  if (!items) return {};
  const { invalid, rejected, estimateMicroUsd, tier } = items;
  return {
    ...(deliverBy === undefined ? {} : { deliverBy: rfc3339(deliverBy) }),
    ...(tier ? { tier: { ...tier, expectedAt: rfc3339(tier.expectedAt) } } : {}),
    ...(estimateMicroUsd === undefined ? {} : { estimateUsd: estimateMicroUsd / 1_000_000 }),
    ...(invalid ? { invalid } : {}),
    ...(rejected ? { rejected } : {}),
  };
}

/** Said by the batch itself, so that nobody waits without knowing why: most of all when the day's share is used up. */
async function pauseOf({ engine }: Api, { lane }: Batch) {
  const pause = await notedPause(engine.store, laneQueue(lane));
  if (!pause) return {};
  const { because, until } = pause;
  return {
    paused: {
      ...(because === undefined ? {} : { because }),
      ...(until === undefined ? {} : { resumesAt: rfc3339(until) }),
    },
  };
}

/** Each cost is a whole number of micro-dollars, and so is their sum. */
function sumOf(views: readonly { readonly costUsd?: number }[]): number {
  return Math.round(views.reduce((sum, { costUsd = 0 }) => sum + costUsd * 1_000_000, 0)) / 1_000_000;
}
