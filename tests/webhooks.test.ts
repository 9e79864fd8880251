/**
 * Webhooks from the end of a job to the shop's server: what is sent, when it is sent again, and that nothing is lost.
 * Every message is verified by the public library of Standard Webhooks. Platform: embedded, because time has to be
 * moved; `tests/webhook-service.test.ts` drives the whole service.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ANSWERS } from '../api/openapi/answers.ts';
import { runs } from '../common/collections.ts';
import { cancel } from '../common/jobs/cancel.ts';
import { erase } from '../common/jobs/erase.ts';
import { submit } from '../common/jobs/submit.ts';
import { sweep } from '../common/jobs/sweep.ts';
import { TRIES_MAX, WAITS_MS } from '../common/webhooks/schedule.ts';
import { waitFor } from './wait-for.ts';
import { inWebhookWorld, type WebhookWorld } from './webhook-world.ts';

const test = suite('webhooks');
const HOUR_MS = 3_600_000;

test(
  'the end of a job is told once, signed, with the job as a server key sees it and no signed address',
  inWebhookWorld(async ({ world, receiver, startWorker, ended, settled }) => {
    startWorker();
    const id = await ended();
    const { state, url } = await settled(id, 1);
    assert.equal([state, url], ['delivered', `${receiver.origin}/hooks?order=1001`]);
    const [message] = receiver.received;
    assert.equal([message?.type, message?.verifiedBy], ['job.succeeded', [0]]);
    assert.match(message?.id ?? '', /^evt_[a-z0-9]{26}_1$/);
    assert.equal(
      [message?.data.id, message?.data.status, message?.data.costUsd !== undefined],
      [id, 'succeeded', true],
    );
    assert.equal(message?.data.links, { self: `/v1/jobs/${id}`, output: `/v1/jobs/${id}/output` });
    ANSWERS.WebhookEvent.parse(JSON.parse(message?.body ?? ''));
    assert.is(/signature|ownerUid|previewUrl|prompt|hooks/.test(message?.body ?? ''), false, message?.body);
    await idle(world, id);
    assert.is((await world.run(id)).nextCheckAt, undefined);
    await sweep(world.engine);
    await world.clock.advance(100 * HOUR_MS);
    assert.is(receiver.received.length, 1);
  }),
);

test(
  'a picture that the owner has already, a cancel and a deadline are told too',
  inWebhookWorld(async ({ world, receiver, url, startWorker, ended, settled, came }) => {
    const { engine, clock } = world;
    const waiting = await world.admitted({ webhook: url, variation: 1 });
    await cancel(engine, waiting.id);
    const late = await world.admitted({ webhook: url, variation: 2 });
    await clock.advance(HOUR_MS);
    await sweep(engine);
    startWorker();
    await came(2);
    await settled(await ended(), 1);
    const again = await submit(engine, await world.submission({ webhook: url }));
    assert.is(again.kind, 'reused');
    await came(4);
    const told = receiver.received.map(({ type, verifiedBy }) => [type, verifiedBy.length]);
    assert.equal(told.sort(), [
      ['job.canceled', 1],
      ['job.expired', 1],
      ['job.succeeded', 1],
      ['job.succeeded', 1],
    ]);
    assert.is((await world.job(late.id)).status, 'expired');
    assert.is(receiver.received.at(-1)?.data.reused, true);
  }),
);

test(
  'a receiver that fails gets ten tries over about 75 hours under one id, each signed anew, and then no more',
  inWebhookWorld(async ({ world, receiver, startWorker, ended, settled, nextTry }) => {
    receiver.answer(500, 503, 'cut', { redirect: 'http://127.0.0.1:1/elsewhere' }, 404, 500);
    startWorker();
    const id = await ended();
    let delivery = await settled(id, 1);
    const waits: number[] = [];
    while (delivery.state === 'pending') {
      waits.push((delivery.nextTryAt ?? 0) - world.clock.now());
      // Whoever sweeps meanwhile rings for nothing.
      await sweep(world.engine);
      delivery = await nextTry(id);
    }
    assert.equal([delivery.state, delivery.tries.length, receiver.received.length], ['failed', TRIES_MAX, TRIES_MAX]);
    for (const [index, waitMs] of WAITS_MS.entries()) {
      const share = (waits[index] ?? 0) / waitMs;
      assert.ok(share >= 0.9 && share <= 1.1, `wait ${index}: ${waits[index]}`);
    }
    const allMs = (delivery.tries.at(-1)?.at ?? 0) - delivery.occurredAt;
    assert.ok(allMs > 68 * HOUR_MS && allMs < 84 * HOUR_MS, String(allMs / HOUR_MS));
    assert.is(new Set(receiver.received.map(message => message.id)).size, 1);
    assert.is(new Set(receiver.received.map(message => message.timestamp)).size, TRIES_MAX);
    assert.ok(receiver.received.every(({ verifiedBy }) => verifiedBy.length === 1));
    const outcomes = delivery.tries.map(({ status, error }) => error ?? status);
    assert.equal(outcomes.slice(0, 5), [500, 503, 'unreachable', 'redirect', 404]);
    await idle(world, id);
    await world.clock.advance(100 * HOUR_MS);
    await sweep(world.engine);
    assert.is(receiver.received.length, TRIES_MAX);
  }),
);

test(
  'a receiver that hangs is given 15 seconds, and one that says "gone" is not asked again',
  inWebhookWorld(async ({ world, receiver, startWorker, ended, settled, came, nextTry }) => {
    receiver.answer('hang', 410);
    startWorker();
    const id = await ended();
    await came(1);
    await world.clock.advance(14_000);
    assert.is((await world.engine.store.get(runs, id))?.pending.length, 1);
    await world.clock.advance(2_000);
    const [hung] = (await settled(id, 1)).tries;
    assert.equal([hung?.error, hung?.ms], ['timeout', 15_000]);
    const gone = await nextTry(id);
    assert.equal([gone.state, gone.tries.at(-1)?.status], ['disabled', 410]);
    await idle(world, id);
  }),
);

test(
  'a task that comes twice, or with the sweeper, sends once',
  inWebhookWorld(async ({ world, receiver, startWorker, ended, settled }) => {
    const { engine } = world;
    receiver.answer('hang');
    startWorker();
    const id = await ended();
    await waitFor('the message', () => receiver.received.length === 1);
    const { dispatch } = await world.run(id);
    const payload = { jobId: id, what: 'webhook', run: 1, v: 1 };
    for (const name of ['again', 'and-again']) {
      await engine.queue.enqueue({ queue: 'upkeep', name, kind: 'upkeep', payload });
    }
    await sweep(engine);
    await waitFor('the tasks', async () => (await engine.queue.exists('upkeep', 'and-again')) === 'gone');
    assert.equal([receiver.received.length, (await world.run(id)).dispatch >= dispatch], [1, true]);
    await world.clock.advance(16_000);
    const { tries } = await settled(id, 1);
    assert.is(tries[0]?.error, 'timeout');
  }),
);

test(
  'deliveries overtake one another, and each tells its own job',
  inWebhookWorld(async ({ world, receiver, url, startWorker, came, settled, nextTry }) => {
    receiver.answer(500, 204);
    startWorker();
    const first = await world.admitted({ webhook: url, variation: 1 });
    await world.done(first.id);
    await settled(first.id, 1);
    const second = await world.admitted({ webhook: url, variation: 2 });
    await world.done(second.id);
    await came(2);
    await settled(second.id, 1);
    assert.is((await nextTry(first.id)).state, 'delivered');
    assert.equal(
      receiver.received.map(({ data }) => data.id),
      [first.id, second.id, first.id],
    );
    const [one, two, three] = receiver.received;
    assert.equal([one?.id === three?.id, one?.id === two?.id], [true, false]);
  }),
);

test(
  'the owner erases a job: what is still to be told shows nothing of it, and its address is forgotten',
  inWebhookWorld(async ({ world, receiver, startWorker, ended, settled, nextTry, delivery }) => {
    receiver.answer(500, 204);
    startWorker();
    const id = await ended();
    await settled(id, 1);
    await erase(world.engine, id);
    await waitFor('the objects to go', async () => (await world.run(id)).pending.every(({ kind }) => kind !== 'erase'));
    assert.is((await delivery(id)).url, `${receiver.origin}/hooks?order=1001`, 'it is still to be delivered');
    assert.is((await nextTry(id)).url, receiver.origin);
    const told = receiver.received.at(-1);
    assert.equal([told?.type, told?.data.output, 'erasedAt' in (told?.data ?? {})], ['job.succeeded', undefined, true]);
    await idle(world, id);
    assert.equal((await world.run(id)).webhook, { url: receiver.origin }, 'told, it is forgotten here, too');

    const other = await ended();
    await settled(other, 1);
    await idle(world, other);
    await erase(world.engine, other);
    await idle(world, other);
    assert.equal(
      [(await delivery(other)).url, (await world.run(other)).webhook],
      [receiver.origin, { url: receiver.origin }],
    );
  }),
);

test.run();

/** Nothing follows any more. */
async function idle(world: WebhookWorld['world'], id: string): Promise<void> {
  await waitFor('nothing to be pending', async () => (await world.run(id)).pending.length === 0);
}
