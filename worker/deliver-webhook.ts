import { beginTry, type EventOf, endTry } from '../common/webhooks/deliveries.ts';
import { eventBody } from '../common/webhooks/event.ts';
import { type Sender, sendTry } from '../common/webhooks/send.ts';

/** Throws only if the store cannot be reached. */
export async function deliverWebhook(sender: Sender, event: EventOf): Promise<void> {
  const { engine } = sender;
  const begun = await beginTry(engine, event);
  if (!begun) return;
  const outcome = await sendTry(sender, begun.delivery, eventBody(begun.delivery, begun.job, begun.run));
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
