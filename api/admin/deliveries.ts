/**
 * The operators' view of what shops' servers were told: every event with its tries, and sending one again.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { deliveries } from '../../common/collections.ts';
import { DELIVERY_STATES, type Delivery, type DeliveryTry } from '../../common/documents.ts';
import { ProblemError } from '../../common/errors.ts';
import { rfc3339 } from '../../common/job-face.ts';
import { EVENT_ID } from '../../common/webhooks/event.ts';
import { replay } from '../../common/webhooks/replay.ts';
import type { Api } from '../api.ts';
import { parseQuery } from '../query.ts';
import { readOptionalJsonBody } from '../read-json.ts';
import { by } from './acting.ts';
import { reason } from './fields.ts';
import { nextCursor, pageFields, parameter, readPage } from './page.ts';

export const deliveriesQuery = z.strictObject({
  jobId: z
    .string()
    .regex(/^(job|batch)_[a-z0-9]{26,32}$/)
    .optional(),
  state: z.enum(DELIVERY_STATES).optional(),
  ...pageFields,
});

export const replayFields = z.strictObject({ reason: reason.optional() });

export async function listDeliveries({ engine }: Api, ctx: Context): Promise<void> {
  const { jobId, state, ...asked } = parseQuery(ctx, deliveriesQuery);
  const where = [
    ...(jobId === undefined ? [] : [['jobId', '==', jobId] as const]),
    ...(state === undefined ? [] : [['state', '==', state] as const]),
  ];
  const page = await readPage(engine.store, { from: deliveries, where, orderBy: ['createdAt', 'desc'] }, asked);
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { deliveries: page.items.map(viewDelivery), ...nextCursor(page) };
}

export async function replayDelivery(api: Api, ctx: Context): Promise<void> {
  const { reason: why } = await readOptionalJsonBody(ctx, replayFields);
  const operator = await by(api, ctx, why);
  const replayed = await replay(api.engine, parameter(ctx, 'id', EVENT_ID), operator);
  if ('refused' in replayed) throw new ProblemError(PROBLEM_OF[replayed.refused]);
  ctx.status = 202;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = viewDelivery(replayed.document);
}

const PROBLEM_OF = { missing: 'not_found', erased: 'erased', 'under way': 'delivery_under_way' } as const;

function viewDelivery(delivery: Delivery) {
  const { id, jobId, shop, type, url, state, tries, nextTryAt, occurredAt, createdAt } = delivery;
  return {
    ...{ id, jobId, shop, type, url, state },
    occurredAt: rfc3339(occurredAt),
    createdAt: rfc3339(createdAt),
    nextTryAt: nextTryAt === undefined ? undefined : rfc3339(nextTryAt),
    tries: tries.map(viewTry),
  };
}

function viewTry({ at, ms, status, error }: DeliveryTry) {
  return { at: rfc3339(at), ms, status, error };
}
