/**
 * If-None-Match (RFC 9110, 13.1.2): whether the client has this very answer. Koa's `ctx.fresh` is of no use here: `fetch`
 * adds `Cache-Control: no-cache` to every request with such a header, and Koa then takes nothing for fresh.
 */
import type { Context } from 'koa';

/** Compares weakly: a proxy that compressed the answer may have made the tag weak. */
export function clientHas(ctx: Context, etag: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  const tags = ctx.get('If-None-Match').split(',').map(opaque);
  return tags.includes(opaque(etag)) || tags.includes('*');
}
