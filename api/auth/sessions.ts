/**
 * Session tokens: what a storefront's page holds instead of a key. A JWT with one fixed algorithm that names the session
 * and what it is bound to; the token is the session, nothing is stored. Whether its key still stands is not asked here.
 */
import { type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock, Random } from '../../common/clock.ts';
import { newId } from '../../common/ids.ts';
import { DAY_MS } from '../../common/limits.ts';
import { ownerUid } from '../../common/owners.ts';
import type { Settings } from '../../common/settings.ts';
import type { SessionTerms } from './caller.ts';

const ALGORITHM = 'HS256';
const AUDIENCE = 'easel-session';
const ISSUER = 'easel';
const LIFE_S = DAY_MS / 1_000;
/** So long after its end a token may still be exchanged: it is seven days old then. */
const RENEWABLE_S = 6 * LIFE_S;
/** By so much the clocks of two instances may differ. */
const SKEW_S = 60;
/** Some 400 bytes each. */
const PROVEN_MAX = 10_000;

export interface OpenedSession {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly session: string;
}

export interface VerifiedSession extends SessionTerms {
  readonly session: string;
  /** By which documents name who asks. */
  readonly ownerUid: string;
  readonly expired: boolean;
  /** When the token was made, ms since 1970, to the second below. */
  readonly issuedAt: number;
}

export interface Sessions {
  open(terms: SessionTerms): Promise<OpenedSession>;
  /** Another token of the same session. */
  renew(session: SessionTerms & { readonly session: string }): Promise<OpenedSession>;
  /** What the token says; undefined for whatever is no token of ours, or one that is too old even to be exchanged. */
  verify(token: string): Promise<VerifiedSession | undefined>;
}

/** All that a token may say, and nothing else. */
const CLAIMS = z.strictObject({
  iss: z.literal(ISSUER),
  aud: z.literal(AUDIENCE),
  sub: z.string().regex(/^ses_[a-z0-9]{26}$/),
  shop: z.string().min(1),
  grant: z.string().min(1),
  origin: z.string().min(1).optional(),
  customer: z.string().min(1).optional(),
  iat: z.int(),
  exp: z.int(),
});

export function createSessions(parts: SessionParts): Sessions {
  const { secret, clock, random } = parts;
  const nowS = () => Math.floor(clock.now() / 1_000);
  const prove = createProof(parts);

  async function issue(session: string, { shop, grant, origin, customer }: SessionTerms): Promise<OpenedSession> {
    const issuedAt = nowS();
    const claims = {
      shop,
      grant,
      ...(origin !== undefined ? { origin } : {}),
      ...(customer !== undefined ? { customer } : {}),
    };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(session)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + LIFE_S)
      .sign(secret);
    return { token, expiresAt: (issuedAt + LIFE_S) * 1_000, session };
  }

  return {
    open: terms => issue(newId('ses', clock, random), terms),
    renew: ({ session, ...terms }) => issue(session, terms),
    async verify(token) {
      const proven = await prove(token);
      // By the time alone a token that was proven once is judged anew each time.
      if (!proven) return undefined;
      const { claims, ownerUid } = proven;
      if (claims.exp + RENEWABLE_S <= nowS() || claims.iat > nowS() + SKEW_S) return undefined;
      const { sub: session, shop, grant, origin, customer, iat, exp } = claims;
      return {
        ...{ session, ownerUid, shop, grant, expired: exp <= nowS(), issuedAt: iat * 1_000 },
        ...(origin !== undefined ? { origin } : {}),
        ...(customer !== undefined ? { customer } : {}),
      };
    },
  };
}

interface Proven {
  readonly claims: z.output<typeof CLAIMS>;
  readonly ownerUid: string;
}

/**
 * The returned function tells what a token says if it is ours. A page asks with the same one every second, and proving
 * it took two thirds of the processor time of a poll, its owner's id a tenth of what was left: what is proven is
 * remembered with what follows from it alone, and stays true of these very bytes.
 */
function createProof({ secret, formerSecrets = [], clock, settings }: SessionParts) {
  const proven = new Map<string, Proven>();
  return async (token: string): Promise<Proven | undefined> => {
    const known = proven.get(token);
    if (known) return known;
    const verified = await verifiedBy([secret, ...formerSecrets], token, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      currentDate: new Date(clock.now()),
      clockTolerance: RENEWABLE_S,
    });
    if (!verified || Object.keys(verified.protectedHeader).join() !== 'alg') return undefined;
    const { data: claims } = CLAIMS.safeParse(verified.payload);
    if (!claims || claims.exp !== claims.iat + LIFE_S) return undefined;
    if (proven.size >= PROVEN_MAX) proven.clear();
    const { sub: session, shop, customer } = claims;
    const owner = { session, ...(customer !== undefined ? { customer } : {}) };
    const found = { claims, ownerUid: ownerUid(settings.idSecret, shop, owner) };
    proven.set(token, found);
    return found;
  };
}

/** By the first of the secrets that fits; undefined = by none. */
async function verifiedBy(secrets: readonly Uint8Array[], token: string, options: JWTVerifyOptions) {
  for (const secret of secrets) {
    const verified = await jwtVerify(token, secret, options).catch(() => undefined);
    if (verified) return verified;
  }
  return undefined;
}

interface SessionParts {
  /** Signs. */
  readonly secret: Uint8Array;
  /** Signed before, and are still believed. */
  readonly formerSecrets?: readonly Uint8Array[];
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Pick<Settings, 'idSecret'>;
}
