/**
 * Signatures of Standard Webhooks 1.0 (standardwebhooks.com): HMAC-SHA256 over id, time and body, one for each secret,
 * so that a receiver finds one by the secret that it knows.
 */
import { createHmac } from 'node:crypto';

export interface Unsigned {
  readonly id: string;
  /** When this try is sent, in ms since 1970: receivers refuse what is minutes old. */
  readonly at: number;
  readonly body: string;
}

/** The headers of a delivery. `secrets` are `whsec_` and base64. */
export function signedHeaders({ id, at, body }: Unsigned, secrets: readonly string[]) {
  const timestamp = String(Math.floor(at / 1_000));
  const signatures = secrets.map(secret => `v1,${signature(secret, `${id}.${timestamp}.${body}`)}`);
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

function signature(secret: string, content: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(content).digest('base64');
}
