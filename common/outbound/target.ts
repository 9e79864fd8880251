/**
 * Where a request may go, as far as the text of its URL tells: https on port 443, without user name and password. The
 * URL parser of the platform has the only word on what the host is, so that nothing behind it reads another one.
 */
import { isIP } from 'node:net';
import { OutboundError } from './outbound-error.ts';

export interface Target {
  readonly url: URL;
  /** A name, or an address without the brackets of IPv6; all the spellings of one address have become the same. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Whether the operator has named this origin, so that it may be anywhere. */
  readonly exempt: boolean;
}

/** What browsers and servers agree on in practice. */
export const URL_LENGTH_MAX = 2_048;
const HTTPS_PORT = 443;
const HTTP_PORT = 80;

/** Throws `url_invalid`, `not_https` or `port_forbidden`. */
export function readTarget(text: string, allow: ReadonlySet<string>): Target {
  const url = text.length <= URL_LENGTH_MAX && URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.hostname === '' || url.username !== '' || url.password !== '') throw new OutboundError('url_invalid');
  const secure = url.protocol === 'https:';
  const exempt = allow.has(url.origin);
  if (!secure && !exempt) throw new OutboundError('not_https');
  if (url.port !== '' && !exempt) throw new OutboundError('port_forbidden');
  const port = Number(url.port) || (secure ? HTTPS_PORT : HTTP_PORT);
  return { url, host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port, secure, exempt };
}

/** The name that the certificate has to bear; none for an address, which is looked up in the certificate as it is. */
export function serverName({ host }: Target): string | undefined {
  return isIP(host) === 0 ? host.replace(/\.$/, '') : undefined;
}
