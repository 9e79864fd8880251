/**
 * What goes wrong around a webhook's delivery, and what operators do about it: the process ends before, between and after
 * the steps, the secret is replaced, an event is sent again. Platform: embedded, because time has to be moved.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { audit, deliveries, runs, shops } from '../common/collections.ts';
import { erase } from '../common/jobs/erase.ts';
import { sweep } from '../common/jobs/sweep.ts';
import { PlatformError } from '../common/platform/errors.ts';
import { seedShop } from '../common/seed-shop.ts';
import { beginTry, endTry, TRY_LEASE_MS } from '../common/webhooks/deliveries.ts';
import { replay } from '../common/webhooks/replay.ts';
import { TRIES_MAX } from '../common/webhooks/schedule.ts';
import { newWebhookSecret, rotateSecret } from '../common/webhooks/secrets.ts';
import { waitFor } from './wait-for.ts';
import { inWebhookWorld, type WebhookWorld } from './webhook-world.ts';

const test = suite('webhooks and faults');
const HOUR_MS = 3_600_000;
const BY = { actor: 'tests', reason: 'to see' };

test('a process that ends right after the job, before anybody was rung for, loses nothing', async () => {
  let deaf = true;
  await inWebhookWorld(
    async ({ world, receiver, startWorker, ended, settled }) => {
      startWorker();
      const id = await ended();
      assert.equal((await world.run(id)).pending, [
        { kind: 'webhook', run: 1, status: 'succeeded', at: world.clock.now() },
      ]);
      assert.is(receiver.received.length, 0);
      deaf = false;
      await sweep(world.engine);
      assert.is((await settled(id, 1)).state, 'delivered');
      assert.is(receiver.received.length, 1);
    },
    {
      around: ({ queue }) => ({
        queue: {
          ...queue,
          async enqueue(task) {
            if (deaf && task.queue === 'upkeep') throw new PlatformError('unavailable', 'cut off');
            return queue.enqueue(task);
          },
        },
      }),
    },
  )();
});

test('a process that ends after the answer, before it was written down, tells it again under the same id', async () => {
  let crash = true;
  const point = (name: string) => {
    if (name !== 'webhook-sent' || !crash) return;
    crash = false;
    throw new Error('the process ends here');
  };
  await inWebhookWorld(
    async ({ world, receiver, startWorker, ended, settled, came, delivery }) => {
      startWorker();
      const id = await ended();
      await came(1);
      await waitFor('the crash', () => !crash);
      // The queue brings the task again at once; it waits until the first try can no longer be alive.
      await world.clock.advance(5_000);
      assert.equal([receiver.received.length, (await delivery(id)).state], [1, 'pending']);
      await world.clock.advance(TRY_LEASE_MS);
      const after = await settled(id, 2);
      assert.equal([after.state, after.tries.map(({ status }) => status)], ['delivered', [undefined, 204]]);
      const [first, second] = receiver.received;
      assert.equal([first?.id === second?.id, receiver.received.length], [true, 2]);
      assert.equal([first?.verifiedBy, second?.verifiedBy], [[0], [0]]);
      await idle(world, id);
    },
    { point },
  )();
});

test(
  'a queue that loses a task for good: the sweeper rings when the next try is due, and not before',
  inWebhookWorld(async ({ world, receiver, startWorker, ended, settled }) => {
    receiver.answer(500, 500, 204);
    startWorker();
    const id = await ended();
    const { nextTryAt = 0 } = await settled(id, 1);
    const { dispatch } = await waitForEntry(world, id);
    const name = `${id}-${dispatch}-webhook-1-${nextTryAt}`;
    await waitFor('the task', async () => (await world.engine.queue.exists('upkeep', name)) === 'waiting');
    await world.engine.queue.remove('upkeep', name);
    assert.is((await sweep(world.engine)).rung, 0);
    await world.clock.advance(10_000);
    assert.equal([(await sweep(world.engine)).rung, receiver.received.length], [0, 1]);
    await world.clock.advance(30_000);
    assert.is((await sweep(world.engine)).rung, 1);
    await settled(id, 2);
  }),
);

test(
  'an end that is written twice, or late by a process that was thought dead, changes nothing that is true',
  inWebhookWorld(async ({ world, receiver, ended, startWorker, settled, delivery }) => {
    receiver.answer(500);
    startWorker();
    const id = await ended();
    const { nextTryAt = 0 } = await settled(id, 1);
    const event = { jobId: id, run: 1 };
    await world.clock.advance(nextTryAt - world.clock.now() - 3_000);
    assert.is(await beginTry(world.engine, event), undefined, 'too early');
    await world.platform.queue.pause('upkeep');
    await world.clock.advance(3_000);
    const begun = await beginTry(world.engine, event);
    if (!begun) throw new Error('expected a try');
    assert.is(await beginTry(world.engine, event), undefined, 'one is under way');
    await world.clock.advance(TRY_LEASE_MS);
    const other = await beginTry(world.engine, event);
    if (!other) throw new Error('expected another try');
    const late = await endTry(world.engine, { ...begun, event }, { ms: 29_000, status: 500 });
    assert.equal([late?.state, late?.nextTryAt], ['pending', world.clock.now() + TRY_LEASE_MS], 'the other goes on');
    await endTry(world.engine, { ...other, event }, { ms: 5, status: 200 });
    await endTry(world.engine, { ...other, event }, { ms: 9, status: 500 });
    const { state, tries } = await delivery(id);
    assert.equal([state, tries.map(({ status }) => status)], ['delivered', [500, 500, 200]]);
    await idle(world, id);
  }),
);

test(
  'while a secret is being replaced both sign, for a day; then the new one alone, and each was told once',
  inWebhookWorld(async ({ world, receiver, startWorker, ended, settled, shop, secret }) => {
    startWorker();
    const rotated = await rotateSecret(world.engine, 'default', BY);
    if ('refused' in rotated) throw new Error(rotated.refused);
    assert.match(rotated.secret, /^whsec_/);
    await shop();
    await settled(await ended(), 1);
    const [during] = receiver.received;
    assert.equal([during?.signatures.length, during?.verifiedBy], [2, [0, 1]]);
    const known = (await world.engine.store.get(shops, 'default'))?.webhookSecrets;
    assert.equal(
      known?.map(live => live.secret),
      [rotated.secret, secret],
    );

    await world.clock.advance(24 * HOUR_MS);
    await settled(
      (await world.done((await world.admitted({ variation: 1, webhook: `${receiver.origin}/` })).id)).id,
      1,
    );
    assert.is(receiver.received[1]?.signatures.length, 1);
    assert.is(receiver.received[1]?.verifiedBy[0], 0, 'the new one');
    for (let count = 0; count < 3; count++) await rotateSecret(world.engine, 'default', BY);
    assert.is((await world.engine.store.get(shops, 'default'))?.webhookSecrets?.length, 2);
    const { items } = await world.engine.store.list({
      from: audit,
      where: [['action', '==', 'webhook.rotate']],
      limit: 9,
    });
    assert.is(items.length, 4);
    assert.is(JSON.stringify(items).includes('whsec_'), false);
  }),
);

test(
  'an operator sends an event again: same id, at once, with a new round of tries, and never of an erased job',
  inWebhookWorld(async ({ world, receiver, startWorker, ended, settled, nextTry }) => {
    receiver.answer(410, 500, 204);
    startWorker();
    const id = await ended();
    const { id: event, state } = await settled(id, 1);
    assert.is(state, 'disabled');
    await idle(world, id);
    const again = await replay(world.engine, event, BY);
    assert.equal('document' in again && [again.document.state, again.document.id], ['pending', event]);
    const failed = await settled(id, 2);
    assert.equal([failed.state, failed.made], ['pending', 1]);
    assert.is((await nextTry(id)).state, 'delivered');
    assert.is(new Set(receiver.received.map(message => message.id)).size, 1);
    await idle(world, id);
    assert.equal(await replay(world.engine, 'evt_00000000000000000000000000_1', BY), { refused: 'missing' });
    await erase(world.engine, id);
    assert.equal(await replay(world.engine, event, BY), { refused: 'erased' });
    const { items } = await world.engine.store.list({
      from: audit,
      where: [['action', '==', 'webhook.replay']],
      limit: 9,
    });
    assert.equal(
      items.map(({ target, detail }) => [target, detail]),
      [[`deliveries/${event}`, 'was disabled']],
    );
  }),
);

test(
  'a shop without a secret is told nothing unsigned, and everything when it has one',
  inWebhookWorld(async ({ world, receiver, startWorker, ended, settled, nextTry, shop }) => {
    const { webhookSecrets: _, ...bare } = await shop();
    await world.engine.store.transaction(async tx => tx.set(shops, bare));
    startWorker();
    const id = await ended();
    assert.equal([(await settled(id, 1)).tries[0]?.error, receiver.received.length], ['no_secret', 0]);
    await rotateSecret(world.engine, 'default', BY);
    await shop();
    assert.is((await nextTry(id)).state, 'delivered');
    assert.equal(receiver.received[0]?.verifiedBy, [0]);
  }),
);

test(
  'nobody is told who is not on the public internet, and the address gets nothing',
  inWebhookWorld(async ({ world, receiver, startWorker, settled }) => {
    startWorker({ allow: [] });
    const inside = `${receiver.origin.replace('http:', 'https:').replace(/:\d+$/, '')}/hooks`;
    const cases = {
      [receiver.origin]: 'not_https',
      [inside]: 'address_forbidden',
      'https://[::1]/': 'address_forbidden',
    };
    for (const [index, [webhook, error]] of Object.entries(cases).entries()) {
      const { id } = await world.admitted({ webhook, variation: index });
      await world.done(id);
      assert.equal((await settled(id, 1)).tries[0]?.error, error, webhook);
    }
    assert.is(receiver.received.length, 0);
  }),
);

test(
  'a try that is cut short because the service ends is no try of the receiver',
  inWebhookWorld(async ({ receiver, startWorker, ended, settled, came, nextTry }) => {
    receiver.answer('hang', 204);
    const { stopping } = startWorker();
    const id = await ended();
    await came(1);
    stopping.abort();
    const cut = await settled(id, 1);
    assert.equal([cut.tries[0]?.error, cut.made, cut.state], ['canceled', 0, 'pending']);
    await nextTry(id);
  }),
);

test(
  'a run that is looked at before the next try is due is only looked at again',
  inWebhookWorld(async ({ world, receiver, startWorker, ended, settled }) => {
    receiver.answer(500);
    startWorker();
    const id = await ended();
    const { nextTryAt = 0 } = await settled(id, 1);
    const run = await waitForEntry(world, id);
    await world.engine.store.transaction(async tx => tx.set(runs, { ...run, nextCheckAt: world.clock.now() }));
    const { looked, rung } = await sweep(world.engine);
    assert.equal([looked, rung], [1, 0]);
    const { dispatch, nextCheckAt } = await world.run(id);
    assert.equal([dispatch, nextCheckAt], [run.dispatch, nextTryAt + world.engine.limits.firstCheckMs]);
  }),
);

test(
  'an entry whose event was delivered already is removed, and nothing is sent',
  inWebhookWorld(async ({ world, receiver, startWorker, ended, settled }) => {
    const { engine, clock } = world;
    startWorker();
    const id = await ended();
    await settled(id, 1);
    await idle(world, id);
    const entry = { kind: 'webhook', run: 1, status: 'succeeded', at: clock.now() } as const;
    const run = { ...(await world.run(id)), pending: [entry], nextCheckAt: clock.now() };
    await engine.store.transaction(async tx => tx.set(runs, run));
    assert.is((await sweep(engine)).rung, 1);
    await idle(world, id);
    assert.equal([receiver.received.length, (await world.run(id)).nextCheckAt], [1, undefined]);
  }),
);

test(
  'the tenth try ends with its process: that is the end of the delivery',
  inWebhookWorld(async ({ world, receiver, startWorker, ended, settled, delivery }) => {
    receiver.answer(500);
    startWorker();
    const id = await ended();
    await settled(id, 1);
    const last = { ...(await delivery(id)), made: TRIES_MAX, nextTryAt: world.clock.now() };
    await world.engine.store.transaction(async tx => tx.set(deliveries, last));
    assert.is(await beginTry(world.engine, { jobId: id, run: 1 }), undefined);
    assert.equal([(await delivery(id)).state, receiver.received.length], ['failed', 1]);
    await idle(world, id);
  }),
);

test(
  'a store that never had a secret gets that of keys.json once, and one of another form is left out',
  inWebhookWorld(async ({ world, shop, secret }) => {
    const { webhookSecrets: _, ...bare } = await shop();
    const { store, clock } = world.engine;
    const seed = (webhookSecret: string) => seedShop(store, { freePrompts: true, webhookSecret, now: clock.now() });
    await store.transaction(async tx => tx.set(shops, { ...bare, name: 'Ours' }));
    await seed('whsec_x');
    assert.is((await shop()).webhookSecrets, undefined);
    await seed(secret);
    await seed(newWebhookSecret(world.engine.random));
    const { name, webhookSecrets = [] } = await shop();
    assert.equal([name, webhookSecrets.map(live => live.secret)], ['Ours', [secret]]);
  }),
);

test.run();

async function idle(world: WebhookWorld['world'], id: string): Promise<void> {
  await waitFor('nothing to be pending', async () => (await world.run(id)).pending.length === 0);
}

/** The run once its entry waits for its time. */
function waitForEntry({ engine }: WebhookWorld['world'], id: string) {
  return waitFor('the entry to wait', async () => {
    const run = await engine.store.get(runs, id);
    return run?.pending.some(entry => entry.kind === 'webhook' && entry.notBefore !== undefined) && run;
  });
}
