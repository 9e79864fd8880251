/**
 * The three messages about persons' data that Shopify demands of every app. Platform: the API and the worker in the test's
 * process, on SQLite and a directory.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Batch } from '../common/batches/batch.ts';
import { batches, uploads } from '../common/collections.ts';
import { keptPath } from '../common/picture.ts';
import { SETTLE_MS } from '../common/privacy/erase-shop.ts';
import { NOBODY } from '../common/privacy/privacy-request.ts';
import { noteUpload } from '../common/uploads.ts';
import { type ApiWorld, inApiWorld } from './api-world.ts';
import { CONNECTION, signedMessage, signedQuery } from './doubles/app-proxy.ts';
import { waitFor } from './wait-for.ts';

const test = suite('Shopify privacy');
const shop = { shop_id: 954889, shop_domain: CONNECTION.domain };
const customer = { id: 7, email: 'seven@example.com', phone: '555-0107' };
const REDACT = { ...shop, customer, orders_to_redact: [1001, 1002] };
const WANTED = { ...shop, customer, orders_requested: [1001], data_request: { id: 9999 } };
const SHOP = { ...shop };

interface Request {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly asked: string;
  readonly customerId?: string;
  readonly orderIds?: readonly string[];
  readonly jobs: { readonly total: number; readonly ofOrders?: number; readonly erased?: number };
  readonly links: { readonly export?: string };
}

test(
  'customers/redact erases whom the App Proxy calls by that number, and what was ordered as a guest',
  inApiWorld(async world => {
    world.startWorker();
    const server = await connected(world);
    const [own, guests, others] = [await session(world, '7'), await session(world, ''), await session(world, '8')];
    const [mine, bought, unsold, other] = [
      await drawn(world, own),
      await drawn(world, guests, 1),
      await drawn(world, guests, 2),
      await drawn(world, others),
    ];
    await order(world, server, bought, '1002');
    await order(world, server, other, '1003');
    const [photo, kept] = [await orderedPhoto(world, '1001'), await orderedPhoto(world, '1003')];
    assert.is(await tell(world, 'customers/redact', REDACT), 204);
    const [request] = await requests(world, server);
    assert.equal([request?.kind, request?.asked], ['erase-customer', 'shopify']);
    const done = await isDone(world, server, request?.id ?? '');
    assert.equal(done.jobs, { total: 1, left: 0, ofOrders: 1 });
    for (const id of [mine, bought]) assert.equal((await world.run(id)).owner, {});
    for (const id of [unsold, other]) assert.is.not((await world.run(id)).ownerUid, NOBODY);
    assert.is((await world.call(`GET /v1/jobs/${other}/output`, { as: server })).status, 302);
    const { store } = world.engine;
    assert.equal([await store.get(uploads, photo), (await store.get(uploads, kept))?.id], [undefined, kept]);
    assert.equal(await left(world, `orders/cats/${photo}/`), [], 'a photo that was sent with an order');
    assert.equal(await left(world, `orders/cats/${bought}/`), []);
    assert.is((await left(world, `orders/cats/${other}/`)).length, 3);
  }),
);

test(
  'a message that comes again erases nothing that came later, and another one does',
  inApiWorld(async world => {
    world.startWorker();
    const server = await connected(world);
    await drawn(world, await session(world, '7'));
    await tell(world, 'customers/redact', REDACT, 'one');
    const [request] = await requests(world, server);
    await isDone(world, server, request?.id ?? '');
    await world.clock.advance(60_000);
    const later = await drawn(world, await session(world, '7'));
    assert.is(await tell(world, 'customers/redact', REDACT, 'one'), 204);
    assert.equal(
      (await requests(world, server)).map(({ state }) => state),
      ['done'],
    );
    assert.is((await world.job(later)).erasedAt, undefined);
    assert.is(await tell(world, 'customers/redact', REDACT, 'two'), 204);
    await isDone(world, server, request?.id ?? '');
    assert.is((await world.run(later)).ownerUid, NOBODY);
  }),
);

test(
  'customers/data_request waits for somebody who hands the export on',
  inApiWorld(async world => {
    world.startWorker();
    const server = await connected(world);
    await drawn(world, await session(world, '7'));
    const guests = await drawn(world, await session(world, ''), 1);
    await order(world, server, guests, '1001');
    for (const id of ['one', 'two']) assert.is(await tell(world, 'customers/data_request', WANTED, id), 204);
    const [request, second] = await requests(world, server);
    assert.is(second, undefined, 'told twice, asked once');
    assert.equal([request?.state, request?.customerId, request?.orderIds], ['open', '7', ['1001']]);
    const exported = await world.call(`GET ${request?.links.export}`, { as: server });
    const lines = exported.text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { type: string; id?: string });
    assert.equal(
      lines.map(({ type }) => type),
      ['customer', 'job', 'job', 'end'],
    );
    assert.is(lines[2]?.id, guests);
    const closed = await world.call<Request>(`POST /v1/privacy-requests/${request?.id}/close`, { as: server });
    assert.equal([closed.body.state, closed.body.customerId], ['done', undefined]);
    await tell(world, 'customers/data_request', WANTED, 'one');
    assert.equal(
      (await requests(world, server)).map(({ state }) => state),
      ['done'],
    );
  }),
);

test(
  'shop/redact erases everything of the shop, ends its keys, and touches no other shop',
  inApiWorld(async world => {
    world.startWorker();
    const server = await connected(world);
    const admin = await world.key('admin');
    const elsewhere = await world.key('server');
    const dogs = (await world.submit({ as: elsewhere })).body.id;
    await world.done(dogs);
    const ids = [await drawn(world, await session(world, '7')), await drawn(world, await session(world, ''), 1)];
    const own = (await world.submit({ as: server }, { style: 'charcoal', customId: 'a-name' })).body.id;
    await world.done(own);
    const batch = (await world.submitBatch({ as: server }, { styles: ['ink-wash'], customId: 'a-name' })).body.id;
    const { jobIds } = (await world.engine.store.get(batches, batch)) as Batch;
    for (const id of jobIds) await world.done(id);
    await order(world, server, ids[0] ?? '', '1001');
    assert.is(await tell(world, 'shop/redact', SHOP), 204);
    const [request] = await requests(world, admin);
    assert.equal([request?.kind, request?.state], ['erase-shop', 'running']);
    await waitFor('the first pass', async () => (await show(world, admin, request?.id ?? '')).jobs.erased === 4);
    assert.is((await show(world, admin, request?.id ?? '')).state, 'running', 'until nobody can have come meanwhile');
    await world.clock.advance(SETTLE_MS);
    await isDone(world, admin, request?.id ?? '');
    assert.is((await world.call('GET /v1/jobs', { as: server })).status, 401);
    const revoked = await world.call<{ entries: { actor: string; reason: string }[] }>(
      'GET /v1/admin/audit?action=key.revoke',
      { as: admin },
    );
    assert.equal(
      revoked.body.entries.map(({ actor, reason }) => [actor, reason]),
      [['easel', 'everything of the shop cats is erased']],
    );
    for (const id of [...ids, own]) assert.is((await world.run(id)).ownerUid, NOBODY);
    const found = await world.call<{ batches: { customId?: string }[] }>('GET /v1/admin/batches?shop=cats', {
      as: admin,
    });
    assert.equal([found.body.batches.length, found.body.batches[0]?.customId], [1, undefined], batch);
    const { body } = await world.call<{ origins: string[]; shopify?: object }>('GET /v1/admin/shops/cats', {
      as: admin,
    });
    assert.equal([body.origins, body.shopify ?? undefined], [[], undefined]);
    assert.equal(await left(world, 'orders/'), []);
    assert.is((await left(world, 'cache/')).length, 2, 'the picture of the other shop, and its preview');
    assert.is((await world.call(`GET /v1/jobs/${dogs}/output`, { as: elsewhere })).status, 302);
  }),
);

test(
  'what was not signed for this shop and this message changes nothing',
  inApiWorld(async world => {
    const server = await connected(world);
    const dogs = { ...CONNECTION, domain: 'dogs.myshopify.com' };
    await world.shop('dogs', { shopify: dogs });
    await world.submit({ as: server }, { style: 'charcoal', customerId: '7' });
    const topics = ['customers/redact', 'customers/data_request', 'shop/redact'] as const;
    const bodies = { 'customers/redact': REDACT, 'customers/data_request': WANTED, 'shop/redact': SHOP };
    for (const topic of topics) {
      const text = JSON.stringify(bodies[topic]);
      const good = { ...signedMessage(text, { topic }), 'x-shopify-webhook-id': 'one' };
      const forged = [
        { ...good, 'x-shopify-hmac-sha256': '' },
        signedMessage(`${text} `, { topic }),
        signedMessage(text, { topic, secret: 'another-long-secret' }),
        // One app in two shops has one secret: the body of one must not count for the other.
        { ...good, 'x-shopify-shop-domain': dogs.domain },
      ];
      for (const headers of forged) {
        const { status, body } = await world.call('POST /v1/shopify/webhooks', { headers, body: bodies[topic] });
        assert.equal([status, body.code], [401, 'signature_invalid'], topic);
      }
      for (const other of topics.filter(one => one !== topic)) {
        assert.is(await tell(world, other, bodies[topic]), 400, `${topic} as ${other}`);
      }
      assert.is(await tell(world, topic, { ...shop, customer: { id: '7; drop' } }), 400);
      assert.is(await tell(world, topic, []), 400);
    }
    assert.equal(await requests(world, await world.key('admin')), []);
  }),
);

test.run();

/** The shop's server key. */
async function connected(world: ApiWorld): Promise<string> {
  await world.shop('cats', { shopify: CONNECTION, origins: ['https://www.cats.example'] });
  return world.key('server', { shop: 'cats' });
}

async function session(world: ApiWorld, customerId: string): Promise<string> {
  const query = signedQuery({ now: world.clock.now(), changed: { logged_in_customer_id: customerId } });
  return (await world.call(`POST /v1/sessions${query}`)).body.token ?? '';
}

async function drawn(world: ApiWorld, as: string, variation = 0): Promise<string> {
  const { body } = await world.submit({ as }, { style: 'charcoal', options: { variation } });
  await world.done(body.id);
  return body.id;
}

async function order(world: ApiWorld, as: string, id: string, orderId: string): Promise<void> {
  assert.is((await world.call(`POST /v1/jobs/${id}/order`, { as, body: { orderId } })).status, 200);
  await waitFor('the copies of the order', async () => (await world.run(id)).kept?.picture);
}

/** A guest's photo that waits for its picture. */
async function orderedPhoto({ engine, clock }: ApiWorld, orderId: string): Promise<string> {
  const { id } = await noteUpload(engine, { shop: 'cats', ownerUid: 'a guest', contentType: 'image/png', bytes: 4 });
  const path = keptPath({ id, shop: 'cats' }, 'photo');
  await engine.bucket.put(path, Buffer.from('four'), { contentType: 'image/png' });
  await engine.store.transaction(async tx => {
    const upload = await tx.get(uploads, id);
    const ordered = { keptAt: clock.now(), orderIds: [orderId], orderedAt: clock.now(), waits: true, path } as const;
    if (upload) tx.set(uploads, { ...upload, ...ordered });
  });
  return id;
}

async function tell(world: ApiWorld, topic: string, body: unknown, id = 'one'): Promise<number> {
  const headers = { ...signedMessage(JSON.stringify(body), { topic }), 'x-shopify-webhook-id': id };
  return (await world.call('POST /v1/shopify/webhooks', { headers, body })).status;
}

async function requests(world: ApiWorld, as: string): Promise<readonly Request[]> {
  return (await world.call<{ requests: Request[] }>('GET /v1/privacy-requests', { as })).body.requests;
}

async function show(world: ApiWorld, as: string, id: string): Promise<Request> {
  return (await world.call<Request>(`GET /v1/privacy-requests/${id}`, { as })).body;
}

function isDone(world: ApiWorld, as: string, id: string): Promise<Request> {
  return waitFor('the end of the erasure', async () => {
    await world.clock.advance(1_000);
    const request = await show(world, as, id);
    return request.state === 'done' && request;
  });
}

async function left({ platform }: ApiWorld, prefix: string): Promise<string[]> {
  return (await platform.bucket.list(prefix, { limit: 100 })).map(({ path }) => path);
}
