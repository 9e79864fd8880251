/**
 * What a shop's server is told of its batches: once each end, of items as of styles, and again until it has heard.
 * Platform: embedded, with the real worker.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkItems } from '../common/batches/check-items.ts';
import { childId } from '../common/batches/child-id.ts';
import { submitItems } from '../common/batches/submit-items.ts';
import { type StylesSubmission, submitStyles } from '../common/batches/submit-styles.ts';
import { batches, deliveries } from '../common/collections.ts';
import { newId } from '../common/ids.ts';
import { createOutbound } from '../common/outbound/outbound.ts';
import { ownerUid } from '../common/owners.ts';
import { items, uploaded } from './batch-lines.ts';
import { waitFor } from './wait-for.ts';
import { inWebhookWorld, type WebhookWorld } from './webhook-world.ts';

const test = suite('webhooks of batches');

/** Moves the clock on to whatever is due next. */
function heard({ world, receiver }: WebhookWorld, count: number): Promise<boolean> {
  return waitFor(`message ${count}`, async () => {
    await world.clock.advance(1_000);
    return receiver.received.length >= count;
  });
}

function named({ world: { engine }, url }: WebhookWorld) {
  const { clock, random, settings } = engine;
  const ownerless = { shop: 'default', owner: {}, ownerUid: ownerUid(settings.idSecret, 'default', {}) };
  return { ...ownerless, id: newId('batch', clock, random), createdAt: clock.now(), webhook: { url } };
}

async function submitSome(hooks: WebhookWorld, count: number): Promise<string> {
  const { engine } = hooks.world;
  const uploadId = await uploaded(engine);
  const wish = {
    ...named(hooks),
    ...{ token: 'abcdef', requestHash: 'one' },
    items: { onInvalid: 'reject' as const, defaultModel: 'offline' },
  };
  const looked = { ...wish, items: { ...wish.items, rawParts: 0, parts: 0, expanded: 0, spendShards: 1 } };
  const fields = items(count, uploadId).map(({ customId, prompt = '' }) => ({ customId, prompt, image: { uploadId } }));
  const outbound = createOutbound({ ...engine, allow: [] });
  const candidates = fields.map((one, index) => ({ line: index + 1, fields: one }));
  const checked = await checkItems({ ...engine, outbound }, looked, candidates);
  const submitted = await submitItems(engine, wish, { checked });
  assert.is(submitted.kind, 'admitted');
  return wish.id;
}

test(
  'the end of a batch of items is told again until it is heard, under one id, and then no more',
  inWebhookWorld(async hooks => {
    const { world, receiver } = hooks;
    receiver.answer(503, 204);
    hooks.startWorker();
    const id = await submitSome(hooks, 3);
    await heard(hooks, 2);
    const [first, second] = receiver.received;
    assert.equal([first?.id, first?.type, first?.data.id], [second?.id, 'batch.succeeded', id]);
    assert.equal([second?.data.done, second?.verifiedBy], [true, [0]]);
    await waitFor('the batch to be settled', async () => {
      const batch = await world.engine.store.get(batches, id);
      return batch?.telling === undefined && batch?.nextCheckAt === undefined;
    });
    const { items: log } = await world.engine.store.list({ from: deliveries, where: [['jobId', '==', id]], limit: 9 });
    assert.equal(
      log.map(({ state, made }) => [state, made]),
      [['delivered', 2]],
    );
  }),
);

test(
  'so is that of styles, at once when all of their pictures exist',
  inWebhookWorld(async hooks => {
    const { world, receiver } = hooks;
    const { engine } = world;
    hooks.startWorker();
    const submitTwo = async () => {
      const batch = named(hooks);
      const wishes = await Promise.all([0, 1].map(variation => world.submission({ variation })));
      const own = { batchId: batch.id, batchTold: true, repeatable: false };
      const submission: StylesSubmission = {
        ...batch,
        ...{ repeatable: false, requestHash: 'one', lane: 'interactive', partial: false },
        items: wishes.map((wish, index) => ({ ...wish, ...own, id: childId(engine.settings, batch, index) })),
      };
      assert.is((await submitStyles(engine, submission)).kind, 'admitted');
      return batch.id;
    };
    const drawn = await submitTwo();
    await heard(hooks, 1);
    assert.equal([receiver.received[0]?.type, receiver.received[0]?.data.id], ['batch.succeeded', drawn]);
    const reused = await submitTwo();
    await heard(hooks, 2);
    assert.is(receiver.received[1]?.data.id, reused);
    assert.is(receiver.received.length, 2);
  }),
);

test.run();
