/**
 * The upkeep task of a webhook: one try of one delivery. Whether and when another follows is decided by
 * `common/webhooks/`; here the message is made, signed and sent.
 */
import { shops } from '../common/documents.ts';
import type { Outbound } from '../common/outbound/outbound.ts';
import { OutboundError } from '../common/outbound/outbound-error.ts';
import { type BegunTry, beginTry, type EventOf, endTry } from '../common/webhooks/deliveries.ts';
import { eventBody } from '../common/webhooks/event.ts';
import type { TryOutcome } from '../common/webhooks/schedule.ts';
import { liveSecrets } from '../common/webhooks/secrets.ts';
import { signedHeaders } from '../common/webhooks/sign.ts';
import type { Worker } from './worker.ts';

/** Standard Webhooks advises 15 to 30 s; while it waits it holds a place in the queue. */
export const ANSWER_MS = 15_000;

export interface Sender extends Pick<Worker, 'engine' | 'stopping'> {
  /** Asks servers that callers name. */
  readonly outbound: Outbound;
}

/** Throws only if the store cannot be reached. */
export async function deliverWebhook(sender: Sender, event: EventOf): Promise<void> {
  const { engine } = sender;
  const begun = await beginTry(engine, event);
  if (!begun) return;
  const outcome = await send(sender, begun);
  await engine.point('webhook-sent');
  const delivery = await endTry(engine, { ...begun, event }, outcome);
  if (delivery) engine.metrics.webhookTried(delivery);
  const { status, error: code, ms = 0 } = outcome;
  const fields = {
    ...{ jobId: event.jobId, attempt: begun.delivery.made, ms },
    ...(status !== undefined ? { status } : {}),
    ...(code !== undefined ? { code } : {}),
  };
  if (delivery?.state === 'delivered') engine.log.info('webhook delivered', fields);
  else engine.log.warn(delivery?.state === 'pending' ? 'webhook not delivered' : 'webhook given up', fields);
}

async function send(sender: Sender, { delivery, job, run }: BegunTry): Promise<TryOutcome> {
  const { engine, outbound, stopping } = sender;
  const startedAt = engine.clock.now();
  const took = () => Math.max(0, engine.clock.now() - startedAt);
  const shop = await engine.store.get(shops, delivery.shop);
  const secrets = liveSecrets(shop ?? {}, startedAt);
  if (secrets.length === 0) return { ms: took(), error: 'no_secret' };
  const body = eventBody(delivery, job, run);
  const headers = signedHeaders({ id: delivery.id, at: startedAt, body }, secrets);
  try {
    const { status } = await outbound.post(delivery.url, { body, headers, timeoutMs: ANSWER_MS, signal: stopping });
    return { ms: took(), status };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { ms: took(), error: error.code, ...(error.status !== undefined ? { status: error.status } : {}) };
  }
}
