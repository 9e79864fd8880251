/**
 * Which page a browser sends a request for, by what it says itself. A cookie comes along whoever makes the browser ask,
 * a page of another port of this host included, for which SameSite means nothing; so it counts only with an answer here.
 */
import type { IncomingMessage } from 'node:http';

/**
 * - `own`: a page of this very origin, or the person, by the address line.
 * - `another`: any other page.
 * - `untold`: no browser that says so; then `Origin` has to tell, see `createAuthenticate`.
 */
export type AskingPage = 'own' | 'another' | 'untold';

export function askingPage({ headers }: Pick<IncomingMessage, 'headers'>): AskingPage {
  switch (headers['sec-fetch-site']) {
    case undefined:
      return 'untold';
    case 'same-origin':
    case 'none':
      return 'own';
    default:
      return 'another';
  }
}

/** Whether a request that changes something was made by one of our own pages; whose `Origin` is ours is judged elsewhere. */
export function mayChange(request: Pick<IncomingMessage, 'headers'>): boolean {
  const page = request.headers['sec-fetch-site'] === 'none' ? 'another' : askingPage(request);
  return page === 'own' || (page === 'untold' && request.headers.origin !== undefined);
}
