/**
 * The proof that a person asks, where the operator wants one: the page solves a challenge of a provider, and the service
 * asks that provider whether the answer is good. The form of the question is that of Cloudflare's Turnstile, which others
 * share. Source: https://developers.cloudflare.com/turnstile/get-started/server-side-validation/
 */
import { z } from 'zod';
import type { ChallengeConfig } from '../../common/challenge-config.ts';
import type { Clock } from '../../common/clock.ts';
import { ProblemError } from '../../common/errors.ts';

/** Throws `challenge_failed`, or `unavailable` when the provider does not say. */
export type CheckChallenge = (answer: string | undefined, address: string) => Promise<void>;

const LIMIT_MS = 3_000;
const RETRY_S = 5;
const ANSWER_BYTES_MAX = 64 * 2 ** 10;
/** What the provider says of itself, or of our secret: no shopper has failed then. */
const NOT_THE_SHOPPER = /^(internal-error|missing-input-secret|invalid-input-secret)$/;

const verdict = z.object({ success: z.boolean(), 'error-codes': z.array(z.string()).optional() });

export function createChallenge({ url, secret }: ChallengeConfig, { clock }: { clock: Clock }): CheckChallenge {
  return async (answer, address) => {
    if (answer === undefined) throw new ProblemError('challenge_failed');
    const form = new URLSearchParams({ secret, response: answer, remoteip: address });
    const { success, 'error-codes': codes = [] } = await ask(url, form, clock).catch(unavailable);
    if (codes.some(code => NOT_THE_SHOPPER.test(code))) unavailable(new Error(`the provider says ${codes.join(', ')}`));
    if (!success) throw new ProblemError('challenge_failed');
  };
}

async function ask(url: string, form: URLSearchParams, clock: Clock): Promise<z.output<typeof verdict>> {
  const late = new AbortController();
  const cancel = clock.after(LIMIT_MS, () => late.abort(new Error('the provider took too long')));
  try {
    const response = await fetch(url, { method: 'POST', body: form, redirect: 'error', signal: late.signal });
    if (!response.ok) throw new Error(`the provider answered ${response.status}`);
    return verdict.parse(JSON.parse(await textOf(response)));
  } finally {
    cancel();
  }
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error('the provider answered too much');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function unavailable(cause: unknown): never {
  throw new ProblemError('unavailable', { headers: { 'Retry-After': String(RETRY_S) }, cause });
}
