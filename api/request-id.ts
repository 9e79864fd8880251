/**
 * Gives every answer a `Request-Id`, by which a caller and the logs speak of the same request. It is always ours: an
 * id from outside would let a caller write into the logs.
 */
import type { Middleware } from 'koa';
import type { Random } from '../common/clock.ts';
import { setHeaders } from './set-headers.ts';

export function requestId(random: Random): Middleware {
  return (ctx, next) => {
    const id = Buffer.from(random.bytes(12)).toString('base64url');
    ctx.state.requestId = id;
    setHeaders(ctx, { 'Request-Id': id });
    return next();
  };
}
