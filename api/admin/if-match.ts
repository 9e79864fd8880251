/**
 * What an action is bound to: the number in the ETag of the document as the operator saw it.
 */
import type { Context } from 'koa';
import { ProblemError } from '../../common/errors.ts';

/** A weak one will do. `*` says that it may have changed. Throws for anything else. */
export function readIfMatch(ctx: Context): number | 'any' | undefined {
  const header = ctx.get('If-Match').trim();
  if (header === '') return undefined;
  if (header === '*') return 'any';
  const seen = /^(?:W\/)?"(\d{1,15})[^"]*"$/.exec(header)?.[1];
  if (seen === undefined) throw new ProblemError('precondition_failed');
  return Number(seen);
}

/** The same where nothing is done without it. Undefined for `*`. */
export function neededIfMatch(ctx: Context): number | undefined {
  const seen = readIfMatch(ctx);
  if (seen === undefined) throw new ProblemError('precondition_required');
  return seen === 'any' ? undefined : seen;
}
