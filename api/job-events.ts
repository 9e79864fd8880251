/**
 * GET /v1/jobs/{id}/events: the job as server-sent events, for clients that would rather be told than ask. Each event is
 * the whole job, so nothing is lost by a broken connection: whoever comes back is told the present state.
 */
import type { Context } from 'koa';
import type { Job } from '../common/job.ts';
import type { Api } from './api.ts';
import type { Caller } from './auth/caller.ts';
import { viewJob } from './job-view.ts';
import { findJob } from './jobs.ts';
import { answerWithStream, lastEventId } from './state-stream.ts';

export async function getEvents(api: Api, ctx: Context): Promise<void> {
  const job = await findJob(api, ctx);
  const seen = lastEventId(ctx);
  ctx.set('Cache-Control', 'private, no-store');
  // Tells a browser's own EventSource, too, that there is nothing to come back for.
  if (job.done && job.sequence <= seen) {
    ctx.status = 204;
    return;
  }
  const detailed = (ctx.state.caller as Caller).kind !== 'session';
  answerWithStream<Job>(api, ctx, {
    id: job.id,
    subscribe: onState => api.jobWatch.subscribe(job.id, onState),
    event: createJobEvents(api, { seen, detailed }),
    isDone: ({ done }) => done,
  });
}

/** The event of each state that the client does not know: another sequence, or another place or time in the queue. */
function createJobEvents(api: Api, { seen, detailed }: { seen: number; detailed: boolean }) {
  let told = seen;
  let toldQueue: string | undefined;
  return async (job: Job): Promise<string | undefined> => {
    const waiting = await api.waiting(job);
    const queue = JSON.stringify(waiting.queue ?? {});
    const moved = toldQueue !== undefined && queue !== toldQueue;
    const isNew = job.sequence > told || (job.sequence === told && moved);
    toldQueue = queue;
    if (!isNew) return undefined;
    told = job.sequence;
    const view = await viewJob(api, job, { detailed, waiting });
    return `event: job\nid: ${job.sequence}\ndata: ${JSON.stringify(view)}\n\n`;
  };
}
