/**
 * Several styles of one photo in one call: one decision about the quota, one status, the same ways of waiting as a job
 * has. Platform: the API in the test's process, on SQLite; `tests/batch-service.test.ts` asks the whole service.
 */
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jobs, quotas, runs } from '../common/collections.ts';
import { cancel } from '../common/jobs/cancel.ts';
import { type ApiWorld, inApiWorld } from './api-world.ts';
import { openEvents } from './event-stream.ts';
import { waitFor } from './wait-for.ts';

const test = suite('batches of styles');
const THREE = ['ink-wash', 'charcoal', 'fine-art-bw'];

interface BatchAnswer {
  readonly id: string;
  readonly code?: string;
  readonly status: string;
  readonly done: boolean;
  readonly sequence: number;
  readonly counts: { readonly [status: string]: number };
  readonly pollAfterMs: number;
  readonly jobs: readonly { readonly id: string; readonly style: string; readonly [field: string]: unknown }[];
  readonly refused?: readonly { readonly style: string; readonly code: string }[];
  readonly errors?: readonly { readonly pointer: string }[];
  readonly pool?: string;
}

async function photo(background = '#c8783c'): Promise<string> {
  const square = sharp({ create: { width: 256, height: 256, channels: 3, background } });
  return (await square.png().toBuffer()).toString('base64');
}

async function shopper(world: ApiWorld): Promise<string> {
  const { body } = await world.call('POST /v1/sessions', { as: await world.key('storefront') });
  return body.token ?? '';
}

async function submit(world: ApiWorld, as: string, fields: object = {}, headers: { [name: string]: string } = {}) {
  const body = { styles: THREE, image: { data: await photo() }, ...fields };
  return world.call<BatchAnswer>('POST /v1/batches', { as, headers, body });
}

async function held(world: ApiWorld): Promise<number[]> {
  const { items } = await world.engine.store.list({ from: quotas, limit: 100 });
  return items.filter(({ id }) => id.includes('-named-')).map(quota => quota.held);
}

test(
  'one photo in three styles is three jobs with one status, in the order asked for',
  inApiWorld(async world => {
    const as = await shopper(world);
    const { status, headers, body } = await submit(world, as, { customId: 'order-1', metadata: { product: '42' } });
    assert.equal([status, headers.location], [202, `/v1/batches/${body.id}`]);
    assert.equal([body.status, body.done, body.sequence, body.pollAfterMs], ['queued', false, 3, 1_000]);
    assert.equal([body.counts.total, body.counts.queued], [3, 3]);
    assert.equal(
      body.jobs.map(({ style, batchId, customId }) => [style, batchId, customId]),
      THREE.map(style => [style, body.id, 'order-1']),
    );
    assert.equal(await held(world), [3, 3], 'of the session and of its address');
    const ids = body.jobs.map(({ id }) => id);
    assert.equal([...ids].sort(), ids, 'the order of ids is that of the styles');
    const one = await world.call<{ batchId: string }>(`GET /v1/jobs/${ids[1]}`, { as });
    assert.is(one.body.batchId, body.id);
    const paths = await Promise.all(ids.map(async id => (await world.engine.store.get(runs, id))?.inputPath ?? ''));
    assert.is(new Set(paths).size, 3, 'each has a photo of its own, so that one can be erased alone');
    assert.is((await world.engine.bucket.list('inputs/', { limit: 10 })).length, 3);
  }),
);

test(
  'all or nothing: where there is room for two of three nothing is taken in, unless a part is wanted',
  inApiWorld(async world => {
    const as = await shopper(world);
    await submit(world, as, { styles: ['post-impressionist'] });
    await fill(world, 8);
    const refused = await submit(world, as);
    assert.equal([refused.status, refused.body.code, refused.body.pool], [429, 'quota_exceeded', 'named']);
    assert.ok(Number(refused.headers['retry-after']) > 0);
    assert.equal(await held(world), [8, 8]);
    assert.is((await world.engine.bucket.list('inputs/', { limit: 10 })).length, 1, 'no photo is left behind');

    const part = await submit(world, as, { partial: true });
    assert.equal([part.status, part.body.counts.total], [202, 2]);
    assert.equal(part.body.refused, [{ style: 'fine-art-bw', code: 'quota_exceeded' }]);
    assert.equal(await held(world), [10, 10]);
    assert.is((await world.engine.bucket.list('inputs/', { limit: 10 })).length, 3);
    const nothing = await submit(world, as, { partial: true, options: { variation: 1 } });
    assert.equal([nothing.status, nothing.body.code], [429, 'quota_exceeded']);
  }),
);

/** As if so many pictures had been admitted today. */
async function fill(world: ApiWorld, count: number): Promise<void> {
  const { items } = await world.engine.store.list({ from: quotas, limit: 100 });
  await world.engine.store.transaction(async tx => {
    for (const quota of items.filter(({ id }) => id.includes('-named-'))) tx.set(quotas, { ...quota, held: count });
  });
}

test(
  'of batches that are sent at once exactly as many styles are taken in as there is room for',
  inApiWorld(async world => {
    const as = await shopper(world);
    const photos = await Promise.all(['#111111', '#333333', '#555555', '#777777', '#999999'].map(photo));
    const answers = await Promise.all(photos.map(data => submit(world, as, { image: { data } })));
    assert.equal(
      answers.map(({ status }) => status).sort((a, b) => a - b),
      [202, 202, 202, 429, 429],
    );
    assert.equal(await held(world), [9, 9]);
    assert.is((await world.engine.store.list({ from: jobs, limit: 100 })).items.length, 9);
  }),
);

test(
  'a repeat under its key is the same batch, and another request under it a conflict',
  inApiWorld(async world => {
    const as = await shopper(world);
    const key = { 'idempotency-key': 'order-1' };
    const [first, second] = await Promise.all([submit(world, as, {}, key), submit(world, as, {}, key)]);
    assert.is(first.body.id, second.body.id);
    const again = await submit(world, as, {}, key);
    assert.equal([again.status, again.headers['idempotent-replayed']], [202, 'true']);
    assert.equal(await held(world), [3, 3]);
    assert.is((await world.engine.bucket.list('inputs/', { limit: 10 })).length, 3);
    for (const other of [{ styles: ['charcoal'] }, { partial: true }, { options: { variation: 2 } }]) {
      const answer = await submit(world, as, other, key);
      assert.equal([answer.status, answer.body.code], [422, 'idempotency_key_reused']);
    }
  }),
);

test(
  'what was drawn before is handed out style by style, free, and only the rest is drawn',
  inApiWorld(async world => {
    const as = await shopper(world);
    world.startWorker();
    const first = await submit(world, as, { styles: ['charcoal'] });
    await world.done(first.body.jobs[0]?.id ?? '');
    const { body } = await submit(world, as);
    assert.equal(
      body.jobs.map(({ style, reused }) => [style, reused]),
      [
        ['ink-wash', false],
        ['charcoal', true],
        ['fine-art-bw', false],
      ],
    );
    for (const { id } of body.jobs) await world.done(id);
    const whole = await submit(world, as);
    assert.equal([whole.status, whole.body.status, whole.body.done], [200, 'succeeded', true]);
    assert.ok(whole.body.jobs.every(({ reused }) => reused));
    assert.equal(await held(world), [3, 3], 'each was drawn once');
    assert.is(world.model.calls.length, 3);
  }),
);

test(
  'each picture is told as it lands, by events, by a held request and by a new ETag',
  inApiWorld(async world => {
    const as = await shopper(world);
    const { body } = await submit(world, as);
    const address = `GET /v1/batches/${body.id}`;
    const first = await world.call<BatchAnswer>(address, { as });
    const etag = String(first.headers.etag);
    assert.is((await world.call(address, { as, headers: { 'if-none-match': etag } })).status, 304);
    const stream = await openEvents(`${world.url}/v1/batches/${body.id}/events`, { key: as });
    const told = await stream.nextBatch();
    assert.equal([told?.id, told?.batch.status], [3, 'queued']);

    const waiting = world.call<BatchAnswer>(`${address}?after=3`, { as, headers: { prefer: 'wait=20' } });
    await cancel(world.engine, body.jobs[1]?.id ?? '');
    const landed = await waiting;
    assert.equal([landed.body.status, landed.body.counts.canceled, landed.body.done], ['running', 1, false]);
    assert.ok(landed.headers.etag !== etag);
    assert.is((await stream.nextBatch())?.batch.counts.canceled, 1);

    const end = world.call<BatchAnswer>(`POST /v1/batches/${body.id}/cancel`, { as });
    assert.equal([(await end).body.status, (await end).body.done], ['canceled', true]);
    const last = await waitFor('the last event', async () => {
      const event = await stream.nextBatch();
      return event?.batch.done ? event : undefined;
    });
    assert.is(last.batch.status, 'canceled');
    assert.is(await stream.next(), undefined, 'nothing follows the end');
    const late = await openEvents(`${world.url}/v1/batches/${body.id}/events`, { key: as, lastEventId: last.id });
    assert.is(late.status, 204);
    assert.equal(await held(world), [0, 0], 'what was not drawn is given back');
  }),
);

test(
  'what cannot be taken is refused with the field that is wrong, and nothing is kept',
  inApiWorld(async world => {
    const as = await shopper(world);
    const cases: [object, number, string, string?][] = [
      [{ styles: [] }, 400, 'fields_invalid', '/styles'],
      [{ styles: ['charcoal', 'no-such'] }, 400, 'style_unknown'],
      [{ styles: ['pen-and-marker', 'charcoal', 'pen_and_marker'] }, 400, 'fields_invalid', '/styles/2'],
      [{ styles: Array.from({ length: 21 }, (_, index) => `s${index}`) }, 400, 'fields_invalid', '/styles'],
      [{ style: 'charcoal' }, 400, 'fields_invalid', '/style'],
      [{ customerId: '7' }, 400, 'fields_invalid', '/customerId'],
      [{ partial: 'yes' }, 400, 'fields_invalid', '/partial'],
      [{ image: { data: 'AAAA' } }, 415, 'image_type_unsupported'],
      [{ image: undefined }, 400, 'image_missing'],
    ];
    for (const [fields, status, code, pointer] of cases) {
      const answer = await submit(world, as, fields);
      assert.equal([answer.status, answer.body.code], [status, code], JSON.stringify(fields).slice(0, 80));
      if (pointer) assert.is(answer.body.errors?.[0]?.pointer, pointer);
    }
    assert.equal(await held(world), []);
    assert.is((await world.engine.bucket.list('inputs/', { limit: 10 })).length, 0);
  }),
);

test(
  "a shop's server names the shopper, sees what it costs, and counts as that customer",
  inApiWorld(async world => {
    const as = await world.key('server');
    const { status, body } = await submit(world, as, { customerId: '7' });
    assert.is(status, 202);
    assert.is((body as BatchAnswer & { costUsd: number }).costUsd, 0);
    assert.equal(await held(world), [3]);
    const quota = await world.call<{ pools: { named: { remaining: number } } }>('GET /v1/quota?customerId=7', { as });
    assert.is(quota.body.pools.named.remaining, 7);
  }),
);

test.run();
