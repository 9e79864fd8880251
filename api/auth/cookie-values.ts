/**
 * What a browser sends as cookies. A name may come twice, from another path or a parent domain: whoever reads a cookie
 * that signs somebody in has to see that.
 */
import type { IncomingMessage } from 'node:http';

/** Every value under that name, in their order. */
export function cookieValues({ headers }: Pick<IncomingMessage, 'headers'>, name: string): string[] {
  return (headers.cookie ?? '').split(';').flatMap(pair => {
    const [key = '', ...value] = pair.split('=');
    return key.trim() === name ? [value.join('=').trim()] : [];
  });
}
