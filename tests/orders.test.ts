/**
 * A picture that was sold is there until it is printed. Platform: the API and the worker in the test's process, on SQLite
 * and a directory; days pass on the test's clock.
 */
import { createHmac } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clearOut } from '../common/embedded/housekeeping.ts';
import { erase } from '../common/jobs/erase.ts';
import { keepOrdered } from '../common/jobs/order.ts';
import { DAY_MS, LIMITS } from '../common/limits.ts';
import { silentLog } from '../common/log.ts';
import type { Bucket } from '../common/platform/bucket.ts';
import { type ApiWorld, inApiWorld } from './api-world.ts';
import { waitFor } from './wait-for.ts';

const test = suite('orders');
const SOLD = '5123456789012';
const SHOPIFY = { domain: 'cats.myshopify.com', secret: 'hush-hush-hush-hush', pathPrefix: '/apps/easel' };

interface JobAnswer {
  readonly id: string;
  readonly code?: string;
  readonly sequence: number;
  readonly orderIds?: readonly string[];
  readonly output?: { readonly url?: string; readonly previewUrl: string; readonly expiresAt: string };
}

test(
  'a picture that was sold opens after 31 days, and one that was not is gone; both are gone in the end',
  inApiWorld(async world => {
    world.startWorker();
    const server = await world.key('server');
    const [sold = '', unsold = ''] = await drawn(world, server, 2);
    const ordered = await order(world, server, sold);
    assert.equal([ordered.status, ordered.body.orderIds], [200, [SOLD]]);
    await kept(world, sold);
    await pass(world, 31);
    assert.is(await opens(world, server, `/v1/jobs/${sold}/output`), 'image/png');
    assert.is(await opens(world, server, `/v1/jobs/${sold}/output?variant=preview`), 'image/webp');
    assert.is(await opens(world, server, `/v1/jobs/${sold}/input`), 'image/png');
    assert.equal(await refused(world, server, `/v1/jobs/${unsold}/output`), [410, 'output_expired']);
    assert.equal(await refused(world, server, `/v1/jobs/${unsold}/input`), [410, 'input_not_kept']);
    const { body } = await world.call<JobAnswer>(`GET /v1/jobs/${sold}`, { as: server });
    assert.is(Date.parse(body.output?.expiresAt ?? ''), world.clock.now() + (400 - 31) * DAY_MS);
    await pass(world, 370);
    assert.equal(await objectsIn(world, 'orders/'), []);
    assert.is((await world.call(`GET /v1/jobs/${sold}`, { as: server })).status, 404);
  }),
);

test(
  'an order counts once, and a later one renews the time of all that is kept',
  inApiWorld(async world => {
    world.startWorker();
    const server = await world.key('server');
    const [id = ''] = await drawn(world, server, 1);
    await order(world, server, id);
    await kept(world, id);
    const first = await world.job(id);
    await order(world, server, id);
    assert.equal(await world.job(id), first, 'the same order changes nothing');
    await pass(world, 300);
    assert.equal((await order(world, server, id, 'again')).body.orderIds, [SOLD, 'again']);
    await waitFor(
      'the time to be renewed',
      async () => (await world.job(id)).output?.expiresAt !== first.output?.expiresAt,
    );
    await pass(world, 300);
    assert.is(await opens(world, server, `/v1/jobs/${id}/output`), 'image/png');
    assert.is(await opens(world, server, `/v1/jobs/${id}/input`), 'image/png');
  }),
);

test(
  'what is ordered before it is drawn is kept once it is there',
  inApiWorld(async world => {
    const server = await world.key('server');
    const { body } = await world.submit({ as: server });
    assert.is((await order(world, server, body.id)).status, 200);
    await keepOrdered(world.engine, body.id);
    assert.equal(await objectsIn(world, 'orders/'), [], 'the end has to come first');
    world.startWorker();
    await world.done(body.id);
    await kept(world, body.id);
    await pass(world, 31);
    assert.is(await opens(world, server, `/v1/jobs/${body.id}/output`), 'image/png');
  }),
);

test(
  'a job that ended without a picture keeps the photo of the order',
  inApiWorld(async world => {
    const server = await world.key('server');
    const { body } = await world.submit({ as: server });
    await world.call(`POST /v1/jobs/${body.id}/cancel`, { as: server });
    world.startWorker();
    assert.is((await order(world, server, body.id)).status, 200);
    await waitFor('the photo to be kept', async () => (await objectsIn(world, 'orders/')).length === 1);
    await pass(world, 31);
    assert.is(await opens(world, server, `/v1/jobs/${body.id}/input`), 'image/png');
    assert.equal(await refused(world, server, `/v1/jobs/${body.id}/output`), [409, 'output_not_ready']);
  }),
);

test(
  'what is erased is gone from the orders too',
  inApiWorld(async world => {
    world.startWorker();
    const server = await world.key('server');
    const [id = ''] = await drawn(world, server, 1);
    await order(world, server, id);
    await kept(world, id);
    const { body } = await world.call<JobAnswer>(`DELETE /v1/jobs/${id}`, { as: server });
    assert.is(body.orderIds, undefined);
    await nothingLeft(world);
    assert.equal((await order(world, server, id)).body.code, 'erased');
  }),
);

/** Erases the job, with its objects, as soon as something of it was copied to the orders. */
let eraseNow: (() => Promise<unknown>) | undefined;
const erasesAtCopy = ({ bucket }: { bucket: Bucket }) => ({
  bucket: {
    ...bucket,
    async copy(from: string, to: string) {
      await bucket.copy(from, to);
      const eraser = eraseNow;
      eraseNow = undefined;
      await eraser?.();
    },
  },
});

test(
  'an erasure in the middle of the copying leaves nothing behind',
  inApiWorld(
    async world => {
      world.startWorker();
      const server = await world.key('server');
      const [id = ''] = await drawn(world, server, 1);
      const { promise: erased, resolve } = Promise.withResolvers<void>();
      eraseNow = async () => {
        await erase(world.engine, id);
        await waitFor('the erasure', async () => (await world.run(id)).pending.every(({ kind }) => kind !== 'erase'));
        resolve();
      };
      await order(world, server, id);
      await erased;
      await waitFor('the end of the keeping', async () => (await world.run(id)).pending.length === 0);
      await nothingLeft(world);
    },
    { around: erasesAtCopy },
  ),
);

test(
  'a shop that shows whole pictures once they are ordered shows a session the preview before',
  inApiWorld(async world => {
    world.startWorker();
    await world.shop('cats', { release: 'on-order' });
    const server = await world.key('server', { shop: 'cats' });
    const storefront = await world.key('storefront', { shop: 'cats' });
    const session = (await world.call('POST /v1/sessions', { as: storefront })).body.token ?? '';
    const { body } = await world.submit({ as: session });
    await world.done(body.id);
    const read = async (as: string) => (await world.call<JobAnswer>(`GET /v1/jobs/${body.id}`, { as })).body.output;
    assert.equal(
      [typeof (await read(session))?.url, typeof (await read(session))?.previewUrl],
      ['undefined', 'string'],
    );
    assert.is(typeof (await read(server))?.url, 'string');
    assert.equal(await refused(world, session, `/v1/jobs/${body.id}/output`), [403, 'not_released']);
    assert.is(await opens(world, session, `/v1/jobs/${body.id}/output?variant=preview`), 'image/webp');
    assert.is(await opens(world, server, `/v1/jobs/${body.id}/output`), 'image/png');
    const before = await world.call(`GET /v1/jobs/${body.id}`, { as: session });
    await order(world, server, body.id);
    assert.is(typeof (await read(session))?.url, 'string');
    assert.is(await opens(world, session, `/v1/jobs/${body.id}/output`), 'image/png');
    const headers = { 'if-none-match': String(before.headers.etag) };
    assert.is((await world.call(`GET /v1/jobs/${body.id}`, { as: session, headers })).status, 200, 'it has changed');
  }),
);

test(
  'the items of a batch show a session the preview before the order, and the server and an operator the whole picture',
  inApiWorld(async world => {
    world.startWorker();
    await world.shop('cats', { release: 'on-order' });
    const server = await world.key('server', { shop: 'cats' });
    const storefront = await world.key('storefront', { shop: 'cats' });
    const session = (await world.call('POST /v1/sessions', { as: storefront })).body.token ?? '';
    const { body } = await world.submitBatch({ as: session }, { styles: ['charcoal'] });
    const urls = async (as: string) => {
      const items = await world.call<{ jobs: JobAnswer[] }>(`GET /v1/batches/${body.id}/items`, { as });
      return items.body.jobs.map(({ output }) => [typeof output?.url, typeof output?.previewUrl]);
    };
    await waitFor('the picture', async () => (await urls(server))[0]?.[1] === 'string');
    assert.equal(await urls(session), [['undefined', 'string']]);
    for (const as of [server, await world.key('admin')]) assert.equal(await urls(as), [['string', 'string']]);
  }),
);

test(
  'a sale that Shopify tells of keeps the pictures that its lines name, and those of its shop alone',
  inApiWorld(async world => {
    world.startWorker();
    await world.shop('cats', { shopify: SHOPIFY });
    const server = await world.key('server', { shop: 'cats' });
    const [sold = '', other = ''] = await drawn(world, server, 2);
    const [foreign = ''] = await drawn(world, await world.key('server'), 1);
    const properties = [sold, foreign, 'job_0wx3r7s9t5gfb2m1c8e4kz6ndq'].map(value => ({ name: '_easel_job', value }));
    const lines = [{ title: 'Mug' }, { properties: [{ name: 'Style', value: 'charcoal' }, ...properties] }];
    const sale = { id: Number(SOLD), line_items: lines, note: other };
    assert.is((await tell(world, sale)).status, 204);
    assert.is((await tell(world, sale)).status, 204, 'told twice');
    assert.equal((await world.job(sold)).orderIds, [SOLD]);
    assert.equal([(await world.job(foreign)).orderIds, (await world.job(other)).orderIds], [undefined, undefined]);
    await kept(world, sold);
  }),
);

test(
  'a message that Shopify has not signed for this shop is refused, and changes nothing',
  inApiWorld(async world => {
    world.startWorker();
    await world.shop('cats', { shopify: SHOPIFY });
    await world.shop('dogs', { shopify: { ...SHOPIFY, domain: 'dogs.myshopify.com', secret: 'another-long-secret' } });
    await world.shop('birds', { shopify: { ...SHOPIFY, domain: 'birds.myshopify.com', secret: '' } });
    const [id = ''] = await drawn(world, await world.key('server', { shop: 'cats' }), 1);
    const sale = { id: 1, line_items: [{ properties: [{ name: '_easel_job', value: id }] }] };
    const good = signature(JSON.stringify(sale), SHOPIFY.secret);
    const forged: { [name: string]: string | undefined }[] = [
      { 'x-shopify-hmac-sha256': undefined },
      { 'x-shopify-hmac-sha256': '' },
      { 'x-shopify-hmac-sha256': `${good}=` },
      { 'x-shopify-hmac-sha256': Buffer.from(good, 'base64').toString('hex') },
      { 'x-shopify-hmac-sha256': signature(JSON.stringify(sale), 'another-long-secret') },
      { 'x-shopify-hmac-sha256': signature(JSON.stringify(sale), ''), 'x-shopify-shop-domain': 'birds.myshopify.com' },
      { 'x-shopify-hmac-sha256': signature(`${JSON.stringify(sale)} `, SHOPIFY.secret) },
      { 'x-shopify-shop-domain': undefined },
      { 'x-shopify-shop-domain': 'dogs.myshopify.com' },
      { 'x-shopify-shop-domain': 'nobody.myshopify.com' },
      { 'x-shopify-shop-domain': 'cats.myshopify.com.evil.example' },
    ];
    for (const headers of forged) {
      const { status, body } = await tell(world, sale, headers);
      assert.equal([status, body.code], [401, 'signature_invalid'], JSON.stringify(headers));
    }
    assert.is((await world.job(id)).orderIds, undefined);
    const bad = [{}, { id: '1; drop', line_items: [] }, { id: 1, line_items: 'none' }, []];
    for (const body of bad) assert.is((await tell(world, body)).status, 400, JSON.stringify(body));
    assert.is((await tell(world, {}, { 'x-shopify-topic': 'carts/update' })).status, 204, 'nothing that concerns us');
    assert.is((await tell(world, sale)).status, 204);
    assert.equal((await world.job(id)).orderIds, ['1']);
  }),
);

test.run();

function order(world: ApiWorld, as: string, id: string, orderId = SOLD) {
  return world.call<JobAnswer>(`POST /v1/jobs/${id}/order`, { as, body: { orderId } });
}

async function drawn(world: ApiWorld, as: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let variation = 0; variation < count; variation++) {
    const { body } = await world.submit({ as }, { style: 'charcoal', options: { variation } });
    await world.done(body.id);
    ids.push(body.id);
  }
  return ids;
}

async function kept(world: ApiWorld, id: string): Promise<void> {
  await waitFor('photo and picture to be kept', async () => {
    const { kept: is, pending } = await world.run(id);
    return is?.photo && is.picture && pending.length === 0;
  });
}

/** Lets days pass, and does then what Google's lifecycle and TTL rules, or the housekeeping, do by themselves. */
async function pass(world: ApiWorld, days: number): Promise<void> {
  await world.clock.advance(days * DAY_MS);
  const { platform, clock, engine } = world;
  const { orderRetentionMs } = engine.settings;
  const lifecycle = { 'cache/': LIMITS.retentionMs, 'inputs/': LIMITS.retentionMs, 'orders/': orderRetentionMs };
  await clearOut({ ...platform, clock, log: silentLog, lifecycle });
}

/** Follows the redirect to its end, and tells the type of what is there. */
async function opens(world: ApiWorld, as: string, path: string): Promise<string | undefined> {
  const { status, headers } = await world.call(`GET ${path}`, { as });
  assert.is(status, 302, path);
  const signed = new URL(String(headers.location));
  const object = await world.call(`GET ${signed.pathname}${signed.search}`);
  assert.is(object.status, 200, path);
  return String(object.headers['content-type']);
}

async function refused(world: ApiWorld, as: string, path: string) {
  const { status, body } = await world.call(`GET ${path}`, { as });
  return [status, body.code];
}

async function objectsIn({ platform }: ApiWorld, prefix: string): Promise<string[]> {
  return (await platform.bucket.list(prefix, { limit: 100 })).map(({ path }) => path);
}

async function nothingLeft(world: ApiWorld): Promise<void> {
  await waitFor('every object to be gone', async () => {
    const found = await Promise.all(['orders/', 'cache/', 'inputs/'].map(prefix => objectsIn(world, prefix)));
    return found.flat().length === 0;
  });
}

function signature(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('base64');
}

/** Headers that are undefined are left out. */
function tell(world: ApiWorld, body: unknown, changed: { [name: string]: string | undefined } = {}) {
  const usual = {
    'x-shopify-topic': 'orders/create',
    'x-shopify-shop-domain': SHOPIFY.domain,
    'x-shopify-hmac-sha256': signature(JSON.stringify(body), SHOPIFY.secret),
  };
  const all = Object.entries({ ...usual, ...changed }).filter(([, value]) => value !== undefined);
  return world.call('POST /v1/shopify/webhooks', { body, headers: Object.fromEntries(all) as Record<string, string> });
}
