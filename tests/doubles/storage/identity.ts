/**
 * Who signs and who asks, for the storage double: a service account with a key pair of its own, the metadata server
 * that Cloud Run reads its token and e-mail address from, and IAM's `signBlob`, which signs for a client that holds no
 * key.
 */
import { createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { ApiFault, badRequest } from './api-fault.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { parseJson } from './multipart.ts';

export interface ServiceAccount {
  readonly email: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Takes a tenth of a second: a test file makes one account for all of its worlds. */
export async function createServiceAccount(email = 'easel@demo.iam.gserviceaccount.com'): Promise<ServiceAccount> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return { email, privateKey, publicKey: createPublicKey(privateKey) };
}

export interface IdentityOptions {
  readonly account: ServiceAccount;
  /** What the metadata server gives out, and what the JSON API and `signBlob` ask for. */
  readonly token: string;
}

const METADATA = '/computeMetadata/v1';
const SIGN_BLOB = /^\/v1\/projects\/-\/serviceAccounts\/([^/]+):signBlob$/;

export function identityRoutes({ account, token }: IdentityOptions): Route[] {
  return [
    {
      operation: 'signBlob',
      method: 'POST',
      path: SIGN_BLOB,
      handle: ({ headers, body }, [email = '']) => {
        checkToken(headers.authorization, token);
        if (email !== account.email) throw notFound('Requested entity was not found.');
        const { payload } = parseJson(body);
        if (typeof payload !== 'string') throw badRequest('Missing payload.');
        const signature = sign('sha256', Buffer.from(payload, 'base64'), account.privateKey);
        return { status: 200, body: { keyId: 'double', signedBlob: signature.toString('base64') } };
      },
    },
    metadataRoute('token', '/instance/service-accounts/default/token', () => ({
      access_token: token,
      expires_in: 3599,
      token_type: 'Bearer',
    })),
    metadataRoute('email', '/instance/service-accounts/default/email', () => account.email),
    metadataRoute('metadata', '/instance', () => ''),
    metadataRoute('metadata', '/universe/universe-domain', () => 'googleapis.com'),
    metadataRoute('metadata', '/project/project-id', () => 'demo'),
  ];
}

export function checkToken(authorization: string | undefined, token: string): void {
  if (authorization === `Bearer ${token}`) return;
  const message =
    authorization === undefined
      ? 'Anonymous caller does not have storage access to the Google Cloud Storage bucket.'
      : 'Invalid Credentials';
  throw new ApiFault(401, { reason: 'authError', code: 'AuthenticationRequired', message });
}

function metadataRoute(operation: Route['operation'], path: string, value: () => object | string): Route {
  const handle = ({ headers }: Exchange): Answer => {
    if (headers['metadata-flavor'] !== 'Google') throw new ApiFault(403, { reason: 'forbidden', message: 'Forbidden' });
    return { status: 200, headers: { 'metadata-flavor': 'Google' }, body: value() };
  };
  return { operation, method: 'GET', path: new RegExp(`^${METADATA}${path}/?$`), handle };
}

function notFound(message: string): ApiFault {
  return new ApiFault(404, { reason: 'notFound', message });
}
