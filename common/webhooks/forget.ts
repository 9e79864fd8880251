/**
 * What the owner has erased is forgotten here too. Deliveries hold no content of jobs, but the address that a shop named
 * may bear an order or a name in its path or query: of it the origin stays, which says who was told.
 */
import { deliveries, runs } from '../collections.ts';
import type { Delivery } from '../documents.ts';
import type { Engine } from '../engine.ts';
import type { Run } from '../job.ts';

/** Far more runs than a job may have. */
const EVENTS_MAX = 100;

/** Those that are still to be delivered keep their address until they are, and tell of the erased job. */
export async function forgetDeliveries(engine: Engine, jobId: string): Promise<void> {
  const query = { from: deliveries, where: [['jobId', '==', jobId]], limit: EVENTS_MAX } as const;
  const { items } = await engine.store.list(query);
  for (const { id } of items) {
    await engine.store.transaction(async tx => {
      const delivery = await tx.get(deliveries, id);
      if (delivery && delivery.state !== 'pending') tx.set(deliveries, withoutPath(delivery));
    });
  }
  await engine.store.transaction(async tx => {
    const run = await tx.get(runs, jobId);
    if (run?.webhook) tx.set(runs, withoutAddress(run));
  });
}

/** Once nothing is to be delivered there any more. */
export function withoutAddress(run: Run): Run {
  if (!run.webhook || run.pending.some(({ kind }) => kind === 'webhook')) return run;
  return { ...run, webhook: { url: originOf(run.webhook.url) } };
}

export function withoutPath(delivery: Delivery): Delivery {
  return { ...delivery, url: originOf(delivery.url) };
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}
