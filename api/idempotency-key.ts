/**
 * The Idempotency-Key header (IETF draft 07): a quoted string, or bare as most clients send it.
 */
import type { Context } from 'koa';
import { ProblemError } from '../common/errors.ts';

/** Undefined without the header. Throws `idempotency_key_invalid`. */
export function idempotencyKey(ctx: Context): string | undefined {
  const header = ctx.req.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const text = String(header).trim();
  const key = /^".*"$/.test(text) ? text.slice(1, -1).replace(/\\(["\\])/g, '$1') : text;
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) throw new ProblemError('idempotency_key_invalid');
  return key;
}
