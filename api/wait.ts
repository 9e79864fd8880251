/**
 * `Prefer: wait=n` (RFC 7240): the answer is held back for up to n seconds, until there is something to tell.
 */
import type { Context } from 'koa';
import type { Job } from '../common/job.ts';
import { untilAccepted } from '../common/watch-document.ts';
import type { Api } from './api.ts';

/** Cloud Run ends a request after 60 s, and many proxies one that is silent for 30. */
export const WAIT_MAX_S = 20;

/** Seconds to wait; 0 without the header, or with one that is not understood (a preference may be ignored). */
export function waitSeconds(ctx: Context): number {
  const wait = /(?:^|[,;\s])wait=(\d{1,4})(?=$|[,;\s])/i.exec(ctx.get('Prefer'))?.[1];
  return Math.min(WAIT_MAX_S, Number(wait ?? 0));
}

/** The job once `enough` accepts it, or as it was when the time is over, the client has gone, or too many wait already. */
export function waitFor(api: Api, ctx: Context, job: Job, enough: (job: Job) => boolean): Promise<Job> {
  return holdFor(api, ctx, job, { enough, subscribe: onChange => api.jobWatch.subscribe(job.id, onChange) });
}

/** The same for anything that changes and can be watched. */
export async function holdFor<S>(api: Api, ctx: Context, state: S, watched: Watched<S>): Promise<S> {
  const seconds = waitSeconds(ctx);
  if (seconds === 0 || ctx.res.closed) return state;
  const isEnough = watched.enough(state);
  const leave = isEnough ? undefined : api.waiters.enter();
  if (!isEnough && !leave) return state;
  ctx.set('Preference-Applied', `wait=${seconds}`);
  if (!leave) return state;
  // Given back however the wait ends.
  const changed = await holdOpen(api, ctx, { ...watched, ms: seconds * 1_000 }).finally(leave);
  return changed ?? state;
}

/** The first state that is enough; undefined when the time is over, the client has gone or the process is to end. */
export async function holdOpen<S>(
  { engine, closing }: Pick<Api, 'engine' | 'closing'>,
  ctx: Context,
  { enough, subscribe, ms }: Watched<S> & { readonly ms: number },
): Promise<S | undefined> {
  // Whoever went while the body was read is not heard of again.
  if (ctx.res.closed) return undefined;
  const gone = new AbortController();
  const goAway = () => gone.abort();
  ctx.res.once('close', goAway);
  const signal = AbortSignal.any([gone.signal, closing]);
  const changed = await untilAccepted(subscribe, enough, { clock: engine.clock, ms, signal });
  ctx.res.off('close', goAway);
  return changed;
}

interface Watched<S> {
  readonly enough: (state: S) => boolean;
  readonly subscribe: (onState: (state: S | undefined) => void) => () => void;
}
