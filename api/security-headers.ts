/**
 * Headers for browsers, on every answer. They are the strictest that there are; a route that serves something else than
 * data (a page, a picture) says by itself what it needs.
 */
import type { Middleware } from 'koa';
import { setHeaders } from './set-headers.ts';

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  // Of what is opened as a page: it loads nothing, runs nothing and is framed by nobody.
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  // No other site's page may load an answer as an image or a script. Reading it with fetch is CORS' business.
  'Cross-Origin-Resource-Policy': 'same-origin',
};
/** A year. Of this host alone: its neighbours are not ours. */
const HTTPS_ALONE = { 'Strict-Transport-Security': 'max-age=31536000' };

export function securityHeaders(publicUrl?: string): Middleware {
  const headers = { ...HEADERS, ...(publicUrl?.startsWith('https:') ? HTTPS_ALONE : {}) };
  return (ctx, next) => {
    setHeaders(ctx, headers);
    return next();
  };
}
