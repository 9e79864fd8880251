/**
 * Signs for the service account: with its key when the process has one, otherwise by IAM's `signBlob`, as on Cloud Run.
 *
 * The SDK's own signer asks the metadata server twice for the account's address and IAM once, for every URL, one after
 * the other and without a second try; here the address is asked once, and `signBlob` is repeated when it flakes.
 */
import { createSign } from 'node:crypto';
import pLimit from 'p-limit';
import { PlatformError } from '../platform/errors.ts';
import type { Attempts } from './bucket-attempts.ts';
import type { ConnectStorage } from './bucket-client.ts';

export interface SigningOptions {
  /** The account that signs. Default: the one of the process; a developer's own login has none and has to name one. */
  readonly serviceAccount?: string;
  /** Where `signBlob` is; for a double. */
  readonly endpoint?: string;
}

export interface Signer {
  /** The account's e-mail address. */
  account(): Promise<string>;
  /** RSASSA-PKCS1-v1_5 with SHA-256: the same text has the same signature. `path` is for messages. */
  sign(text: string, path: string): Promise<Buffer>;
}

const SIGN_BLOB = 'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/';
/** A page of a gallery signs twenty at once; IAM denies permission, of all things, when it is asked too much at once. */
const AT_ONCE = 8;

export interface SignerOptions {
  readonly connect: ConnectStorage;
  readonly attempts: Attempts;
  readonly signing: SigningOptions;
}

export function createSigner({ connect, attempts, signing }: SignerOptions): Signer {
  const limit = pLimit(AT_ONCE);
  const credentials = once(async () => {
    if (signing.serviceAccount !== undefined) return { account: signing.serviceAccount };
    const found = await attempts({ what: 'find the account that signs', path: '' }, async () =>
      (await connect()).storage.authClient.getCredentials(),
    );
    return { account: found.client_email, key: found.private_key };
  });

  async function account(): Promise<string> {
    const found = await credentials();
    if (found.account) return found.account;
    throw new PlatformError('unavailable', 'signed URLs need a service account: run as one, or name one to sign for');
  }

  async function signBlob(text: string, signal: AbortSignal): Promise<Buffer> {
    const { storage } = await connect();
    const { data } = await storage.authClient.request<{ signedBlob?: unknown }>({
      url: `${signing.endpoint ?? SIGN_BLOB}${await account()}:signBlob`,
      method: 'POST',
      data: { payload: Buffer.from(text).toString('base64') },
      signal,
      retry: false,
    });
    if (typeof data.signedBlob === 'string') return Buffer.from(data.signedBlob, 'base64');
    throw Object.assign(new Error('the answer holds no signature'), { code: 'NO_SIGNATURE' });
  }

  return {
    account,
    async sign(text, path) {
      const { key } = await credentials();
      if (key !== undefined) return createSign('sha256').update(text).sign(key);
      const call = { what: 'sign a URL of', path, alsoRetry: ({ status }: { status?: number }) => status === 403 };
      return limit(() => attempts(call, signal => signBlob(text, signal)));
    },
  };
}

/** Remembers what it resolved to; a failure is asked again. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask().catch(error => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}
