/**
 * Signs for the service account: with its key when the process has one, otherwise by IAM's `signBlob`, as on Cloud Run.
 * One identity signs all that the process gives out: the URLs of the bucket and the tokens of clients.
 *
 * The SDK's own signer asks the metadata server twice for the account's address and IAM once, for every URL, one after
 * the other and without a second try; here the address is asked once, and `signBlob` is repeated when it flakes.
 */
import { createSign } from 'node:crypto';
import type { Storage } from '@google-cloud/storage';
import pLimit from 'p-limit';
import type { Clock, Random } from '../clock.ts';
import type { Log } from '../log.ts';
import { PlatformError } from '../platform/errors.ts';
import { createAttempts } from './bucket-attempts.ts';

export interface SigningOptions {
  /** The account that signs. Default: the one of the process; a developer's own login has none and has to name one. */
  readonly serviceAccount?: string;
  /** Where `signBlob` is; for a double. */
  readonly endpoint?: string;
}

export interface Signer {
  /** The account's e-mail address. */
  account(): Promise<string>;
  /**
   * RSASSA-PKCS1-v1_5 with SHA-256: the same text has the same signature for as long as the key lasts. `what` is for
   * messages, which never hold the text. Throws `unavailable`.
   */
  sign(text: string, what: string): Promise<Buffer>;
}

const SIGN_BLOB = 'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/';
/** A page of a gallery signs twenty at once; IAM denies permission, of all things, when it is asked too much at once. */
const AT_ONCE = 8;
const IAM = { name: 'IAM', event: 'signing_retry' };

export interface SignerOptions {
  /** The process's credentials, asked for at the first signature. */
  readonly auth: () => Promise<Storage['authClient']>;
  readonly signing: SigningOptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export function createSigner({ auth, signing, clock, random, log }: SignerOptions): Signer {
  const limit = pLimit(AT_ONCE);
  const attempts = createAttempts({ clock, random, log, service: IAM });
  const credentials = once(async () => {
    if (signing.serviceAccount !== undefined) return { account: signing.serviceAccount };
    const found = await attempts({ what: 'find', path: 'the account that signs' }, async () =>
      (await auth()).getCredentials(),
    );
    return { account: found.client_email, key: found.private_key };
  });

  async function account(): Promise<string> {
    const found = await credentials();
    if (found.account) return found.account;
    throw new PlatformError('unavailable', 'signing needs a service account: run as one, or name one to sign for');
  }

  async function signBlob(text: string, signal: AbortSignal): Promise<Buffer> {
    const { data } = await (await auth()).request<{ signedBlob?: unknown }>({
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
    async sign(text, what) {
      const { key } = await credentials();
      if (key !== undefined) return createSign('sha256').update(text).sign(key);
      const call = { what: 'sign', path: what, alsoRetry: ({ status }: { status?: number }) => status === 403 };
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
