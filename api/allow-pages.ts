/**
 * CORS: which pages a browser lets read the answers, refusals included. By an exact list and never by a wildcard; without
 * credentials, because no cookie plays a part here.
 */
import cors from '@koa/cors';
import type { Middleware } from 'koa';
import type { Origins } from './auth/origins.ts';

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

export function allowPages(origins: Origins): Middleware {
  return cors({
    origin: async ctx => ((await origins.mayRead(ctx.req)) ? ctx.get('Origin') : ''),
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: REQUEST_HEADERS,
    exposeHeaders: ANSWER_HEADERS,
    maxAge: PREFLIGHT_KEPT_S,
  });
}
