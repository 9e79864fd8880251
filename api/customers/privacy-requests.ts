/**
 * /v1/privacy-requests: what was asked for about persons' data and how far it is. A shop's server sees those of its shop,
 * an operator all; what waits for a person is closed by one.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { privacyRequests } from '../../common/collections.ts';
import { ProblemError } from '../../common/errors.ts';
import { rfc3339 } from '../../common/job-face.ts';
import type { Query } from '../../common/platform/store.ts';
import { countJobs } from '../../common/privacy/ask-erasure.ts';
import { closeRequest } from '../../common/privacy/hand-over.ts';
import { PRIVACY_ID, PRIVACY_STATES, type PrivacyRequest } from '../../common/privacy/privacy-request.ts';
import { actingKey, actorOf } from '../admin/acting.ts';
import { reason } from '../admin/fields.ts';
import { nextCursor, pageFields, parameter, readPage } from '../admin/page.ts';
import type { Api } from '../api.ts';
import type { Caller } from '../auth/caller.ts';
import { parseQuery } from '../query.ts';
import { readOptionalJsonBody } from '../read-json.ts';

export const requestsQuery = z.strictObject({ state: z.enum(PRIVACY_STATES).optional(), ...pageFields });
export const closeFields = z.strictObject({ reason: reason.optional() });

export async function listRequests(api: Api, ctx: Context): Promise<void> {
  const { state, ...page } = parseQuery(ctx, requestsQuery);
  const caller = ctx.state.caller as Caller;
  const where: NonNullable<Query<PrivacyRequest>['where']> = [
    ...(caller.kind === 'server' ? [['shop', '==', caller.shop] as const] : []),
    ...(state === undefined ? [] : [['state', '==', state] as const]),
  ];
  const query = { from: privacyRequests, where, orderBy: ['createdAt', 'desc'] } as const;
  const found = await readPage(api.engine.store, query, page);
  const requests = await Promise.all(found.items.map(request => viewRequest(api, request)));
  answer(ctx, { requests, ...nextCursor(found) });
}

export async function showRequest(api: Api, ctx: Context): Promise<void> {
  answer(ctx, await viewRequest(api, await requestOf(api, ctx)));
}

/** An erasure ends by itself; of one that was closed already nothing changes. */
export async function postClose(api: Api, ctx: Context): Promise<void> {
  const { id } = await requestOf(api, ctx);
  const { reason: why } = await readOptionalJsonBody(ctx, closeFields);
  const by = { actor: actorOf(await actingKey(api, ctx)), ...(why === undefined ? {} : { reason: why }) };
  const closed = await closeRequest(api.engine, id, by);
  if ('refused' in closed) throw new ProblemError(closed.refused === 'running' ? 'request_running' : 'not_found');
  answer(ctx, await viewRequest(api, closed.document));
}

async function requestOf({ engine }: Api, ctx: Context): Promise<PrivacyRequest> {
  const caller = ctx.state.caller as Caller;
  const found = await engine.store.get(privacyRequests, parameter(ctx, 'id', PRIVACY_ID));
  if (!found || (caller.kind === 'server' && found.shop !== caller.shop)) throw new ProblemError('not_found');
  return found;
}

/** The customer is named while somebody has to look for their data, and never of an erasure. */
export async function viewRequest({ engine }: Pick<Api, 'engine'>, request: PrivacyRequest) {
  const { id, kind, state, shop, asked, customer, orderIds, createdAt, doneAt } = request;
  const isOpen = kind === 'hand-over' && state === 'open';
  return {
    ...{ id, kind, state, shop, asked, createdAt: rfc3339(createdAt) },
    ...(doneAt === undefined ? {} : { doneAt: rfc3339(doneAt) }),
    ...(isOpen && customer !== undefined ? { customerId: customer } : {}),
    ...(isOpen && orderIds ? { orderIds } : {}),
    jobs: await jobsOf(engine, request),
    links: {
      self: `/v1/privacy-requests/${id}`,
      ...(isOpen && customer !== undefined ? { export: exportLink(request, customer) } : {}),
    },
  };
}

/** Of a shop it is not known how many are left: its tombstones are the shop's still. */
async function jobsOf(engine: Api['engine'], { kind, state, shop, ownerUid, total, erased }: PrivacyRequest) {
  if (kind === 'hand-over') return { total };
  if (kind === 'erase-shop' || ownerUid === undefined) return { total, erased };
  const left = state === 'running' ? await countJobs(engine, { shop, ownerUid }) : 0;
  return { total, left, ofOrders: erased };
}

function exportLink({ shop, orderIds }: PrivacyRequest, customer: string): string {
  const query = new URLSearchParams({ shop, ...(orderIds ? { orderIds: orderIds.join(',') } : {}) });
  return `/v1/customers/${encodeURIComponent(customer)}/export?${query}`;
}

function answer(ctx: Context, body: unknown): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = body;
}
