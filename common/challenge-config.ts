/**
 * Who is asked whether a person opens an anonymous session, see `api/auth/challenge.ts`. Without these settings nobody is.
 */
import type { Reader } from './config-reader.ts';

export interface ChallengeConfig {
  readonly url: string;
  readonly secret: string;
}

/** The secret travels to the address, so in the open it may only go to this machine. */
const CLOSED = /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost)[:/])/;

/** Undefined when nothing is set. */
export function readChallenge(read: Reader): ChallengeConfig | undefined {
  const { url } = read.origin('url', 'CHALLENGE_URL');
  const { secret } = read.optional('secret', 'CHALLENGE_SECRET');
  if ((url === undefined) !== (secret === undefined)) {
    read.refuse('CHALLENGE_URL, CHALLENGE_SECRET: expected both or neither, got one');
  }
  if (url === undefined || secret === undefined) return undefined;
  if (!CLOSED.test(url)) read.refuse(`CHALLENGE_URL: expected an address that begins with https://, got "${url}"`);
  return { url, secret };
}
