/**
 * A finished job in the old form: addresses of picture and photo, and what is left of the quota.
 */
import { runs } from '../../common/collections.ts';
import { ProblemError } from '../../common/errors.ts';
import type { Job, Run } from '../../common/job.ts';
import { DAY_MS } from '../../common/limits.ts';
import { photoOfRun, pictureOf, pictureOfRun, previewPath } from '../../common/picture.ts';
import { poolState, type Scope } from '../../common/quota.ts';
import type { Api } from '../api.ts';
import { isReleased } from '../job-view.ts';
import type { Asked } from './draw.ts';

/** The longest that an address may work: the old theme writes it into the order, and staff open it days later. */
const URL_LIFE_MS = 7 * DAY_MS;
/** Addresses made within the same hour are the same, so that browsers can cache. */
const URL_WINDOW_MS = 3_600_000;

export interface OldPicture {
  readonly image_url: string;
  readonly cache_hit: boolean;
  readonly processing_time_ms: number;
}

/** Throws what became of a job that has no picture. */
export async function oldPicture(api: Api, job: Job, { isRepeat }: Pick<Asked, 'isRepeat'>): Promise<OldPicture> {
  const { status, error, reused, createdAt, finishedAt = createdAt } = job;
  if (status === 'blocked') throw new ProblemError('picture_blocked', detailOf(error));
  if (status !== 'succeeded') throw new ProblemError('picture_failed', detailOf(error));
  const run = await api.engine.store.get(runs, job.id);
  const path = run && pictureOfRun(run);
  if (path === undefined) throw new ProblemError('erased');
  const isFree = reused || isRepeat;
  return {
    image_url: await signed(api, (await isReleased(api, job)) ? path : previewPath(path)),
    cache_hit: isFree,
    processing_time_ms: isFree ? 0 : finishedAt - createdAt,
  };
}

/** Where the photo can be seen; '' once it is not kept any more. A picture handed out again has that of its first job. */
export async function originalUrl(api: Api, { id }: Job): Promise<string> {
  const { store, bucket } = api.engine;
  const run = await store.get(runs, id);
  const path = run && (photoOfRun(run) ?? (await photoOfFirst(api, run)));
  return path !== undefined && (await bucket.stat(path)) ? signed(api, path) : '';
}

async function photoOfFirst({ engine }: Api, { outputPath }: Run): Promise<string | undefined> {
  const stat = outputPath === undefined ? undefined : await engine.bucket.stat(outputPath);
  const picture = stat && pictureOf(stat, engine.limits.retentionMs);
  const first = picture && (await engine.store.get(runs, picture.jobId));
  return first && photoOfRun(first);
}

/** Asked right after `limitHeaders`, which has looked anew. */
export async function oldQuota({ engine, quotaReads }: Api, scopes: readonly Scope[]) {
  const { limit, remaining, warningLevel } = await poolState(quotaReads.remembered, scopes, engine.clock.now());
  return { quota_remaining: remaining, quota_limit: limit, warning_level: warningLevel };
}

export function signed({ engine }: Api, path: string): Promise<string> {
  const expiresAt = Math.floor(engine.clock.now() / URL_WINDOW_MS) * URL_WINDOW_MS + URL_LIFE_MS;
  return engine.bucket.signedReadUrl(path, { expiresAt });
}

function detailOf(error: Job['error']): { detail?: string } {
  return error === undefined ? {} : { detail: error.message };
}
