/**
 * Every request that the service makes to an address that somebody else has named: photos by URL, and webhooks. What may
 * be asked and how much is taken is decided here, for both (server-side request forgery, OWASP A10:2021).
 */
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { exchange } from './exchange.ts';
import { type Network, systemNetwork } from './network.ts';
import { type Fetched, type Posted, readStatus, readWhole } from './read-answer.ts';
import { readTarget } from './target.ts';

export interface Outbound {
  /** Throws `url_invalid`, `not_https` or `port_forbidden` for what no request will be made to. Asks nobody. */
  check(url: string): void;
  /** The body of a 200. Throws an `OutboundError`. May be repeated: it changes nothing. */
  get(url: string, limits: GetLimits): Promise<Fetched>;
  /** The answer, whatever its status, unless it is a redirect. Throws an `OutboundError`; the message may have arrived. */
  post(url: string, message: Message): Promise<Posted>;
}

export interface GetLimits {
  readonly bytesMax: number;
  /** For all of it, from the name to the last byte. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface Message {
  readonly body: string | Uint8Array;
  /** `Content-Type` and those of Standard Webhooks; others are a mistake in this program. */
  readonly headers: { readonly [name: string]: string };
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface OutboundParts {
  /** Origins (`https://host:port`) that the operator has exempted from the rules on https, port and address. */
  readonly allow: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly network?: Network;
}

/** Enough to see what a server complains about. */
const POSTED_BYTES_MAX = 4 * 2 ** 10;
const MESSAGE_HEADER = /^(content-type|webhook-(id|timestamp|signature))$/i;

export function createOutbound({ allow, clock, log, network = systemNetwork }: OutboundParts): Outbound {
  const exempt = new Set(allow);
  const parts = { network, clock };
  if (exempt.size > 0) log.warn('origins exempt from the address rules', { reason: [...exempt].join(' ') });

  return {
    check(url) {
      readTarget(url, exempt);
    },
    async get(url, { bytesMax, ...limits }) {
      const read = (answer: Parameters<typeof readWhole>[0]) => readWhole(answer, bytesMax);
      return exchange(readTarget(url, exempt), { method: 'GET', read, ...limits }, parts);
    },
    async post(url, { headers, ...message }) {
      const stray = Object.keys(headers).find(name => !MESSAGE_HEADER.test(name));
      if (stray !== undefined) throw new TypeError(`no message carries the header ${stray}`);
      const read = (answer: Parameters<typeof readStatus>[0]) => readStatus(answer, POSTED_BYTES_MAX);
      return exchange(readTarget(url, exempt), { method: 'POST', headers, read, ...message }, parts);
    },
  };
}
