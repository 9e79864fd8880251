/**
 * `Prefer: wait=n` (RFC 7240): the answer is held back for up to n seconds, until there is something to tell.
 */
import type { Context } from 'koa';
import type { Job } from '../common/job.ts';
import type { Api } from './api.ts';

/** Cloud Run ends a request after 60 s, and many proxies one that is silent for 30. */
export const WAIT_MAX_S = 20;

/** Seconds to wait; 0 without the header, or with one that is not understood (a preference may be ignored). */
export function waitSeconds(ctx: Context): number {
  const wait = /(?:^|[,;\s])wait=(\d{1,4})(?=$|[,;\s])/i.exec(ctx.get('Prefer'))?.[1];
  return Math.min(WAIT_MAX_S, Number(wait ?? 0));
}

/** The job once `enough` accepts it, or as it was when the time is over or the client has gone. */
export async function waitFor(
  { jobWatch, closing }: Api,
  ctx: Context,
  job: Job,
  enough: (job: Job) => boolean,
): Promise<Job> {
  const seconds = waitSeconds(ctx);
  if (seconds === 0) return job;
  ctx.set('Preference-Applied', `wait=${seconds}`);
  if (enough(job)) return job;
  const gone = new AbortController();
  const leave = () => gone.abort();
  ctx.res.once('close', leave);
  const changed = await jobWatch.until(job.id, enough, {
    ms: seconds * 1_000,
    signal: AbortSignal.any([gone.signal, closing]),
  });
  ctx.res.off('close', leave);
  return changed ?? job;
}
