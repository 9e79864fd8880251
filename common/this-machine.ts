/**
 * Whether a request was made by the machine itself, for what only its operator may see: a developer, or a collector
 * that runs beside the service.
 */
import type { IncomingMessage } from 'node:http';

/** What proxies add when they pass on the request of somebody else. */
const FORWARDED = /^(forwarded|via|x-forwarded-.+|x-real-ip)$/;
const LOOPBACK_ADDRESS = /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/i;
/** Of the `Host` header: a page that rebinds its own name to 127.0.0.1 cannot read the figures from a browser here. */
const LOOPBACK_HOST = /^(127(\.\d{1,3}){3}|\[::1\]|localhost)(:\d{1,5})?$/i;

/** A proxy on this machine connects from here too, but says for whom. */
export function isFromThisMachine({ socket, headers }: Pick<IncomingMessage, 'headers' | 'socket'>): boolean {
  if (!LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') || !LOOPBACK_HOST.test(headers.host ?? '')) return false;
  return !Object.keys(headers).some(name => FORWARDED.test(name));
}
