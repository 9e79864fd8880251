/**
 * From which pages the API may be called. An origin is never an identity: anybody but a browser can claim one. It only
 * keeps a key or a token that was found in one page from being used in another.
 */
import type { IncomingMessage } from 'node:http';
import { isOrigin } from '../../common/shops.ts';
import type { Caller } from './caller.ts';
import type { KnownShops } from './known-shops.ts';

export interface Origins {
  /** Whether a page of this origin may read what is answered. */
  mayRead(request: IncomingMessage): Promise<boolean>;
  /** Whether the caller may ask from where the request says that it comes; without an `Origin` it always may. */
  mayAsk(request: IncomingMessage, caller: Caller): Promise<boolean>;
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** `publicUrl` is where clients reach the service. */
export function createOrigins({ shops, publicUrl }: { shops: KnownShops; publicUrl?: string | undefined }): Origins {
  const publicOrigin = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
  let listed: ReadonlySet<string> = new Set();

  /** Never from the Host header, which the caller writes. */
  const isOwn = ({ socket }: IncomingMessage, origin: string) =>
    origin === publicOrigin || isLoopback(origin, socket.localPort);

  return {
    async mayRead(request) {
      const { origin } = request.headers;
      if (origin === undefined) return false;
      if (isOwn(request, origin)) return true;
      // While the store does not answer, the last list lets a page read that it does not.
      listed = await shops.origins().catch(() => listed);
      return listed.has(origin);
    },
    async mayAsk(request, caller) {
      const { origin } = request.headers;
      if (origin === undefined || isOwn(request, origin)) return true;
      // These keys belong on a server and in an operator's hand. Who sends one from a page has published it.
      if (caller.kind === 'server' || caller.kind === 'admin') return false;
      if (!isOrigin(origin)) return false;
      const shop = await shops.find(caller.shop);
      return shop?.origins.includes(origin) === true && isBoundTo(caller, origin);
    },
  };
}

/** This machine itself by http, on that port if one is given. */
export function isLoopback(origin: string, port?: number): boolean {
  // Every page of a shop asks with its own: told apart without being taken to pieces.
  if (!LOOPBACK.some(host => origin.includes(host))) return false;
  const { hostname, origin: normal } = URL.parse(origin) ?? {};
  if (hostname === undefined || origin !== normal || !LOOPBACK.includes(hostname)) return false;
  return port === undefined || origin === new URL(`http://${hostname}:${port}`).origin;
}

/** A key may name fewer origins than its shop lists, and a session stays where it was opened. */
function isBoundTo(caller: Exclude<Caller, { kind: 'server' | 'admin' }>, origin: string): boolean {
  if (caller.kind === 'shopify' || caller.kind === 'shopify webhook') return true;
  if (caller.key?.origins && !caller.key.origins.includes(origin)) return false;
  return caller.kind === 'storefront' || caller.origin === undefined || caller.origin === origin;
}
