/**
 * What the present month is going to cost, and how many pictures today's budget still has room for: both from the last
 * seven days, so that every day of the week counts once. Pure; an estimate, not a promise.
 */
import { type BudgetState, SHARES, type Share } from '../budget.ts';
import { sumOf } from './cost-report.ts';
import { addDays, type Days, daysOfMonth, eachDay, monthOf } from './days.ts';
import type { Entry } from './read-costs.ts';

const LOOK_BACK_DAYS = 7;

/** The last days that are over, which a forecast rests on. */
export function lookBack(today: string): Days {
  return { from: addDays(today, -LOOK_BACK_DAYS), to: addDays(today, -1) };
}

export interface Forecast {
  /** The month's last day. */
  readonly until: string;
  /** Of the whole month, what it has cost so far included. */
  readonly microUsd: number;
  readonly microUsdPerDay: number;
  /** Days that are over and that it rests on: fewer than seven where the first booking is younger. */
  readonly basedOnDays: number;
}

/**
 * `entries` of the present month and of `lookBack`. What is left of today costs at least what an average day leaves;
 * undefined where no day with a booking is over yet.
 */
export function forecastMonth(entries: readonly Entry[], today: string): Forecast | undefined {
  const back = lookBack(today);
  const known = entries.filter(({ day }) => day >= back.from && day <= back.to);
  const first = known.map(({ day }) => day).sort()[0];
  if (first === undefined) return undefined;
  const basedOnDays = eachDay({ from: first, to: back.to }).length;
  const perDay = sumOf(known).microUsd / basedOnDays;
  const { from, to } = daysOfMonth(monthOf(today));
  const spent = (days: Days) => sumOf(entries.filter(({ day }) => day >= days.from && day <= days.to)).microUsd;
  const ahead = eachDay({ from: addDays(today, 1), to }).length;
  const ofToday = Math.max(spent({ from: today, to: today }), perDay);
  const microUsd = spent({ from, to: addDays(today, -1) }) + ofToday + ahead * perDay;
  return { until: to, microUsd: Math.round(microUsd), microUsdPerDay: Math.round(perDay), basedOnDays };
}

/** Undefined where pictures cost nothing, or nobody knows what. A share stops only when it is used up. */
export function picturesLeft(
  { spentMicroUsd: spent, capMicroUsd: cap }: BudgetState,
  eachMicroUsd: number | undefined,
): { readonly [share in Share]: number } | undefined {
  if (cap === undefined || eachMicroUsd === undefined || eachMicroUsd <= 0) return undefined;
  const left = Object.entries(SHARES).map(([share, percent]) => {
    const room = (cap * percent) / 100 - spent;
    return [share, Math.max(0, Math.ceil(room / eachMicroUsd))];
  });
  return Object.fromEntries(left) as { [share in Share]: number };
}
