/**
 * What an operator's browser holds after it has signed in: a cookie with a signed token that names the key. Nothing of
 * it is stored, and it is worth what the key is worth at that moment: it ends with the key, and by itself after a shift.
 */
import type { IncomingMessage } from 'node:http';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../common/clock.ts';
import { cookieValues } from './cookie-values.ts';

const ALGORITHM = 'HS256';
/** Another audience than a shopper's session: the same secret signs both, and neither is ever taken for the other. */
const AUDIENCE = 'easel-console';
const ISSUER = 'easel';
/** A long shift. There is no renewal: whoever goes on signs in again. */
export const CONSOLE_LIFE_S = 12 * 3_600;
const SKEW_S = 60;

export interface ConsoleSession {
  /** Id of the admin key that signed in. */
  readonly grant: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface ConsoleSessions {
  /** The value of `Set-Cookie` that signs a browser in with this key. */
  open(grant: string): Promise<ConsoleSession & { readonly setCookie: string }>;
  /** The one that signs it out. */
  readonly closed: string;
  /** Undefined without a cookie of ours, with a wrong or an old one, and with two of them. */
  read(request: IncomingMessage): Promise<ConsoleSession | undefined>;
}

const CLAIMS = z.strictObject({
  iss: z.literal(ISSUER),
  aud: z.literal(AUDIENCE),
  sub: z.string().regex(/^[0-9a-f]{64}$/),
  iat: z.int(),
  exp: z.int(),
});

/**
 * `secure`: clients come by https. The prefix then binds the cookie to this very host; without https browsers refuse it,
 * so on this machine itself the cookie goes without.
 */
export function createConsoleSessions({ secret, clock, secure }: ConsoleSessionParts): ConsoleSessions {
  const name = secure ? '__Host-easel-admin' : 'easel-admin';
  const rest = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  const nowS = () => Math.floor(clock.now() / 1_000);

  return {
    closed: `${name}=; Max-Age=0; ${rest}`,
    async open(grant) {
      const expiresS = nowS() + CONSOLE_LIFE_S;
      const token = await new SignJWT()
        .setProtectedHeader({ alg: ALGORITHM })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(grant)
        .setIssuedAt(nowS())
        .setExpirationTime(expiresS)
        .sign(secret);
      const setCookie = `${name}=${token}; Max-Age=${CONSOLE_LIFE_S}; ${rest}`;
      return { grant, expiresAt: expiresS * 1_000, setCookie };
    },
    async read(request) {
      const [token, ...others] = cookieValues(request, name);
      if (token === undefined || others.length > 0) return undefined;
      const verified = await jwtVerify(token, secret, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        currentDate: new Date(clock.now()),
      }).catch(() => undefined);
      if (!verified || Object.keys(verified.protectedHeader).join() !== 'alg') return undefined;
      const { data: claims } = CLAIMS.safeParse(verified.payload);
      if (!claims || claims.exp !== claims.iat + CONSOLE_LIFE_S || claims.iat > nowS() + SKEW_S) return undefined;
      return { grant: claims.sub, expiresAt: claims.exp * 1_000 };
    },
  };
}

interface ConsoleSessionParts {
  readonly secret: Uint8Array;
  readonly clock: Clock;
  readonly secure: boolean;
}
