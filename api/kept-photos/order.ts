/**
 * POST /v1/uploads/{id}/order: the shop's server says that a kept photo was ordered, and that its picture is owed.
 */
import type { Context } from 'koa';
import { ProblemError } from '../../common/errors.ts';
import { orderPhoto } from '../../common/kept-photos/order.ts';
import type { Api } from '../api.ts';
import { orderFields } from '../order-job.ts';
import { readJsonBody } from '../read-json.ts';
import { findOwnUpload } from './find.ts';
import { viewPhoto } from './view.ts';

export async function orderUpload(api: Api, ctx: Context): Promise<void> {
  const { id } = await findOwnUpload(api, ctx);
  const { orderId } = await readJsonBody(ctx, orderFields);
  const ordered = await orderPhoto(api.engine, id, orderId);
  if (ordered.kind !== 'ordered') throw new ProblemError(ordered.kind === 'full' ? 'orders_full' : 'not_found');
  ctx.set('Cache-Control', 'no-store');
  ctx.body = viewPhoto(ordered.upload);
}
