/**
 * Fields that several of the operators' requests share.
 */
import { z } from 'zod';
import { refuseField } from '../../common/field-errors.ts';
import { holdsKey } from '../../common/keys.ts';
import { isOrigin, SHOP_ID } from '../../common/shops.ts';
import { moment } from '../query.ts';

/** As in the settings: bounds that catch slips of the pen, not unusual wishes. */
const USD_MAX = 1_000_000;
const QUOTA_MAX = 1_000_000;
const REASON_MAX = 500;
const ORIGINS_MAX = 50;

/**
 * One line for people. Control characters would only garble what is made of it: a list, a log. A key that was pasted in
 * would stand there for everybody to read.
 */
export function line(max: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(text => !/\p{Cc}/u.test(text), { message: 'expected one line without control characters' })
    .refine(text => !holdsKey(text), { message: 'expected no key in it: many can read this' });
}

export const reason = line(REASON_MAX);
export const until = moment;
export const shopId = z.string().regex(SHOP_ID);
export const usd = z.number().min(0).max(USD_MAX);
export const quota = z.int().min(0).max(QUOTA_MAX);

export const origins = z
  .array(
    z.string().max(300).refine(isOrigin, {
      message: 'expected an origin such as https://shop.example: lower case, without a path, wildcard or usual port',
    }),
  )
  .max(ORIGINS_MAX)
  .refine(list => new Set(list).size === list.length, { message: 'expected each origin once' });

export const reasonQuery = z.strictObject({ reason: reason.optional() });

export function microUsdOf(dollars: number): number {
  return Math.round(dollars * 1_000_000);
}

export function usdOf(microUsd: number): number {
  return microUsd / 1_000_000;
}

/** Refuses an end that is past, or further away than `maxMs`. */
export function checkEnd(end: number | undefined, nowMs: number, maxMs = Number.POSITIVE_INFINITY): void {
  if (end === undefined) return;
  if (end <= nowMs) refuseField('until', 'expected a moment in the future');
  if (end - nowMs > maxMs) refuseField('until', `expected a moment at most ${maxMs / 86_400_000} days from now`);
}
