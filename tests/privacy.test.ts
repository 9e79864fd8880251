/**
 * Whoever wants everything of theirs gone leaves nothing behind, and takes nothing of anybody else's along. Platform: the
 * API and the worker in the test's process, on SQLite and a directory; `tests/google/privacy.emulator.ts` has the versions of
 * the bucket.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { batches, COLLECTIONS, deliveries, privacyRequests, quotas, runs, uploads } from '../common/collections.ts';
import type { AuditEntry } from '../common/documents.ts';
import type { PendingWebhook } from '../common/job.ts';
import { admit } from '../common/jobs/admit.ts';
import { claim } from '../common/jobs/claim.ts';
import { finish } from '../common/jobs/finish.ts';
import { sweep } from '../common/jobs/sweep.ts';
import { ownerUid } from '../common/owners.ts';
import type { PrivacyRequest } from '../common/privacy/privacy-request.ts';
import { stepErasure } from '../common/privacy/step-erasure.ts';
import { scopesOf } from '../common/quota.ts';
import { newDelivery } from '../common/webhooks/event.ts';
import { type ApiWorld, inApiWorld } from './api-world.ts';
import { CONNECTION, signedQuery } from './doubles/app-proxy.ts';
import { waitFor } from './wait-for.ts';

const test = suite('privacy');
const HER = '7000000000001';
const HIS = '7000000000002';
/** Stands in whatever is hers. */
const MARK = 'hers-and-hers-alone';

interface Request {
  readonly id: string;
  readonly code?: string;
  readonly kind: string;
  readonly state: string;
  readonly customerId?: string;
  readonly jobs: { readonly total: number; readonly left?: number; readonly erased?: number };
  readonly links: { readonly export?: string };
}

test(
  'of two customers with the same photo in the same style one is erased, and the picture of the other opens',
  inApiWorld(async world => {
    world.startWorker();
    const server = await world.key('server');
    const hers = await drawn(world, server, HER);
    const his = await drawn(world, server, HIS);
    const [one, other] = [await world.run(hers), await world.run(his)];
    assert.is(one.inputSha256, other.inputSha256, 'the same photo');
    assert.is.not(one.outputPath, other.outputPath, 'and two pictures');
    const before = await objectsOf(world);
    const request = await erased(world, server, HER);
    assert.equal(request.jobs, { total: 1, left: 0, ofOrders: 0 });
    assert.is((await world.call(`GET /v1/jobs/${hers}/output`, { as: server })).body.code, 'erased');
    assert.is(await opens(world, server, `/v1/jobs/${his}/output`), 'image/png');
    assert.is(await opens(world, server, `/v1/jobs/${his}/output?variant=preview`), 'image/webp');
    assert.is(await opens(world, server, `/v1/jobs/${his}/input`), 'image/png');
    const after = await objectsOf(world);
    assert.equal([before.length, after.length], [6, 3]);
    assert.ok(
      after.every(path => path.includes(his) || path.startsWith(`${other.outputPath}`)),
      after.join(),
    );
  }),
);

test(
  'nothing that names her is left in any document or object, and the money that was spent is',
  inApiWorld(async world => {
    world.startWorker();
    const server = await world.key('server');
    const uid = ownerUid(world.engine.settings.idSecret, 'default', { customer: HER });
    const { ids, requested } = await muchOf(world, server);
    const photo = (await world.run(ids[0] ?? '')).inputSha256;
    const spentBefore = await attemptsOf(world, ids);
    assert.ok((await held(world, MARK)).length > 5, 'there is something to find');
    await erased(world, server, HER);
    const { settings, clock } = world.engine;
    for (const { id } of scopesOf('default', { customer: HER }, 'named', settings, clock.now())) {
      assert.is(await world.engine.store.get(quotas, id), undefined, 'the digest of her number');
    }
    for (const trace of [HER, MARK, photo]) assert.equal(await held(world, trace), [], trace);
    // The requests themselves are named after her, by an id that is of no use without the secret; so are the audit's entries.
    const named = (await held(world, uid)).filter(place => !/^(privacyRequests|audit)\//.test(place));
    assert.equal(named, []);
    assert.equal(await objectsOf(world), []);
    assert.equal(await attemptsOf(world, ids), spentBefore);
    for (const id of ids) {
      const { owner, scopes, prompt } = await world.run(id);
      assert.equal({ owner, scopes, prompt }, { owner: {}, scopes: [], prompt: '' });
    }
    const handOver = await world.call<Request>(`GET /v1/privacy-requests/${requested}`, { as: server });
    assert.equal([handOver.body.state, handOver.body.customerId], ['done', undefined]);
  }),
);

test(
  'what is being drawn is given up first, and its late picture goes too',
  inApiWorld(async world => {
    const server = await world.key('server');
    const { body } = await world.submit({ as: server }, { style: 'charcoal', customerId: HER });
    const claimed = await claim(world.engine, body.id);
    if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
    const { id } = (await ask(world, server, HER)).body;
    await stepErasure(world.engine, id);
    assert.equal([(await world.run(body.id)).cancelRequested, (await found(world, id)).state], [true, 'running']);
    await world.engine.bucket.put(`cache/ab/${claimed.run.generationKey}`, Buffer.from('late'), {
      contentType: 'image/png',
    });
    await world.engine.bucket.delete(`cache/ab/${claimed.run.generationKey}`);
    await finish(world.engine, body.id, claimed.run.fence, { kind: 'canceled', called: true });
    await stepErasure(world.engine, id);
    await stepErasure(world.engine, id);
    assert.equal([(await found(world, id)).state, await objectsOf(world)], ['done', []]);
    const { status, attempts, ownerUid: whose } = await world.run(body.id);
    assert.equal([status, attempts.length, whose], ['canceled', 1, 'erased']);
  }),
);

test(
  'while a customer is erased nothing new of theirs is taken in, and afterwards it is',
  inApiWorld(async world => {
    const server = await world.key('server');
    await world.submit({ as: server }, { style: 'charcoal', customerId: HER });
    const { id } = (await ask(world, server, HER)).body;
    const photos = (await objectsOf(world)).length;
    const fields = { style: 'ink-wash', customerId: HER };
    const refused = await world.submit({ as: server }, fields);
    assert.equal([refused.status, (refused.body as { code?: string }).code], [409, 'being_erased']);
    const styles = await world.submitBatch({ as: server }, { styles: ['ink-wash'], customerId: HER });
    assert.equal([styles.status, (styles.body as { code?: string }).code], [409, 'being_erased']);
    assert.is((await objectsOf(world)).length, photos, 'and its photo is not kept');
    assert.is((await world.submit({ as: server }, { ...fields, customerId: HIS })).status, 202);
    await stepToEnd(world, id);
    const again = await world.submit({ as: server }, fields);
    assert.is(again.status, 202);
    assert.is((await world.run(again.body.id)).owner.customer, HER);
    assert.is((await ask(world, server, HER)).body.state, 'running', 'and may be erased again');
    await stepToEnd(world, id);
    assert.equal((await world.run(again.body.id)).owner, {});
  }),
);

test(
  'a repeat of a submit that was erased meanwhile is told of the tombstone',
  inApiWorld(async world => {
    const server = await world.key('server');
    const headers = { 'idempotency-key': 'one' };
    const fields = { style: 'charcoal', customerId: HER };
    const { body } = await world.submit({ as: server, headers }, fields);
    await stepToEnd(world, (await ask(world, server, HER)).body.id);
    const repeat = await world.submit({ as: server, headers }, fields);
    assert.equal([repeat.status, repeat.body.id], [200, body.id]);
  }),
);

test(
  'whoever asks twice asks once, and a bell that was lost is rung by the sweeper',
  inApiWorld(async world => {
    const server = await world.key('server');
    await world.submit({ as: server }, { style: 'charcoal', customerId: HER });
    const [one, two] = [await ask(world, server, HER), await ask(world, server, HER)];
    assert.equal([one.status, two.status, one.body.id], [202, 202, two.body.id]);
    assert.is(one.headers.location, `/v1/privacy-requests/${one.body.id}`);
    assert.is((await entries(world, `privacy-requests/${one.body.id}`)).length, 1);
    await world.engine.queue.remove('upkeep', `${one.body.id}-1`);
    await world.clock.advance(world.engine.limits.firstCheckMs);
    await sweep(world.engine);
    world.startWorker();
    await isDone(world, one.body.id);
    assert.equal(
      (await entries(world, `privacy-requests/${one.body.id}`)).map(({ action }) => action),
      ['privacy.done', 'customer.erase'],
    );
  }),
);

test(
  'a customer without anything is erased at once, and another shop has other customers',
  inApiWorld(async world => {
    world.startWorker();
    await world.shop('cats');
    const [server, cats] = [await world.key('server'), await world.key('server', { shop: 'cats' })];
    const job = await drawn(world, cats, HER);
    const strange = encodeURIComponent('../Jo Döe/+"🐈');
    assert.is((await erased(world, server, HER)).jobs.total, 0);
    assert.is((await erased(world, server, strange)).jobs.total, 0);
    assert.is(await opens(world, cats, `/v1/jobs/${job}/output`), 'image/png');
    const id = (await ask(world, server, HER)).body.id;
    assert.is((await world.call(`GET /v1/privacy-requests/${id}`, { as: cats })).status, 404);
    const admin = await world.key('admin');
    const wrong = await world.call<Request>(`DELETE /v1/customers/${HER}?shop=dogs`, { as: admin });
    assert.equal([wrong.status, wrong.body.code], [400, 'fields_invalid']);
    assert.is((await world.call(`DELETE /v1/customers/${HER}?shop=default`, { as: cats })).status, 400);
    assert.is((await world.call(`DELETE /v1/customers/${'x'.repeat(129)}`, { as: server })).status, 404);
    const theirs = await world.call<Request>(`DELETE /v1/customers/${HER}?shop=cats`, { as: admin });
    await isDone(world, theirs.body.id);
    assert.is((await world.call(`GET /v1/jobs/${job}/output`, { as: cats })).body.code, 'erased');
  }),
);

test(
  'a photo that she has uploaded and nobody has drawn goes, wherever it lies, and his stays',
  inApiWorld(async world => {
    await world.shop('cats', { shopify: CONNECTION });
    const [hers, his] = [await uploaded(world, HER), await uploaded(world, HIS)];
    const server = await world.key('server', { shop: 'cats' });
    assert.is((await objectsOf(world)).length, 4);
    const { id } = (await ask(world, server, HER)).body;
    const later = await world.call('POST /v1/uploads', { as: await session(world, HER), body: PHOTO });
    assert.equal([later.status, later.body.code], [409, 'being_erased']);
    await stepToEnd(world, id);
    assert.equal(
      [await world.engine.store.get(uploads, hers), (await world.engine.store.get(uploads, his))?.id],
      [undefined, his],
    );
    assert.equal(await objectsOf(world), [`orders/cats/${his}/photo`, `uploads/${his}`]);
  }),
);

test(
  'a submit that came in before an erasure, and was held up until that was done, is refused; a later one is not',
  inApiWorld(async world => {
    const { engine } = world;
    const server = await world.key('server');
    let letGo = () => {};
    const held = new Promise<void>(resolve => {
      letGo = resolve;
    });
    const transaction: typeof engine.store.transaction = async work => {
      await held;
      return engine.store.transaction(work);
    };
    const submission = await world.submission({ customer: HER });
    const slow = admit({ ...engine, store: { ...engine.store, transaction } }, submission, 'inputs/x/slow');
    await world.clock.advance(1_000);
    const { id } = (await ask(world, server, HER)).body;
    await stepToEnd(world, id);
    letGo();
    assert.equal(await slow, { kind: 'being erased' });
    assert.is((await admit(engine, submission, 'inputs/x/later')).kind, 'admitted');
  }),
);

test(
  'the sessions of an erased customer end within half a minute, and a new one is another beginning',
  inApiWorld(async world => {
    await world.shop('cats', { shopify: CONNECTION });
    const [hers, his] = [await session(world, HER), await session(world, HIS)];
    const quota = (as: string) => world.call('GET /v1/quota', { as });
    assert.equal([(await quota(hers)).status, (await quota(his)).status], [200, 200]);
    await world.clock.advance(1_000);
    const server = await world.key('server', { shop: 'cats' });
    const { id } = (await ask(world, server, HER)).body;
    await stepToEnd(world, id);
    await world.clock.advance(30_000);
    assert.equal([(await quota(hers)).status, (await quota(his)).status], [401, 200]);
    assert.is((await world.call('POST /v1/sessions', { as: hers })).status, 401, 'and cannot be renewed');
    assert.is((await quota(await session(world, HER))).status, 200);
  }),
);

test(
  'whoever is given an export stands in the audit once, and a look at its head alone is no export',
  inApiWorld(async world => {
    const server = await world.key('server', { label: 'desk' });
    const target = `customers/${ownerUid(world.engine.settings.idSecret, 'default', { customer: HER })}`;
    const exported = async (method: string) => {
      assert.is((await world.call(`${method} /v1/customers/${HER}/export`, { as: server })).status, 200);
      return (await entries(world, target)).map(({ action, actor, reason }) => [action, actor.slice(8), reason]);
    };
    assert.equal(await exported('HEAD'), []);
    assert.equal(await exported('GET'), [['customer.export', ' desk', undefined]]);
  }),
);

test.run();

function ask(world: ApiWorld, as: string, customer: string) {
  return world.call<Request>(`DELETE /v1/customers/${customer}`, { as });
}

async function erased(world: ApiWorld, as: string, customer: string): Promise<Request> {
  const { status, body } = await ask(world, as, customer);
  assert.is(status, 202);
  await isDone(world, body.id);
  return (await world.call<Request>(`GET /v1/privacy-requests/${body.id}`, { as })).body;
}

function isDone(world: ApiWorld, id: string): Promise<unknown> {
  return waitFor('the end of the erasure', async () => {
    // A step that waits for somebody comes later, by the clock of the test.
    await world.clock.advance(1_000);
    return (await found(world, id)).state === 'done';
  });
}

async function stepToEnd(world: ApiWorld, id: string): Promise<void> {
  for (let step = 0; step < 20; step++) await stepErasure(world.engine, id);
  assert.is((await found(world, id)).state, 'done');
}

async function found({ engine }: ApiWorld, id: string): Promise<PrivacyRequest> {
  const request = await engine.store.get(privacyRequests, id);
  if (!request) throw new Error(`there is no request ${id}`);
  return request;
}

async function entries(world: ApiWorld, target: string): Promise<AuditEntry[]> {
  const as = await world.key('admin');
  return (await world.call<{ entries: AuditEntry[] }>(`GET /v1/admin/audit?target=${target}`, { as })).body.entries;
}

async function drawn(world: ApiWorld, as: string, customerId: string, fields: object = {}): Promise<string> {
  const { body } = await world.submit({ as }, { style: 'charcoal', customerId, ...fields });
  await world.done(body.id);
  return body.id;
}

/** Something of hers in every place that there is. */
async function muchOf(
  world: ApiWorld,
  server: string,
): Promise<{ readonly ids: string[]; readonly requested: string }> {
  const more = { customId: `${MARK}-1`, metadata: { note: MARK } };
  const ids = [
    await drawn(world, server, HER, more),
    await drawn(world, server, HER),
    (await world.submit({ as: server }, { prompt: `Draw ${MARK}.`, customerId: HER })).body.id,
  ];
  for (const id of ids) await world.done(id);
  await told(world, ids[0] ?? '');
  const orderId = `order-${MARK}`;
  await world.call(`POST /v1/jobs/${ids[0]}/order`, { as: server, body: { orderId } });
  await waitFor('the copies of the order', async () => (await world.run(ids[0] ?? '')).kept?.picture);
  const batch = await world.submitBatch(
    { as: server },
    { styles: ['ink-wash', 'charcoal'], customerId: HER, customId: MARK, metadata: { note: MARK } },
  );
  const made = (await world.engine.store.get(batches, batch.body.id))?.jobIds ?? [];
  for (const id of made) await world.done(id);
  const as = await world.key('admin');
  const plan = { action: 'cancel', filter: { customerId: HER, shop: 'default' }, reason: 'A plan.' };
  assert.is((await world.call('POST /v1/admin/bulk-actions', { as, body: plan })).status, 201);
  await world.engine.store.transaction(async tx =>
    tx.set(privacyRequests, {
      ...{ id: `prv_${'h'.repeat(26)}`, v: 1, kind: 'hand-over', state: 'open', shop: 'default', asked: 'shopify' },
      ...{ customer: HER, ownerUid: (await world.run(ids[0] ?? '')).ownerUid, orderIds: [orderId] },
      ...{ total: 1, erased: 0, dispatch: 0, createdAt: world.clock.now(), expireAt: world.clock.now() + 1e9 },
    }),
  );
  return { ids: [...ids, ...made], requested: `prv_${'h'.repeat(26)}` };
}

/** Somebody was to be told of the job, at an address that names her, and could not be reached so far. */
async function told(world: ApiWorld, id: string): Promise<void> {
  const run = await world.run(id);
  const entry: PendingWebhook = { kind: 'webhook', run: 1, status: run.status, at: world.clock.now(), notBefore: 1e15 };
  const webhook = { url: `https://shop.example/${MARK}` };
  const after = { ...run, webhook, pending: [...run.pending, entry] };
  await world.engine.store.transaction(async tx => {
    tx.set(runs, after);
    tx.set(deliveries, newDelivery(after, entry, world.clock.now()));
  });
}

/** Which collections hold the text, in any of their documents. */
async function held({ engine }: ApiWorld, text: string): Promise<string[]> {
  const places: string[] = [];
  for (const from of COLLECTIONS) {
    const { items } = await engine.store.list({ from, limit: 1_000 });
    places.push(...items.filter(item => JSON.stringify(item).includes(text)).map(({ id }) => `${from.name}/${id}`));
  }
  return places;
}

async function attemptsOf(world: ApiWorld, ids: readonly string[]) {
  const all = await Promise.all(ids.map(world.run));
  return all.map(({ attempts }) =>
    attempts.map(({ model, costMicroUsd, billed }) => ({ model, costMicroUsd, billed })),
  );
}

/** As Shopify opens it for a customer who is logged in. */
async function session(world: ApiWorld, customer: string): Promise<string> {
  const query = signedQuery({ now: world.clock.now(), changed: { logged_in_customer_id: customer } });
  return (await world.call(`POST /v1/sessions${query}`)).body.token ?? '';
}

const PHOTO = { contentType: 'image/png', bytes: 4 };

/** An upload of the customer's, with a copy that was made for an order. */
async function uploaded(world: ApiWorld, customer: string): Promise<string> {
  const as = await session(world, customer);
  const { body } = await world.call<{ uploadId: string }>('POST /v1/uploads', { as, body: PHOTO });
  for (const path of [`uploads/${body.uploadId}`, `orders/cats/${body.uploadId}/photo`]) {
    await world.engine.bucket.put(path, Buffer.from('four'), PHOTO);
  }
  return body.uploadId;
}

async function objectsOf({ platform }: ApiWorld): Promise<string[]> {
  const prefixes = ['orders/', 'cache/', 'inputs/', 'uploads/'];
  const found = await Promise.all(prefixes.map(prefix => platform.bucket.list(prefix, { limit: 100 })));
  return found.flat().map(({ path }) => path);
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
