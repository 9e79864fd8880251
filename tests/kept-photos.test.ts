/**
 * Orders without a picture: the photo is kept, ordered, and drawn by the shop or an operator. Platform: the API and the
 * worker in the test's process, on SQLite and a directory; days pass on the test's clock.
 */
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { uploads } from '../common/collections.ts';
import type { Upload } from '../common/documents.ts';
import { clearOut } from '../common/embedded/housekeeping.ts';
import { submit } from '../common/jobs/submit.ts';
import { tieJob } from '../common/kept-photos/draw.ts';
import { erasePhoto } from '../common/kept-photos/erase.ts';
import { DAY_MS, LIMITS } from '../common/limits.ts';
import { silentLog } from '../common/log.ts';
import { isPlatformError, PlatformError } from '../common/platform/errors.ts';
import { type ApiAnswer, type ApiWorld, inApiWorld } from './api-world.ts';
import { CONNECTION, signedMessage } from './doubles/app-proxy.ts';
import { send } from './object-client.ts';
import { waitFor } from './wait-for.ts';

const test = suite('orders without a picture');
const SOLD = '5123456789012';
const NOBODYS = 'upl_00000000000000000000000000';

interface PhotoAnswer {
  readonly uploadId: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly style?: string;
  readonly expiresAt: string;
  readonly orderIds?: readonly string[];
  readonly jobId?: string;
  readonly waiting: boolean;
  readonly code?: string;
}

interface Waiting {
  readonly orders: readonly (PhotoAnswer & {
    readonly shop: string;
    readonly photoUrl: string;
    readonly job?: { readonly id: string; readonly status: string; readonly code?: string };
  })[];
}

test(
  'a photo that Shopify tells was ordered waits, is drawn by one click without a quota, and the picture is kept',
  inApiWorld(async world => {
    const { session, server, admin } = await shopOf(world);
    const id = await kept(world, session, { style: 'charcoal', options: { variation: 2 } });
    assert.equal(await waiting(world, admin), [], 'nothing is ordered yet');
    assert.is((await told(world, id)).status, 204);
    assert.is((await told(world, id)).status, 204, 'told twice');
    const [order, ...others] = await waiting(world, admin);
    assert.equal(others, []);
    assert.equal([order?.uploadId, order?.shop, order?.style, order?.orderIds], [id, 'cats', 'charcoal', [SOLD]]);
    assert.is(await opened(world, order?.photoUrl ?? ''), 'image/png', 'to look at');

    const before = (await quotaOf(world, session)).remaining;
    const drawn = await draw(world, admin, `/v1/admin/uploads/${id}/draw`);
    assert.is(drawn.status, 202);
    assert.equal((await draw(world, admin, `/v1/admin/uploads/${id}/draw`)).body.id, drawn.body.id, 'a double click');
    assert.is((await waiting(world, admin))[0]?.job?.status, 'queued');
    world.startWorker();
    await world.done(drawn.body.id);
    await waitFor('the order to wait no more', async () => (await waiting(world, admin)).length === 0);
    const run = await world.run(drawn.body.id);
    assert.equal([run.style, run.options.variation, run.scopes, run.charge], ['charcoal', 2, [], 'none']);
    assert.is((await quotaOf(world, session)).remaining, before, 'no quota of the shopper');
    assert.equal((await world.job(drawn.body.id)).orderIds, [SOLD]);
    assert.equal((await audited(world, admin)).length, 1, 'one entry for two clicks');

    await pass(world, 31);
    assert.is(await opens(world, server, `/v1/jobs/${drawn.body.id}/output`), 'image/png');
    assert.is(await opens(world, server, `/v1/jobs/${drawn.body.id}/input`), 'image/png');
    const shown = await world.call<{ output?: { url: string }; input?: { url: string } }>(
      `GET /v1/admin/jobs/${drawn.body.id}`,
      { as: admin },
    );
    assert.is(await opened(world, shown.body.output?.url ?? ''), 'image/png', 'in the console, too');
    assert.is(await opened(world, shown.body.input?.url ?? ''), 'image/png');
  }),
);

test(
  "a shop's server orders and draws with its key; what ends without a picture waits on, and is drawn anew",
  inApiWorld(async world => {
    const { session, server, admin } = await shopOf(world);
    const id = await kept(world, session, { style: 'charcoal' });
    const ordered = await world.call<PhotoAnswer>(`POST /v1/uploads/${id}/order`, {
      as: server,
      body: { orderId: SOLD },
    });
    assert.equal([ordered.status, ordered.body.waiting, ordered.body.orderIds], [200, true, [SOLD]]);
    const first = (await draw(world, server, `/v1/uploads/${id}/draw`)).body.id;
    await world.call(`POST /v1/jobs/${first}/cancel`, { as: server });
    world.startWorker();
    assert.is((await world.done(first)).status, 'canceled');
    assert.is((await waiting(world, admin))[0]?.job?.status, 'canceled');
    const second = (await draw(world, server, `/v1/uploads/${id}/draw`)).body.id;
    assert.is.not(second, first);
    await world.done(second);
    await waitFor('the order to wait no more', async () => (await waiting(world, admin)).length === 0);
    const again = await world.call<PhotoAnswer>(`POST /v1/uploads/${id}/order`, {
      as: server,
      body: { orderId: 'again' },
    });
    assert.equal([again.body.waiting, again.body.jobId], [false, second], 'there is a picture already');
    assert.equal((await world.job(second)).orderIds, [SOLD, 'again']);
    const seen = await world.call(`GET /v1/jobs/${second}`, { as: session });
    assert.is(seen.status, 200, 'the picture is the shopper’s own');
  }),
);

test(
  'a server that submits a kept photo by itself has drawn what the order waits for',
  inApiWorld(async world => {
    const { session, server, admin } = await shopOf(world);
    const id = await kept(world, session, { style: 'charcoal' });
    await told(world, id);
    await pass(world, 20);
    world.startWorker();
    const { body } = await world.call<{ id: string }>('POST /v1/jobs', {
      as: server,
      body: { style: 'ink-wash', image: { uploadId: id } },
    });
    await world.done(body.id);
    await waitFor('the order to wait no more', async () => (await waiting(world, admin)).length === 0);
    assert.equal((await world.job(body.id)).orderIds, [SOLD]);
  }),
);

test(
  'a kept photo lives for thirty days, an ordered one as long as what was sold, and an erased one not at all',
  inApiWorld(async world => {
    const { session, server, admin } = await shopOf(world);
    const [unsold, sold, erased] = [
      await kept(world, session, { style: 'charcoal' }),
      await kept(world, session, { style: 'charcoal' }),
      await kept(world, session, { style: 'charcoal' }),
    ];
    await told(world, sold);
    await told(world, erased);
    await world.clock.advance(29 * DAY_MS);
    assert.is((await told(world, unsold, 'late')).status, 204);
    assert.equal((await waiting(world, admin)).length, 3, 'on the twenty-ninth day it may still be ordered');
    await world.call(`DELETE /v1/uploads/${unsold}`, { as: server });
    assert.is((await world.call(`DELETE /v1/uploads/${erased}`, { as: server })).status, 204);
    assert.equal(
      (await waiting(world, admin)).map(({ uploadId }) => uploadId),
      [sold],
    );
    assert.equal(await objectsIn(world, 'orders/'), [`orders/cats/${sold}/photo`]);
    assert.equal(
      (await objectsIn(world, 'inputs/')).filter(path => !path.includes(sold)),
      [],
    );
    const again = await world.call(`POST /v1/uploads/${erased}/order`, { as: server, body: { orderId: SOLD } });
    assert.is(again.status, 404);
    await pass(world, 100);
    assert.is((await draw(world, server, `/v1/uploads/${sold}/draw`)).status, 202);
    await pass(world, 301);
    assert.equal(await objectsIn(world, 'orders/'), []);
  }),
);

test(
  'a photo that is tied to its job by a process which then dies waits no longer than for the picture',
  inApiWorld(async world => {
    const { engine } = world;
    const { session, admin } = await shopOf(world);
    const id = await kept(world, session, { style: 'charcoal' });
    await told(world, id);
    const submitted = await submit(engine, { ...(await world.submission({ customer: 'hers' })), shop: 'cats' });
    const jobId = 'job' in submitted ? submitted.job.id : '';
    let commits = 0;
    const transaction: typeof engine.store.transaction = work =>
      ++commits > 1 ? Promise.reject(new PlatformError('unavailable', 'it died')) : engine.store.transaction(work);
    await tieJob({ ...engine, store: { ...engine.store, transaction } }, id, { jobId }).catch(() => {});
    world.startWorker();
    await world.done(jobId);
    await waitFor('the order to wait no more', async () => (await waiting(world, admin)).length === 0);
    assert.equal((await world.job(jobId)).orderIds, [SOLD]);
  }),
);

test(
  'a photo whose erasure breaks off is still there to be erased',
  inApiWorld(async world => {
    const { session, server } = await shopOf(world);
    const id = await kept(world, session, { style: 'charcoal' });
    await told(world, id);
    const upload = await world.engine.store.get(uploads, id);
    const cutOff = () => Promise.reject(new PlatformError('unavailable', 'cut off'));
    const failing = { ...world.engine, bucket: { ...world.engine.bucket, delete: cutOff } };
    await erasePhoto(failing, upload as Upload).then(
      () => assert.unreachable('it was cut off'),
      (error: unknown) => assert.ok(isPlatformError(error, 'unavailable')),
    );
    assert.equal(await objectsIn(world, 'orders/'), [`orders/cats/${id}/photo`]);
    assert.is((await world.call(`DELETE /v1/uploads/${id}`, { as: server })).status, 204);
    for (const prefix of ['orders/', 'inputs/', 'uploads/']) assert.equal(await objectsIn(world, prefix), []);
  }),
);

test(
  'a kept photo that nobody has ordered is gone after thirty days',
  inApiWorld(async world => {
    const { session, server } = await shopOf(world);
    const id = await kept(world, session, { style: 'charcoal' });
    await pass(world, 2);
    assert.equal((await objectsIn(world, 'inputs/')).length, 1, 'it outlives the day of an upload');
    await pass(world, 29);
    for (const [verb, body] of [['order', { orderId: SOLD }] as const, ['draw', {}] as const]) {
      const { status } = await world.call(`POST /v1/uploads/${id}/${verb}`, { as: server, body });
      assert.is(status, 404, verb);
    }
    await told(world, id);
    assert.equal(await objectsIn(world, ''), []);
  }),
);

test(
  "another's upload, an empty one and nonsense are refused alike or in words, and keep nothing",
  inApiWorld(async world => {
    const { session, storefront, server, admin } = await shopOf(world);
    const other = await visiting(world, storefront);
    const id = await uploaded(world, session);
    const wish = { style: 'charcoal' };
    const missing = await world.call(`POST /v1/uploads/${NOBODYS}/keep`, { as: other, body: wish });
    assert.equal([missing.status, missing.body.code], [404, 'not_found']);
    const theirs = await world.call(`POST /v1/uploads/${id}/keep`, { as: other, body: wish });
    assert.equal([theirs.status, theirs.text], [404, missing.text], "another's is not there");
    assert.is((await world.call(`DELETE /v1/uploads/${id}`, { as: other })).status, 404);
    for (const verb of ['order', 'draw']) {
      const answer = await world.call(`POST /v1/uploads/${id}/${verb}`, { as: session, body: { orderId: SOLD } });
      assert.is(answer.status, 403, `${verb} is the shop's`);
    }
    const foreign = await world.key('server');
    assert.is((await world.call(`POST /v1/uploads/${id}/order`, { as: foreign, body: { orderId: SOLD } })).status, 404);

    const bad = async (body: unknown, as = session, upload = id) => {
      const { status, body: problem } = await world.call(`POST /v1/uploads/${upload}/keep`, { as, body });
      return [status, problem.code];
    };
    assert.equal(await bad({}), [400, 'fields_invalid']);
    assert.equal(await bad({ style: 'mice' }), [400, 'style_unknown']);
    assert.equal(await bad({ ...wish, options: { variation: 10 } }), [400, 'fields_invalid']);
    assert.equal(await bad({ ...wish, keep: 'for ever' }), [400, 'fields_invalid']);
    const empty = await announced(world, session, 1_000);
    assert.equal(await bad(wish, session, empty.uploadId), [400, 'upload_not_done']);
    const text = await uploaded(world, session, Buffer.from('no photo at all'));
    assert.equal(await bad(wish, session, text), [415, 'image_type_unsupported']);
    assert.equal(await objectsIn(world, 'inputs/'), []);

    const unordered = await world.call(`POST /v1/uploads/${id}/order`, { as: server, body: { orderId: SOLD } });
    assert.is(unordered.status, 404, 'what is not kept cannot be ordered');
    await told(world, id);
    assert.equal(await waiting(world, admin), []);
  }),
);

test(
  'a shopper keeps five photos a day and an address twenty, whatever they call themselves',
  inApiWorld(async world => {
    const { session, storefront } = await shopOf(world);
    const keep = async (as: string) =>
      (await world.call(`POST /v1/uploads/${await uploaded(world, as)}/keep`, { as, body: { style: 'charcoal' } }))
        .status;
    for (let photo = 0; photo < 5; photo++) assert.is(await keep(session), 200);
    const id = await uploaded(world, session);
    const refused = await world.call<{ code: string; resetAt: string }>(`POST /v1/uploads/${id}/keep`, {
      as: session,
      body: { style: 'charcoal' },
    });
    assert.equal([refused.status, refused.body.code], [429, 'photos_exceeded']);
    assert.ok(Number(refused.headers['retry-after']) > 0);
    assert.equal((await objectsIn(world, 'inputs/')).length, 5, 'nothing of the sixth is kept');

    const sessions = [];
    for (let one = 0; one < 4; one++) sessions.push(await visiting(world, storefront));
    const answers = await Promise.all(sessions.flatMap(as => Array.from({ length: 5 }, () => keep(as))));
    assert.equal(
      [answers.filter(status => status === 200).length, answers.filter(status => status === 429).length],
      [15, 5],
    );
    assert.equal((await objectsIn(world, 'inputs/')).length, 20);
  }),
);

test(
  'kept twice it counts once, and the last wish is drawn',
  inApiWorld(async world => {
    const { session, server } = await shopOf(world);
    const id = await kept(world, session, { style: 'charcoal' });
    for (let again = 0; again < 6; again++) {
      const { status, body } = await world.call<PhotoAnswer>(`POST /v1/uploads/${id}/keep`, {
        as: session,
        body: { style: 'ink-wash' },
      });
      assert.equal([status, body.style], [200, 'ink-wash']);
    }
    const { body } = await draw(world, server, `/v1/uploads/${id}/draw`);
    assert.is((await world.run(body.id)).style, 'ink-wash');
    const other = await draw(world, server, `/v1/uploads/${id}/draw`, { style: 'charcoal' });
    assert.is((await world.run(other.body.id)).style, 'charcoal', 'staff may draw another one');
  }),
);

test.run();

interface ShopKeys {
  readonly session: string;
  readonly storefront: string;
  readonly server: string;
  readonly admin: string;
}

async function shopOf(world: ApiWorld): Promise<ShopKeys> {
  await world.shop('cats', { shopify: CONNECTION });
  const storefront = await world.key('storefront', { shop: 'cats' });
  const [server, admin] = [await world.key('server', { shop: 'cats' }), await world.key('admin')];
  return { storefront, server, admin, session: await visiting(world, storefront) };
}

async function visiting(world: ApiWorld, storefront: string): Promise<string> {
  return (await world.call('POST /v1/sessions', { as: storefront })).body.token ?? '';
}

async function announced(world: ApiWorld, as: string, bytes: number): Promise<PhotoAnswer> {
  const body = { contentType: 'image/png', bytes };
  return (await world.call<PhotoAnswer>('POST /v1/uploads', { as, body })).body;
}

/** Puts a photo where the API says; each is another one. */
async function uploaded(world: ApiWorld, as: string, bytes?: Buffer): Promise<string> {
  const photo = bytes ?? (await square(`#${(++colour).toString(16).padStart(6, '0')}`));
  const { uploadId, url, headers } = await announced(world, as, photo.length);
  const { pathname, search } = new URL(url);
  const put = await send(world.url + pathname + search, { method: 'PUT', headers, body: photo });
  assert.ok(put.status < 300, String(put.status));
  return uploadId;
}

let colour = 0;

function square(background: string): Promise<Buffer> {
  return sharp({ create: { width: 256, height: 256, channels: 3, background } })
    .png()
    .toBuffer();
}

async function kept(world: ApiWorld, as: string, wish: object): Promise<string> {
  const id = await uploaded(world, as);
  const { status, body } = await world.call<PhotoAnswer>(`POST /v1/uploads/${id}/keep`, { as, body: wish });
  assert.is(status, 200, JSON.stringify(body));
  assert.is(Date.parse(body.expiresAt), world.clock.now() + LIMITS.retentionMs);
  return id;
}

function told(world: ApiWorld, uploadId: string, orderId: string = SOLD): Promise<ApiAnswer> {
  const properties = [
    { name: '_easel_upload', value: uploadId },
    { name: '_easel_status', value: 'pending' },
  ];
  const body = { id: /^\d+$/.test(orderId) ? Number(orderId) : 6_000_000_000_000, line_items: [{ properties }] };
  const headers = signedMessage(JSON.stringify(body), { topic: 'orders/create' });
  return world.call('POST /v1/shopify/webhooks', { body, headers });
}

async function waiting(world: ApiWorld, admin: string): Promise<Waiting['orders']> {
  return (await world.call<Waiting>('GET /v1/admin/orders/waiting', { as: admin })).body.orders;
}

function draw(world: ApiWorld, as: string, path: string, body: object = {}) {
  return world.call<{ id: string; code?: string }>(`POST ${path}`, { as, body });
}

async function quotaOf(world: ApiWorld, as: string): Promise<{ readonly remaining: number }> {
  return (await world.call<{ pools: { named: { remaining: number } } }>('GET /v1/quota', { as })).body.pools.named;
}

async function audited(world: ApiWorld, as: string): Promise<readonly unknown[]> {
  return (await world.call<{ entries: unknown[] }>('GET /v1/admin/audit?action=photo.draw', { as })).body.entries;
}

async function pass(world: ApiWorld, days: number): Promise<void> {
  await world.clock.advance(days * DAY_MS);
  const { platform, clock, engine } = world;
  const { orderRetentionMs } = engine.settings;
  const lifecycle = {
    ...{ 'uploads/': DAY_MS, 'cache/': LIMITS.retentionMs, 'inputs/': LIMITS.retentionMs },
    'orders/': orderRetentionMs,
  };
  await clearOut({ ...platform, clock, log: silentLog, lifecycle });
}

async function opens(world: ApiWorld, as: string, path: string): Promise<string> {
  const { status, headers } = await world.call(`GET ${path}`, { as });
  assert.is(status, 302, path);
  return opened(world, String(headers.location));
}

async function opened(world: ApiWorld, url: string): Promise<string> {
  const { pathname, search } = new URL(url, world.url);
  const { status, headers } = await world.call(`GET ${pathname}${search}`);
  assert.is(status, 200, url);
  return String(headers['content-type']);
}

async function objectsIn({ platform }: ApiWorld, prefix: string): Promise<string[]> {
  return (await platform.bucket.list(prefix, { limit: 100 })).map(({ path }) => path);
}
