/**
 * Who may deliver tasks: Cloud Tasks and Cloud Scheduler, by the OIDC token of the one service account they act for.
 * Headers such as `X-CloudTasks-TaskName` prove nothing: anybody can send them.
 */
import { createRemoteJWKSet, decodeJwt, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Clock } from '../common/clock.ts';

export interface TaskTokenSettings {
  /** What the token has to be made for: set explicitly at every task, else it would be the URL. */
  readonly audience: string;
  /** The account that tasks and the scheduler act for. */
  readonly serviceAccount: string;
  /**
   * `signature`: verify it here. `iam`: the service is private, Cloud Run's own check has verified the token and taken
   * its signature away before the container sees it, so that only the claims can be looked at. Never guessed.
   */
  readonly check: 'signature' | 'iam';
  /** Where the issuer publishes its keys (JWKS). */
  readonly certsUrl?: string;
  readonly clock: Clock;
}

export type TokenVerdict = 'accepted' | 'refused';

const GOOGLE_CERTS = 'https://www.googleapis.com/oauth2/v3/certs';
const ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];
const CLOCK_TOLERANCE_S = 30;
/** Google's tokens live an hour. */
const LIFETIME_MAX_S = 86_400;

/** Answers for the value of an Authorization header; never throws, and says nothing of what is wrong with a token. */
export function createTaskTokenCheck(settings: TaskTokenSettings): (authorization: string) => Promise<TokenVerdict> {
  const keys = createRemoteJWKSet(new URL(settings.certsUrl ?? GOOGLE_CERTS));
  return async authorization => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization)?.[1];
    const claims = token === undefined ? undefined : await claimsOf(token, keys, settings);
    return claims && isOurs(claims, settings) ? 'accepted' : 'refused';
  };
}

async function claimsOf(
  token: string,
  keys: JWTVerifyGetKey,
  { audience, check, clock }: TaskTokenSettings,
): Promise<JWTPayload | undefined> {
  try {
    if (check === 'iam') return decodeJwt(token);
    const verified = await jwtVerify(token, keys, {
      algorithms: ['RS256'],
      issuer: ISSUERS,
      audience,
      currentDate: new Date(clock.now()),
      clockTolerance: CLOCK_TOLERANCE_S,
    });
    return verified.payload;
  } catch {
    return undefined;
  }
}

/** All claims, in both kinds of check: an audience that is not looked at would let any token of the issuer in. */
function isOurs(claims: JWTPayload, { audience, serviceAccount, clock }: TaskTokenSettings): boolean {
  const now = clock.now() / 1_000;
  const { iss = '', aud, exp = 0, iat = Number.POSITIVE_INFINITY, email, email_verified: verified } = claims;
  return (
    ISSUERS.includes(iss) &&
    aud === audience &&
    exp > now - CLOCK_TOLERANCE_S &&
    iat < now + CLOCK_TOLERANCE_S &&
    exp - iat <= LIFETIME_MAX_S &&
    email === serviceAccount &&
    verified === true
  );
}
