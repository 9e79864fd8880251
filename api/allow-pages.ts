/**
 * CORS: which pages a browser lets read the answers, refusals included. By an exact list and never by a wildcard; without
 * credentials, because no cookie plays a part here but on the earlier service's routes.
 */
import cors from '@koa/cors';
import type { Middleware } from 'koa';
import type { Origins } from './auth/origins.ts';
import { setHeaders } from './set-headers.ts';

/** What a page may send beyond what any form can. */
const REQUEST_HEADERS = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-None-Match',
  'If-Range',
  'Last-Event-ID',
  'Prefer',
  'Range',
];
/** What a page may see beyond the body. */
const ANSWER_HEADERS = [
  'Accept-Ranges',
  'Content-Disposition',
  'Content-Length',
  'Content-Range',
  'ETag',
  'Idempotent-Replayed',
  'Location',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'Request-Id',
  'Retry-After',
];
/** Two hours: the longest that Chromium keeps a preflight. */
const PREFLIGHT_KEPT_S = 7_200;

/** `cookies`: where the paths begin that a page may send the shopper's cookie to. */
export function allowPages(origins: Origins, { cookies }: { cookies?: string | undefined } = {}): Middleware {
  const withOrigin = cors({
    origin: async ctx => ((await origins.mayRead(ctx.req)) ? ctx.get('Origin') : ''),
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: REQUEST_HEADERS,
    exposeHeaders: ANSWER_HEADERS,
    credentials: ctx => cookies !== undefined && ctx.path.startsWith(cookies),
    maxAge: PREFLIGHT_KEPT_S,
  });
  return (ctx, next) => {
    if (ctx.req.headers.origin !== undefined) return withOrigin(ctx, next);
    // A server, or a page of the service's own: none of it concerns them, but a cache has to know that it might have.
    setHeaders(ctx, { Vary: 'Origin' });
    return next();
  };
}
