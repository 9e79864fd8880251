/**
 * The CORS configuration of the double's bucket: a browser may read what signed URLs give out and upload to them, from
 * the listed origins, as `infra-scripts` configures the real bucket.
 */
import type { IncomingMessage } from 'node:http';
import type { Answer } from './exchange.ts';

const UPLOAD_HEADERS = 'content-type, x-goog-if-generation-match, x-goog-content-length-range';

export function corsHeaders(origins: readonly string[]) {
  const headersFor = ({ headers }: IncomingMessage): { [name: string]: string } => {
    const { origin } = headers;
    if (origin === undefined || !(origins.includes(origin) || origins.includes('*'))) return {};
    return { 'access-control-allow-origin': origin, vary: 'Origin' };
  };
  return {
    headersFor,
    /** The answer to a preflight; undefined for any other request. */
    preflight(request: IncomingMessage): Answer | undefined {
      if (request.method !== 'OPTIONS') return undefined;
      const allowed = headersFor(request);
      if (Object.keys(allowed).length === 0) return { status: 200 };
      return {
        status: 200,
        headers: {
          ...allowed,
          'access-control-allow-methods': 'GET, HEAD, PUT',
          'access-control-allow-headers': UPLOAD_HEADERS,
          'access-control-max-age': '3600',
        },
      };
    },
  };
}
