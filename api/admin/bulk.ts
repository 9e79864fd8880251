/**
 * Bulk actions over HTTP: plan, look, apply with the plan's token, watch, abort. Each may be pressed twice.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { abortBulk, applyBulk } from '../../common/bulk/apply-bulk.ts';
import { BULK_ID, BULK_VERBS, type BulkAction } from '../../common/bulk/bulk-action.ts';
import { PLAN_GOOD_MS, planBulk, RATE_DEFAULT } from '../../common/bulk/plan-bulk.ts';
import { bulkActions } from '../../common/collections.ts';
import { ProblemError } from '../../common/errors.ts';
import { refuseField } from '../../common/field-errors.ts';
import { rfc3339 } from '../../common/job-face.ts';
import type { Api } from '../api.ts';
import { parseQuery } from '../query.ts';
import { readJsonBody, readOptionalJsonBody } from '../read-json.ts';
import { by } from './acting.ts';
import { viewBudget } from './budget.ts';
import { reason, usdOf } from './fields.ts';
import { filterFields, filterOf } from './jobs.ts';
import { nextCursor, pageFields, parameter, readPage } from './page.ts';
import { checkWish, wishFields } from './wish.ts';

const RATE_MAX = 50;
/** What a page shows that is live: those under way, and those that have just ended. */
const LIVE_ACTIONS = 10;

export const planFields = z
  .strictObject({ action: z.enum(BULK_VERBS), filter: z.strictObject(filterFields), reason, ...wishFields })
  .refine(({ filter }) => Object.keys(filter).length > 0, {
    path: ['filter'],
    message: 'expected at least one condition, such as {"status": "failed"}',
  });
export const applyFields = z.strictObject({
  token: z.string().min(1).max(128),
  ratePerSecond: z.int().min(1).max(RATE_MAX).default(RATE_DEFAULT),
});
export const abortFields = z.strictObject({ reason: reason.optional() });
export const bulkQuery = z.strictObject(pageFields);

export async function makePlan(api: Api, ctx: Context): Promise<void> {
  const { action, filter, reason: why, ...wish } = await readJsonBody(ctx, planFields);
  checkWish(api, wish);
  if (action !== 'retry' && Object.keys(wish).length > 0)
    refuseField(Object.keys(wish)[0] ?? '', 'goes with retry alone');
  const operator = await by(api, ctx);
  const asked = Object.fromEntries(Object.entries(filter).map(([field, value]) => [field, textOf(value ?? '')]));
  const plan = { action, asked, wish, filter: filterOf(api, filter) };
  const { document, token } = await planBulk(api.engine, plan, { ...operator, reason: why });
  ctx.status = 201;
  ctx.set('Location', `/v1/admin/bulk-actions/${document.id}`);
  answer(ctx, { ...viewAction(api, document), token, budget: await viewBudget(api) });
}

export async function apply(api: Api, ctx: Context): Promise<void> {
  const id = parameter(ctx, 'id', BULK_ID);
  const operator = await by(api, ctx);
  const { reason: why } = await actionOf(api, id);
  const { token, ratePerSecond: rate } = await readJsonBody(ctx, applyFields);
  const applied = await applyBulk(api.engine, id, { token, rate, by: { ...operator, reason: why } });
  if ('document' in applied) {
    ctx.status = 202;
    return answer(ctx, viewAction(api, applied.document));
  }
  if (applied.refused === 'another token') refuseField('token', 'expected the token that came with this plan');
  throw new ProblemError(applied.refused === 'outdated' ? 'plan_outdated' : 'not_found');
}

export async function abort(api: Api, ctx: Context): Promise<void> {
  const id = parameter(ctx, 'id', BULK_ID);
  const { reason: why } = await readOptionalJsonBody(ctx, abortFields);
  const aborted = await abortBulk(api.engine, id, await by(api, ctx, why));
  if ('refused' in aborted) throw new ProblemError('not_found');
  answer(ctx, viewAction(api, aborted.document));
}

export async function showAction(api: Api, ctx: Context): Promise<void> {
  answer(ctx, viewAction(api, await actionOf(api, parameter(ctx, 'id', BULK_ID))));
}

export async function listActions(api: Api, ctx: Context): Promise<void> {
  const query = { from: bulkActions, orderBy: ['createdAt', 'desc'] } as const;
  const page = await readPage(api.engine.store, query, parseQuery(ctx, bulkQuery));
  answer(ctx, { actions: page.items.map(action => viewAction(api, action)), ...nextCursor(page) });
}

/** The newest ones, for pages that show them live. */
export async function viewLiveActions(api: Pick<Api, 'engine'>) {
  const newest = { from: bulkActions, orderBy: ['createdAt', 'desc'], limit: LIVE_ACTIONS } as const;
  const { items } = await api.engine.store.list(newest);
  return items.map(action => viewAction(api, action));
}

async function actionOf({ engine }: Api, id: string): Promise<BulkAction> {
  const found = await engine.store.get(bulkActions, id);
  if (!found) throw new ProblemError('not_found');
  return found;
}

function viewAction({ engine }: Pick<Api, 'engine'>, document: BulkAction) {
  const { id, action, state, filter, wish, reason: why, actor, plan, rate, position, done, skipped } = document;
  const { estimateMicroUsd, ...counts } = plan;
  const left = state === 'running' ? plan.eligible - position : 0;
  const goodUntil = document.createdAt + PLAN_GOOD_MS;
  return {
    ...{ id, action, state, filter, ...wish, reason: why, actor },
    frozenAt: rfc3339(document.createdAt),
    goodUntil: state === 'planned' ? rfc3339(goodUntil) : undefined,
    outdated: state === 'planned' && engine.clock.now() > goodUntil ? true : undefined,
    plan: { ...counts, estimateUsd: usdOf(estimateMicroUsd) },
    ratePerSecond: rate,
    progress: { total: plan.eligible, looked: position, done, skipped },
    etaSeconds: left > 0 ? Math.ceil(left / rate) : undefined,
    appliedAt: document.appliedAt === undefined ? undefined : rfc3339(document.appliedAt),
    appliedBy: document.appliedBy,
    endedAt: document.endedAt === undefined ? undefined : rfc3339(document.endedAt),
  };
}

function textOf(value: string | number): string {
  return typeof value === 'number' ? rfc3339(value) : value;
}

function answer(ctx: Context, body: unknown): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = body;
}
