/**
 * GET /v1/jobs/{id}/events: the job as server-sent events, for clients that would rather be told than ask. Each event is
 * the whole job, so nothing is lost by a broken connection: whoever comes back is told the present state.
 */
import type { Context } from 'koa';
import { ProblemError } from '../common/errors.ts';
import type { Api } from './api.ts';
import type { Caller } from './auth/caller.ts';
import { streamJob } from './job-stream.ts';
import { findJob } from './jobs.ts';

/** When there is no room for another one who waits. */
const FULL_RETRY_S = 5;
const LAST_EVENT_ID = /^\d{1,15}$/;

export async function getEvents(api: Api, ctx: Context): Promise<void> {
  const job = await findJob(api, ctx);
  const lastEventId = ctx.get('Last-Event-ID');
  const seen = LAST_EVENT_ID.test(lastEventId) ? Number(lastEventId) : 0;
  ctx.set('Cache-Control', 'private, no-store');
  // Tells a browser's own EventSource, too, that there is nothing to come back for.
  if (job.done && job.sequence <= seen) {
    ctx.status = 204;
    return;
  }
  const leave = api.waiters.enter();
  if (!leave) throw new ProblemError('overloaded', { headers: { 'Retry-After': String(FULL_RETRY_S) } });
  ctx.set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' });
  ctx.status = 200;
  // Written past Koa, for which a client that goes away in the middle of an answer is an error.
  ctx.respond = false;
  ctx.res.once('close', leave);
  ctx.res.flushHeaders();
  if (ctx.method === 'HEAD') ctx.res.end();
  else streamJob(api, ctx.res, { id: job.id, seen, detailed: (ctx.state.caller as Caller).kind !== 'session' });
}
