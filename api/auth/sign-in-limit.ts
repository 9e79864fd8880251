/**
 * How often an address may try to sign in to the console with what is no admin key. A key cannot be guessed; this keeps
 * whoever tries from asking the store for ever, and tells them so. Each instance of the service counts by itself.
 */
import type { Middleware } from 'koa';
import type { Clock } from '../../common/clock.ts';
import { ProblemError } from '../../common/errors.ts';
import { networkOf } from '../client-address.ts';

export const FAILURES_MAX = 20;
export const WINDOW_MS = 15 * 60_000;
const KEPT_MAX = 10_000;

/** Stands before the guard of the route that signs in. */
export function limitSignIns({ clock }: { clock: Clock }): Middleware {
  const failures = new Map<string, { count: number; readonly until: number }>();
  return async (ctx, next) => {
    const network = networkOf(String(ctx.state.address));
    const now = clock.now();
    const known = failures.get(network);
    if (known && known.until <= now) failures.delete(network);
    else if (known && known.count >= FAILURES_MAX) refuse(known.until - now);
    try {
      await next();
    } catch (error) {
      if (!(error instanceof ProblemError) || !['unauthorized', 'forbidden'].includes(error.code)) throw error;
      if (failures.size >= KEPT_MAX) failures.clear();
      const counting = failures.get(network) ?? { count: 0, until: now + WINDOW_MS };
      counting.count++;
      failures.set(network, counting);
      throw error;
    }
  };
}

function refuse(ms: number): never {
  throw new ProblemError('sign_ins_exceeded', { headers: { 'Retry-After': String(Math.ceil(ms / 1_000)) } });
}
