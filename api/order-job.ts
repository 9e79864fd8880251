/**
 * POST /v1/jobs/{id}/order: the shop's server says that the picture is sold, and it is kept for the order.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { ProblemError } from '../common/errors.ts';
import { type Ordered, order } from '../common/jobs/order.ts';
import type { Api } from './api.ts';
import { answerWithJob, findJob } from './jobs.ts';
import { readJsonBody } from './read-json.ts';

const ORDER_ID = /^[\x21-\x7e]{1,100}$/;

export const orderFields = z.strictObject({ orderId: z.string().regex(ORDER_ID) });

const REFUSALS = {
  missing: 'not_found',
  erased: 'erased',
  expired: 'output_expired',
  full: 'orders_full',
} as const satisfies Record<Exclude<Ordered['kind'], 'ordered'>, string>;

export async function orderJob(api: Api, ctx: Context): Promise<void> {
  const { id } = await findJob(api, ctx);
  const { orderId } = await readJsonBody(ctx, orderFields);
  const ordered = await order(api.engine, id, orderId);
  if (ordered.kind !== 'ordered') throw new ProblemError(REFUSALS[ordered.kind]);
  await answerWithJob(api, ctx, ordered.job);
}
