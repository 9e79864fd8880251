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

/** The job once `enough` accepts it, or as it was when the time is over, the client has gone, or too many wait already. */
export async function waitFor(
  { jobWatch, waiters, closing }: Api,
  ctx: Context,
  job: Job,
  enough: (job: Job) => boolean,
): Promise<Job> {
  const seconds = waitSeconds(ctx);
  if (seconds === 0) return job;
  const leave = enough(job) ? undefined : waiters.enter();
  if (!enough(job) && !leave) return job;
  ctx.set('Preference-Applied', `wait=${seconds}`);
  if (!leave) return job;
  const gone = new AbortController();
  const goAway = () => gone.abort();
  ctx.res.once('close', goAway);
  const changed = await jobWatch.until(job.id, enough, {
    ms: seconds * 1_000,
    signal: AbortSignal.any([gone.signal, closing]),
  });
  ctx.res.off('close', goAway);
  leave();
  return changed ?? job;
}
