/**
 * The address that a request comes from, for limits by address. A client may write whatever it likes into
 * X-Forwarded-For; only what the service's own proxies have appended to it is believed.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Middleware } from 'koa';

/** Puts it into `ctx.state.address`. */
export function noteAddress(trustedHops: number): Middleware {
  return (ctx, next) => {
    ctx.state.address = clientAddress(ctx.req, trustedHops);
    return next();
  };
}

/**
 * `trustedHops` is how many proxies stand before the service, each of which appends the address that it was asked from:
 * the entry that the outermost of them wrote is the client's. With 0 it is the connection's.
 */
export function clientAddress({ socket, headers }: Asked, trustedHops: number): string {
  const connected = socket.remoteAddress ?? '';
  if (trustedHops === 0) return connected;
  const entries = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  // Fewer entries than proxies: all there are were written by proxies, the first one the furthest away.
  const entry = withoutPort(entries.at(-Math.min(trustedHops, entries.length))?.trim() ?? '');
  return isIP(entry) === 0 ? connected : entry;
}

type Asked = Pick<IncomingMessage, 'headers'> & { readonly socket: Pick<IncomingMessage['socket'], 'remoteAddress'> };

/** The address itself for IPv4, the /64 for IPv6: a household has one of the former and 2^64 of the latter. */
export function networkOf(address: string): string {
  if (isIP(address) === 0) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return (parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map(group => group.toString(16))
    .join(':');
}

/** Some proxies write `192.0.2.1:4711` or `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(entry)?.[1] ?? /^([\d.]+):\d+$/.exec(entry)?.[1] ?? entry;
}
