/**
 * A server at a public address of a small internet, and an outbound request to it: for tests of servers that misbehave.
 */
import type { RequestListener } from 'node:http';
import { silentLog } from '../../common/log.ts';
import { createOutbound, type Outbound } from '../../common/outbound/outbound.ts';
import { OutboundError } from '../../common/outbound/outbound-error.ts';
import { type Internet, onInternet, PUBLIC_ADDRESS } from '../doubles/internet.ts';
import { type TestClock, testClock } from '../test-clock.ts';
import { waitFor } from '../wait-for.ts';

export const MIB = 2 ** 20;
export const SITE = { name: 'photos.example.com', address: PUBLIC_ADDRESS };
export const URL_OF_PHOTO = `https://${SITE.name}/cat.jpg?signature=a-secret`;
export const LIMITS = { bytesMax: MIB, timeoutMs: 10_000 };

export interface Site {
  readonly internet: Internet;
  readonly outbound: Outbound;
  readonly clock: TestClock;
  /** Requests that came to the server. */
  readonly requests: () => number;
  /** Connections to it that are open, once they have been used. */
  readonly open: () => number;
  get(): Promise<OutboundError>;
}

/** Runs a test against a server that answers like this; whatever happened, no connection may stay open. */
export function at(listener: RequestListener, test: (site: Site) => Promise<void>): () => Promise<void> {
  return onInternet(async internet => {
    let requests = 0;
    let open = 0;
    await internet.serve(SITE, (request, response) => {
      requests++;
      open++;
      request.socket.once('close', () => open--);
      listener(request, response);
    });
    const clock = testClock();
    const outbound = createOutbound({ allow: [], clock, log: silentLog, network: internet.network });
    const get = () => fault(outbound.get(URL_OF_PHOTO, LIMITS));
    await test({ internet, outbound, clock, requests: () => requests, open: () => open, get });
    await waitFor('every connection to be closed', () => open === 0);
  });
}

/** The fault that the work ends with; anything else is thrown on. */
export async function fault(work: Promise<unknown>): Promise<OutboundError> {
  const error = await work.then(
    () => new Error('there was no fault'),
    (reason: unknown) => reason,
  );
  if (error instanceof OutboundError) return error;
  throw error;
}
