/**
 * Session tokens: what a storefront's page holds instead of a key. A JWT with one fixed algorithm that names shop and
 * session and nothing else; the token is the session, nothing is stored.
 */
import { jwtVerify, SignJWT } from 'jose';
import type { Clock, Random } from '../../common/clock.ts';
import { newId } from '../../common/ids.ts';
import { DAY_MS } from '../../common/limits.ts';
import type { CallerOf } from './caller.ts';

const ALGORITHM = 'HS256';
const AUDIENCE = 'easel-session';

export interface OpenedSession {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** What the token verifies as. */
  readonly caller: CallerOf<'session'>;
}

export interface Sessions {
  open(shop: string): Promise<OpenedSession>;
  /** The session's caller, or undefined for whatever is not a valid token of ours. */
  verify(token: string): Promise<CallerOf<'session'> | undefined>;
}

export function createSessions({
  secret,
  clock,
  random,
}: {
  secret: Uint8Array;
  clock: Clock;
  random: Random;
}): Sessions {
  return {
    async open(shop) {
      const expiresAt = clock.now() + DAY_MS;
      const session = newId('ses', clock, random);
      const token = await new SignJWT({ shop })
        .setProtectedHeader({ alg: ALGORITHM })
        .setSubject(session)
        .setAudience(AUDIENCE)
        .setExpirationTime(Math.floor(expiresAt / 1_000))
        .sign(secret);
      return { token, expiresAt, caller: { kind: 'session', shop, session } };
    },
    async verify(token) {
      const options = { algorithms: [ALGORITHM], audience: AUDIENCE, currentDate: new Date(clock.now()) };
      const verified = await jwtVerify(token, secret, options).catch(() => undefined);
      const { sub: session, shop } = verified?.payload ?? {};
      if (session === undefined || typeof shop !== 'string') return undefined;
      return { kind: 'session', shop, session };
    },
  };
}
