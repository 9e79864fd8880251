/**
 * A world with a shop that has a webhook secret, and a server of that shop beside it.
 */
import { deliveries, shops } from '../common/collections.ts';
import type { Delivery, Shop } from '../common/documents.ts';
import { createOutbound } from '../common/outbound/outbound.ts';
import { seedShop } from '../common/seed-shop.ts';
import { eventId } from '../common/webhooks/event.ts';
import { liveSecrets, newWebhookSecret } from '../common/webhooks/secrets.ts';
import { openReceiver, type Receiver } from './doubles/receiver.ts';
import { waitFor } from './wait-for.ts';
import { inWorld, type StartedWorker, type World, type WorldOptions } from './world.ts';

export interface WebhookWorld {
  readonly world: World;
  readonly receiver: Receiver;
  readonly url: string;
  readonly secret: string;
  shop(): Promise<Shop>;
  /** Starts the worker, which may reach the receiver and nothing else that is not public. */
  startWorker(options?: { allow?: readonly string[] }): StartedWorker;
  /** Submits a job with the webhook and waits for its end. */
  ended(): Promise<string>;
  delivery(jobId: string, run?: number): Promise<Delivery>;
  /** Waits until so many messages have come in all. */
  came(count: number): Promise<void>;
  /** Waits until a try is written down, or until the delivery is in that state. */
  settled(jobId: string, tries: number): Promise<Delivery>;
  /** Moves the clock to the next try, and waits until it is written down. */
  nextTry(jobId: string): Promise<Delivery>;
}

export function inWebhookWorld(test: (hooks: WebhookWorld) => Promise<void>, options?: WorldOptions) {
  return inWorld(async world => {
    const { engine, clock } = world;
    const secret = newWebhookSecret(engine.random);
    await seedShop(engine.store, { freePrompts: true, webhookSecret: secret, now: clock.now() });
    const shop = async () => (await engine.store.get(shops, 'default')) as Shop;
    let secrets: readonly string[] = [secret];
    const receiver = await openReceiver({ secrets: () => secrets, now: clock.now });
    try {
      await test({
        ...waits(world, receiver),
        ...{ world, receiver, secret, url: `${receiver.origin}/hooks?order=1001` },
        async shop() {
          const found = await shop();
          secrets = liveSecrets(found, clock.now());
          return found;
        },
        startWorker({ allow = [receiver.origin] } = {}) {
          return world.startWorker({ outbound: createOutbound({ ...engine, allow }) });
        },
        async ended() {
          const { id } = await world.admitted({ webhook: `${receiver.origin}/hooks?order=1001` });
          await world.done(id);
          return id;
        },
      });
    } finally {
      await receiver.close();
    }
  }, options);
}

function waits({ engine, clock }: World, receiver: Receiver) {
  const find = (jobId: string, run = 1) => engine.store.get(deliveries, eventId(jobId, run));
  const delivery: WebhookWorld['delivery'] = async (jobId, run) => {
    const found = await find(jobId, run);
    if (!found) throw new Error(`there is no delivery of ${jobId}`);
    return found;
  };
  const settled: WebhookWorld['settled'] = (jobId, tries) =>
    waitFor(`try ${tries} of ${jobId}`, async () => {
      const found = await find(jobId);
      return found?.tries.length === tries && found.tries.at(-1)?.ms !== undefined && found;
    });
  return {
    delivery,
    settled,
    came: async (count: number) => void (await waitFor(`message ${count}`, () => receiver.received.length >= count)),
    async nextTry(jobId: string) {
      const { tries, nextTryAt = 0 } = await delivery(jobId);
      await clock.advance(nextTryAt - clock.now());
      return settled(jobId, tries.length + 1);
    },
  };
}
