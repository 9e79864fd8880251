/**
 * Lets a client into Firestore as the owner of its jobs: a custom token of Firebase Auth, made here because the Admin SDK
 * would be a large package for one signature, and signs by `signBlob` without a second try.
 * https://firebase.google.com/docs/auth/admin/create-custom-tokens#create_custom_tokens_using_a_third-party_jwt_library
 */
import type { Clock } from '../clock.ts';
import type { ClientAccess } from '../platform/client-access.ts';
import type { Signer } from './signer.ts';

export interface ClientAccessOptions {
  readonly projectId: string;
  readonly databaseId: string;
  readonly signer: Signer;
  readonly clock: Clock;
}

const AUDIENCE = 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit';
/** The longest that Firebase Auth takes. It bounds the sign-in; who has signed in stays so by Firebase's own tokens. */
const LIFE_S = 60 * 60;

export function createClientAccess({ projectId, databaseId, signer, clock }: ClientAccessOptions): ClientAccess {
  return {
    async firestore(ownerUid) {
      const account = await signer.account();
      const iat = Math.floor(clock.now() / 1_000);
      const claims = { iss: account, sub: account, aud: AUDIENCE, iat, exp: iat + LIFE_S, uid: ownerUid };
      return { projectId, databaseId, token: await signedToken(signer, claims) };
    },
  };
}

/** A JWT whose signature somebody else makes, which no library for JWTs has a way for. */
async function signedToken(signer: Signer, claims: object): Promise<string> {
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  const signature = await signer.sign(text, 'a custom token');
  return `${text}.${signature.toString('base64url')}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
