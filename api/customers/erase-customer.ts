/**
 * DELETE /v1/customers/{id}: everything of a customer is to go. The answer is a promise that outlives the process; what has
 * become of it tells GET /v1/privacy-requests/{id}.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { askErasure } from '../../common/privacy/ask-erasure.ts';
import { actingKey, actorOf } from '../admin/acting.ts';
import { reason } from '../admin/fields.ts';
import type { Api } from '../api.ts';
import type { Caller } from '../auth/caller.ts';
import { parseQuery } from '../query.ts';
import { readOptionalJsonBody } from '../read-json.ts';
import { customerOf, shopQuery } from './customer-of.ts';
import { viewRequest } from './privacy-requests.ts';

const RETRY_AFTER_S = 5;

export const eraseFields = z.strictObject({ reason: reason.optional() });

export async function eraseCustomer(api: Api, ctx: Context): Promise<void> {
  const { shop: named } = parseQuery(ctx, shopQuery);
  const { shop, customer } = await customerOf(api, ctx, named);
  const { reason: why } = await readOptionalJsonBody(ctx, eraseFields);
  const asked = (ctx.state.caller as Caller).kind === 'admin' ? 'operator' : 'server';
  const by = { actor: actorOf(await actingKey(api, ctx)), ...(why === undefined ? {} : { reason: why }) };
  const request = await askErasure(api.engine, { shop, customer, asked, by });
  ctx.set({ 'Cache-Control': 'no-store', 'Retry-After': String(RETRY_AFTER_S) });
  ctx.set('Location', `/v1/privacy-requests/${request.id}`);
  ctx.status = 202;
  ctx.body = await viewRequest(api, request);
}
