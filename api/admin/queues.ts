/**
 * The queues as they are, and their pauses. What waits is counted in the documents, for a queue cannot be asked.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { ProblemError } from '../../common/errors.ts';
import { LANES, type Lane } from '../../common/job.ts';
import { countRuns, oldestQueuedMs } from '../../common/metrics-state.ts';
import { pauseQueue, queueState, resumeQueue } from '../../common/pause.ts';
import { QUEUES, type QueueName } from '../../common/platform/queue.ts';
import type { Api } from '../api.ts';
import { readJsonBody, readOptionalJsonBody } from '../read-json.ts';
import { by } from './acting.ts';
import { checkEnd, reason, until } from './fields.ts';
import { parameter } from './page.ts';

export const pauseFields = z.strictObject({ reason, until: until.optional() });
export const resumeFields = z.strictObject({ reason: reason.optional() });

export async function listQueues(api: Api, ctx: Context): Promise<void> {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { queues: await viewQueues(api) };
}

export async function pause(api: Api, ctx: Context): Promise<void> {
  const queue = queueOf(ctx);
  const { reason: why, until: end } = await readJsonBody(ctx, pauseFields);
  checkEnd(end, api.engine.clock.now());
  const wish = { reason: why, because: 'operator', ...(end !== undefined ? { until: end } : {}) } as const;
  await pauseQueue(api.engine, queue, wish, await by(api, ctx, why));
  await answer(api, ctx, queue);
}

export async function resume(api: Api, ctx: Context): Promise<void> {
  const queue = queueOf(ctx);
  const { reason: why } = await readOptionalJsonBody(ctx, resumeFields);
  await resumeQueue(api.engine, queue, await by(api, ctx, why));
  await answer(api, ctx, queue);
}

function queueOf(ctx: Context): QueueName {
  const found = QUEUES.find(name => name === parameter(ctx, 'name', /^\w+$/));
  if (!found) throw new ProblemError('not_found');
  return found;
}

async function answer(api: Api, ctx: Context, queue: QueueName): Promise<void> {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = await viewQueue(api, queue);
}

export function viewQueues(api: Pick<Api, 'engine'>) {
  return Promise.all(QUEUES.map(queue => viewQueue(api, queue)));
}

async function viewQueue({ engine }: Pick<Api, 'engine'>, name: QueueName) {
  const lane = LANES.find(known => known === name);
  const [{ paused, noted }, waiting] = await Promise.all([queueState(engine, name), lane && waitingIn(engine, lane)]);
  return {
    name,
    state: paused ? 'paused' : 'running',
    ...(noted && {
      reason: noted.reason,
      because: noted.because,
      since: new Date(noted.since).toISOString(),
      until: noted.until === undefined ? undefined : new Date(noted.until).toISOString(),
    }),
    ...waiting,
  };
}

async function waitingIn({ store, clock }: Api['engine'], lane: Lane) {
  const [waiting, oldestMs] = await Promise.all([
    countRuns(store, { status: 'queued', lane }),
    oldestQueuedMs(store, lane, clock.now()),
  ]);
  return { waiting, oldestWaitingSeconds: oldestMs === undefined ? undefined : Math.round(oldestMs / 1_000) };
}
