/**
 * The day's spend against its budget, of the service or of a shop (`?shop=`), and the override of it.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import {
  type BudgetState,
  budgetState,
  hasRoom,
  overrideId,
  SHARES,
  type Share,
  THRESHOLDS,
  usualCapMicroUsd,
} from '../../common/budget.ts';
import { OVERRIDE_AHEAD_MAX_MS, overrideBudget, resetBudget } from '../../common/budget-override.ts';
import { shops } from '../../common/collections.ts';
import { refuseField } from '../../common/field-errors.ts';
import { dayOf, endOfDay } from '../../common/quota.ts';
import { activeSwitch } from '../../common/switches.ts';
import type { Api } from '../api.ts';
import { parseQuery } from '../query.ts';
import { readJsonBody } from '../read-json.ts';
import { by } from './acting.ts';
import { checkEnd, microUsdOf, reason, reasonQuery, shopId, until, usd, usdOf } from './fields.ts';

export const budgetQuery = z.strictObject({ shop: shopId.optional() });
export const resetQuery = budgetQuery.extend(reasonQuery.shape);
export const overrideFields = z.strictObject({ usd, until, reason });

export async function showBudget(api: Api, ctx: Context): Promise<void> {
  const { shop } = parseQuery(ctx, budgetQuery);
  await checkShop(api, shop);
  await answer(api, ctx, shop);
}

export async function raiseBudget(api: Api, ctx: Context): Promise<void> {
  const { shop } = parseQuery(ctx, budgetQuery);
  const { usd: dollars, until: end, reason: why } = await readJsonBody(ctx, overrideFields);
  checkEnd(end, api.engine.clock.now(), OVERRIDE_AHEAD_MAX_MS);
  const wish = { microUsd: microUsdOf(dollars), until: end, ...(shop !== undefined ? { shop } : {}) };
  const set = await overrideBudget(api.engine, wish, { ...(await by(api, ctx)), reason: why });
  if ('refused' in set) refuseShop(shop);
  await answer(api, ctx, shop);
}

export async function clearOverride(api: Api, ctx: Context): Promise<void> {
  const { shop, reason: why } = parseQuery(ctx, resetQuery);
  await checkShop(api, shop);
  await resetBudget(api.engine, shop, await by(api, ctx, why));
  await answer(api, ctx, shop);
}

async function answer(api: Api, ctx: Context, shop: string | undefined): Promise<void> {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = await viewBudget(api, shop);
}

export async function viewBudget({ engine }: Pick<Api, 'engine'>, shop?: string) {
  const now = engine.clock.now();
  const [state, usual, override] = await Promise.all([
    budgetState(engine, now, shop),
    usualCapMicroUsd(engine, shop),
    activeSwitch(engine.store, overrideId(shop), now),
  ]);
  const { spentMicroUsd: spent, capMicroUsd: cap } = state;
  return {
    shop,
    day: dayOf(now),
    resetAt: new Date(endOfDay(now)).toISOString(),
    spentUsd: usdOf(spent),
    capUsd: cap === undefined ? null : usdOf(cap),
    usualUsd: usual === undefined ? null : usdOf(usual),
    override: override && {
      usd: usdOf(override.microUsd ?? 0),
      reason: override.reason,
      since: new Date(override.since).toISOString(),
      until: new Date(override.until ?? endOfDay(now)).toISOString(),
    },
    shares: sharesOf(state),
    reachedPercent: THRESHOLDS.findLast(percent => cap !== undefined && spent * 100 >= cap * percent) ?? 0,
  };
}

function sharesOf(state: BudgetState) {
  const { capMicroUsd: cap } = state;
  const shares = Object.entries(SHARES).map(([share, percent]) => {
    const limit = cap === undefined ? null : usdOf((cap * percent) / 100);
    return [share, { percent, limitUsd: limit, open: hasRoom(state, share as Share) }];
  });
  return Object.fromEntries(shares) as {
    [share in Share]: { percent: number; limitUsd: number | null; open: boolean };
  };
}

async function checkShop({ engine }: Api, shop: string | undefined): Promise<void> {
  if (shop !== undefined && !(await engine.store.get(shops, shop))) refuseShop(shop);
}

function refuseShop(shop: string | undefined): never {
  return refuseField('shop', `there is no shop "${shop}"`);
}
