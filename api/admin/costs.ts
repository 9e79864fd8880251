/**
 * GET /v1/admin/costs: what a span of days has cost, by day, style, model, shop or tier, as JSON or CSV; with it the
 * present month's forecast, and how many pictures today's budget has room for. Reads what was booked, and no job.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { type BudgetState, budgetState } from '../../common/budget.ts';
import { BY, type CostRow, costReport, priceEach, shareReused, sumOf } from '../../common/costs/cost-report.ts';
import { addDays, type Days, daysOfMonth, eachDay, monthOf } from '../../common/costs/days.ts';
import { type Forecast, forecastMonth, lookBack, picturesLeft } from '../../common/costs/forecast.ts';
import type { Figures } from '../../common/costs/ledger.ts';
import { type Entry, readCosts } from '../../common/costs/read-costs.ts';
import { refuseField } from '../../common/field-errors.ts';
import { estimateMicroUsd } from '../../common/models.ts';
import { dayOf } from '../../common/quota.ts';
import type { Api } from '../api.ts';
import { parseQuery } from '../query.ts';
import { costsCsv } from './costs-csv.ts';
import { usdOf } from './fields.ts';

/** A quarter: each day is as many reads as it has shards. */
export const COST_DAYS_MAX = 92;

/** Years that a slip of the pen does not reach; four digits, so that days can be compared as texts. */
export const day = z.iso.date().regex(/^20/, 'expected a day such as 2026-11-23');
const month = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'expected a month such as 2026-11');

export const costsQuery = z.strictObject({
  month: month.optional(),
  from: day.optional(),
  to: day.optional(),
  by: z.enum(BY).default('day'),
  format: z.enum(['json', 'csv']).optional(),
});

export async function showCosts(api: Api, ctx: Context): Promise<void> {
  const query = parseQuery(ctx, costsQuery);
  const today = dayOf(api.engine.clock.now());
  const days = daysAsked(query, today);
  const seen = await readAll(api, days, today);
  // Of the days that have not come nothing can be told.
  const report = costReport(seen.entries, { from: days.from, to: days.to < today ? days.to : today }, query.by);
  ctx.set('Cache-Control', 'no-store');
  ctx.vary('Accept');
  if ((query.format ?? ctx.accepts(['json', 'csv'])) === 'csv') {
    ctx.set('Content-Type', 'text/csv; charset=utf-8; header=present');
    ctx.attachment(`easel-costs-${nameOf(days)}-by-${query.by}.csv`);
    ctx.body = costsCsv(query.by, report.rows);
    return;
  }
  ctx.body = {
    ...days,
    by: query.by,
    total: viewFigures(report.total),
    rows: report.rows.map(viewRow),
    forecast: isPresentMonth(days, today) ? viewForecast(forecastMonth(seen.entries, today)) : undefined,
    today: viewToday(api, seen, today),
  };
}

/** The present month unless the query says otherwise. */
function daysAsked({ month: asked, from, to }: z.output<typeof costsQuery>, today: string): Days {
  if (asked !== undefined) {
    if (from !== undefined || to !== undefined) refuseField('month', 'expected either a month, or from and to');
    return daysOfMonth(asked);
  }
  if (from === undefined && to === undefined) return daysOfMonth(monthOf(today));
  if (from === undefined) return refuseField('from', 'expected the first day beside the last');
  const days = { from, to: to ?? today };
  checkSpan(days);
  return days;
}

/** Refuses an end before the beginning, and more days than are read at once. */
export function checkSpan({ from, to }: Days): void {
  if (to < from) refuseField('to', `expected ${from} or later`);
  if (to > addDays(from, COST_DAYS_MAX - 1)) refuseField('to', `expected at most ${COST_DAYS_MAX} days, both included`);
}

interface Seen {
  readonly entries: readonly Entry[];
  readonly budget: BudgetState;
}

/** Beside what was asked for, the days that forecast and price rest on. */
async function readAll({ engine }: Api, days: Days, today: string): Promise<Seen> {
  const wanted = new Set([...eachDay(lookBack(today)), today, ...eachDay(days)]);
  const [entries, budget] = await Promise.all([
    readCosts(
      engine,
      [...wanted].filter(one => one <= today),
    ),
    budgetState(engine, engine.clock.now()),
  ]);
  return { entries, budget };
}

function isPresentMonth({ from, to }: Days, today: string): boolean {
  const present = daysOfMonth(monthOf(today));
  return from === present.from && to >= today && to <= present.to;
}

function viewRow({ key, ...figures }: CostRow) {
  return { key, ...viewFigures(figures) };
}

function viewFigures(figures: Figures) {
  const { microUsd, possiblyMicroUsd, attempts, pictures, reused } = figures;
  const each = priceEach(figures);
  return {
    spentUsd: usdOf(microUsd),
    possiblyUsd: usdOf(possiblyMicroUsd),
    pictures,
    priceEachUsd: each === undefined ? null : usdOf(Math.round(each)),
    reused,
    reusedShare: shareReused(figures) ?? null,
    attempts,
  };
}

function viewForecast(forecast: Forecast | undefined) {
  if (!forecast) return undefined;
  const { until, microUsd, microUsdPerDay, basedOnDays } = forecast;
  return { until, usd: usdOf(microUsd), perDayUsd: usdOf(microUsdPerDay), basedOnDays };
}

function viewToday(api: Api, { entries, budget }: Seen, today: string) {
  const { settings } = api.engine;
  const { spentMicroUsd: spent, capMicroUsd: cap = 0 } = budget;
  const each = priceOfLate(api, entries, today);
  return {
    day: today,
    spentUsd: usdOf(spent),
    capUsd: usdOf(cap),
    leftUsd: usdOf(Math.max(0, cap - spent)),
    priceEachUsd: each === undefined ? null : usdOf(Math.round(each)),
    picturesLeft: picturesLeft(budget, each) ?? null,
    quotaPerShopper: settings.quotaPerDay,
  };
}

/** Of the last seven days and today; what the default model is expected to take, where nothing was drawn. */
function priceOfLate({ engine, defaultModel }: Api, entries: readonly Entry[], today: string): number | undefined {
  const { from } = lookBack(today);
  const price = priceEach(sumOf(entries.filter(entry => entry.day >= from && entry.day <= today)));
  const model = engine.catalogue.get(defaultModel);
  return price ?? (model && estimateMicroUsd(model, model.sizes[0] ?? ''));
}

function nameOf(days: Days): string {
  const whole = daysOfMonth(monthOf(days.from));
  return whole.from === days.from && whole.to === days.to ? monthOf(days.from) : `${days.from}-to-${days.to}`;
}
