/**
 * Sends one try of a delivery: signed with the shop's secrets, to nobody but whom the address rules allow.
 */
import { shops } from '../collections.ts';
import type { Delivery } from '../documents.ts';
import type { Engine } from '../engine.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { OutboundError } from '../outbound/outbound-error.ts';
import type { TryOutcome } from './schedule.ts';
import { liveSecrets } from './secrets.ts';
import { signedHeaders } from './sign.ts';

/** Standard Webhooks advises 15 to 30 s; while it waits it holds a place in the queue. */
export const ANSWER_MS = 15_000;

export interface Sender {
  readonly engine: Engine;
  /** Asks servers that callers name. */
  readonly outbound: Outbound;
  /** Aborted when the process is to end. */
  readonly stopping: AbortSignal;
}

/** Throws only if the store cannot be reached: what the receiver does is an outcome. */
export async function sendTry(
  { engine, outbound, stopping }: Sender,
  { id, url, shop }: Delivery,
  body: string,
): Promise<TryOutcome> {
  const startedAt = engine.clock.now();
  const took = () => Math.max(0, engine.clock.now() - startedAt);
  const secrets = liveSecrets((await engine.store.get(shops, shop)) ?? {}, startedAt);
  if (secrets.length === 0) return { ms: took(), error: 'no_secret' };
  const headers = signedHeaders({ id, at: startedAt, body }, secrets);
  try {
    const { status } = await outbound.post(url, { body, headers, timeoutMs: ANSWER_MS, signal: stopping });
    return { ms: took(), status };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { ms: took(), error: error.code, ...(error.status !== undefined ? { status: error.status } : {}) };
  }
}
