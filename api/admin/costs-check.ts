/**
 * GET /v1/admin/costs/check and POST /v1/admin/costs/rebuild: what was booked of some days held against the ledgers, and
 * mended by them. The ledgers are read one by one, which is why nothing else asks for it.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { type CostsCheck, checkCosts, checkedSince, rebuildCosts } from '../../common/costs/check-costs.ts';
import type { Days } from '../../common/costs/days.ts';
import { refuseField } from '../../common/field-errors.ts';
import { dayOf } from '../../common/quota.ts';
import type { Api } from '../api.ts';
import { parseQuery } from '../query.ts';
import { readJsonBody } from '../read-json.ts';
import { by } from './acting.ts';
import { checkSpan, day } from './costs.ts';
import { reason } from './fields.ts';

export const costsCheckQuery = z.strictObject({ from: day, to: day.optional() });
export const costsRebuildFields = z.strictObject({ from: day, to: day.optional(), reason });

/** More than anybody reads; the number of all stands beside them. */
const SHOWN_MAX = 100;

export async function checkBooked(api: Api, ctx: Context): Promise<void> {
  const { from, to = from } = parseQuery(ctx, costsCheckQuery);
  checkDays(api, { from, to });
  answer(ctx, { from, to }, await checkCosts(api.engine, { from, to }));
}

export async function rebuildBooked(api: Api, ctx: Context): Promise<void> {
  const { from, to = from, reason: why } = await readJsonBody(ctx, costsRebuildFields);
  checkDays(api, { from, to });
  answer(ctx, { from, to }, await rebuildCosts(api.engine, { from, to }, await by(api, ctx, why)));
}

function checkDays({ engine }: Api, days: Days): void {
  checkSpan(days);
  const since = dayOf(checkedSince(engine, engine.clock.now()));
  if (days.from <= since) refuseField('from', `expected a day after ${since}: older ledgers are being deleted`);
}

function answer(ctx: Context, days: Days, { runs, differences, moving }: CostsCheck): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { ...days, runs, differing: differences.length, differences: differences.slice(0, SHOWN_MAX), moving };
}
