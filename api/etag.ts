/**
 * If-None-Match (RFC 9110, 13.1.2): whether the client has this very answer. Koa's `ctx.fresh` is of no use here: `fetch`
 * adds `Cache-Control: no-cache` to every request with such a header, and Koa then takes nothing for fresh.
 */
import type { Context } from 'koa';
import { digestOf } from '../common/ids.ts';
import type { WaitingView } from './waiting/waiting.ts';

/** Changes with all that the job's answer shows: its state, its place and time in the queue, and the addresses' window. */
export function jobEtag(
  sequence: number,
  { queue = {}, pollAfterMs }: WaitingView,
  { urlsUntil, detailed, released }: { urlsUntil: number; detailed: boolean; released: boolean },
): string {
  const { position, more, etaSeconds, paused, resumesAt } = queue;
  const waiting = [position, more && 1, etaSeconds, paused && 1, resumesAt, pollAfterMs].join('.');
  return `W/"${sequence}-${urlsUntil}-${waiting}${detailed ? '-d' : ''}${released ? '' : '-p'}"`;
}

/** Of an answer that has to be made anyway to know whether it is another one. */
export function bodyEtag(body: object): string {
  return `W/"${digestOf([body]).slice(0, 32)}"`;
}

/** Compares weakly: a proxy that compressed the answer may have made the tag weak. */
export function clientHas(ctx: Context, etag: string): boolean {
  const given = ctx.get('If-None-Match');
  if (given === '') return false;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  const tags = given.split(',').map(opaque);
  return tags.includes(opaque(etag)) || tags.includes('*');
}
