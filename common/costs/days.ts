/**
 * Days of the calendar in UTC as `YYYY-MM-DD`, and months as `YYYY-MM`: what costs are kept and asked for by.
 */
import { DAY_MS } from '../limits.ts';
import { dayOf } from '../quota.ts';

/** Both inclusive. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** Every day of them, in order; none where `to` is before `from`. */
export function eachDay({ from, to }: Days): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

export function addDays(day: string, count: number): string {
  return dayOf(Date.parse(day) + count * DAY_MS);
}

/** The month's first and last day. */
export function daysOfMonth(month: string): Days {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return { from: `${month}-01`, to: dayOf(Date.UTC(year, number, 0)) };
}

export function monthOf(day: string): string {
  return day.slice(0, 'YYYY-MM'.length);
}
