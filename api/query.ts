/**
 * Reads a query string by a schema; unknown parameters are refused like unknown fields.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { fieldErrors } from '../common/field-errors.ts';

/** Throws `fields_invalid` with one entry for each bad parameter. */
export function parseQuery<S extends z.ZodType>(ctx: Context, schema: S): z.output<S> {
  const parsed = schema.safeParse({ ...ctx.query });
  if (!parsed.success) throw fieldErrors(parsed.error);
  return parsed.data;
}

const UNIT_S: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** A span such as `90s`, `15m`, `24h` or `7d`, in milliseconds. */
export function duration({ maxMs }: { maxMs: number }) {
  return z
    .string()
    .regex(/^\d{1,6}[smhd]$/, 'expected a span such as 15m, 24h or 7d')
    .transform(text => Number(text.slice(0, -1)) * (UNIT_S[text.slice(-1)] ?? 0) * 1_000)
    .refine(ms => ms > 0 && ms <= maxMs, { message: `expected a span of up to ${maxMs / 86_400_000} days` });
}

/** A moment in RFC 3339, in milliseconds. */
export const moment = z.iso.datetime({ offset: true }).transform(text => Date.parse(text));
