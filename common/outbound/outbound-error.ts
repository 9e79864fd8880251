/**
 * Why a request to somebody else's server came to nothing. The message is for whoever named the address and tells no
 * more than they may know; `detail` may name addresses of the internal network and is for the operator's log alone.
 */

/** One sentence for all of these: told apart, they would map the internal network for whoever tries addresses. */
const NOT_REACHED = 'The address could not be reached. It has to be public and has to answer in time.';

export const OUTBOUND_FAULTS = {
  url_invalid: 'The address is not a complete URL, or it carries a user name or password.',
  not_https: 'The address has to begin with https://.',
  port_forbidden: 'The address may name no port: only 443, the port of https, is asked.',
  /** It leads, or also leads, to what is not the public internet. */
  address_forbidden: NOT_REACHED,
  /** No such name, no connection, no trust in the certificate, or broken off. */
  unreachable: NOT_REACHED,
  timeout: NOT_REACHED,
  redirect: 'The address leads on to another one, which is not followed. Send the final address.',
  /** Another status than 200, where the body is wanted. */
  bad_status: 'The address answered with an error.',
  /** Not HTTP, too many headers, or an encoding that was not asked for. */
  bad_answer: 'The answer of the address cannot be read.',
  too_large: 'The answer of the address is too large.',
  canceled: 'The request was given up.',
} as const;

export type OutboundCode = keyof typeof OUTBOUND_FAULTS;

export interface OutboundFault extends ErrorOptions {
  /** For the operator's log, never for a caller. */
  readonly detail?: string;
  /** What the server answered with, if it came to that; only a server that may be asked ever answers. */
  readonly status?: number;
}

export class OutboundError extends Error {
  readonly code: OutboundCode;
  readonly detail: string;
  readonly status: number | undefined;

  constructor(code: OutboundCode, { detail, status, ...options }: OutboundFault = {}) {
    super(OUTBOUND_FAULTS[code], options);
    this.name = 'OutboundError';
    this.code = code;
    this.detail = detail ?? OUTBOUND_FAULTS[code];
    this.status = status;
  }
}
