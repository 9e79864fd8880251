/**
 * Signs the OIDC tokens of deliveries as Google's issuer would, with a key of its own, and publishes that key the way
 * Google does (JWKS), so that the worker's own check is what decides.
 */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { exportJWK, SignJWT } from 'jose';
import type { Clock } from '../../../common/clock.ts';
import { closeServer, listen } from './listen.ts';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface Issuer {
  readonly certsUrl: string;
  /** The token for an account and audience; one is used for many deliveries, as Google's are. */
  token(account: string, audience: string): Promise<string>;
  close(): Promise<void>;
}

const ISSUER = 'https://accounts.google.com';
const LIFE_S = 3_600;
const USED_FOR_S = 1_800;

export function createKeyPair(): Promise<KeyPair> {
  return promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
}

export async function startIssuer(clock: Clock, { privateKey, publicKey }: KeyPair): Promise<Issuer> {
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'double', alg: 'RS256', use: 'sig' }] });
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(keys);
  });
  const port = await listen(server);
  const signed = new Map<string, { iat: number; token: Promise<string> }>();
  return {
    certsUrl: `http://127.0.0.1:${port}/certs`,
    token(account, audience) {
      const id = `${account} ${audience}`;
      const iat = Math.floor(clock.now() / 1_000);
      const before = signed.get(id);
      if (before && iat - before.iat < USED_FOR_S) return before.token;
      const claims = { iss: ISSUER, aud: audience, azp: '1', sub: '1', email: account, email_verified: true, iat };
      const token = new SignJWT({ ...claims, exp: iat + LIFE_S })
        .setProtectedHeader({ alg: 'RS256', kid: 'double', typ: 'JWT' })
        .sign(privateKey);
      signed.set(id, { iat, token });
      return token;
    },
    close: () => closeServer(server),
  };
}
