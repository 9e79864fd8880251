/**
 * Sessions of customers whom Shopify vouches for. Platform: the API in the test's process, on SQLite.
 */
import { decodeJwt } from 'jose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SESSIONS_PER_HOUR } from '../api/auth/session-limit.ts';
import { DAY_MS } from '../common/limits.ts';
import { type ApiAnswer, type ApiWorld, type Asked, inApiWorld } from './api-world.ts';
import { CONNECTION, signedQuery } from './doubles/app-proxy.ts';

const test = suite('Shopify');
const PAGE = 'https://www.cats.example';

test(
  'a customer who is logged in at the shop has the same pictures in every session',
  inApiWorld(async world => {
    await cats(world);
    const [phone, laptop, other] = [await open(world, '7'), await open(world, '7'), await open(world, '8')];
    assert.is.not(decodeJwt(phone).sub, decodeJwt(laptop).sub);
    const { body, status } = await world.submit({ as: phone });
    assert.is(status, 202);
    const look = async (as: string) => (await world.call(`GET /v1/jobs/${body.id}`, { as })).status;
    assert.equal([await look(phone), await look(laptop), await look(other)], [200, 200, 404]);
    const guest = await open(world, '');
    assert.is(await look(guest), 404);
    assert.is(decodeJwt(guest).customer, undefined, 'nobody is logged in');
    await world.clock.advance(3 * DAY_MS);
    assert.is((await world.call(`GET /v1/jobs/${body.id}`, { as: await renew(world, phone) })).status, 200);
    const server = { as: await world.key('server', { shop: 'cats' }) };
    const list = await world.call<{ jobs: readonly object[] }>('GET /v1/jobs?customerId=7', server);
    assert.is(list.body.jobs.length, 1, 'the shop knows whose it is');
  }),
);

test(
  'no two parties can be the same customer: neither of two shops, nor by a body or another parameter',
  inApiWorld(async world => {
    await cats(world);
    await world.shop('dogs', { shopify: { ...CONNECTION, domain: 'dogs.myshopify.com' } });
    const { body } = await world.submit({ as: await open(world, '7') });
    const dogs = await call(world, { shop: 'dogs.myshopify.com' });
    assert.is((await world.call(`GET /v1/jobs/${body.id}`, { as: dogs.body.token ?? '' })).status, 404);
    for (const named of [{ customerId: '8' }, { customer: '8' }, { logged_in_customer_id: '8' }]) {
      assert.equal(refusal(await call(world, {}, { body: named })), [400, 'fields_invalid']);
    }
    const spoofed = { 'X-Shopify-Customer-Id': '8', 'X-Shopify-Logged-In-Customer-Id': '8' };
    const token = (await call(world, {}, { headers: spoofed })).body.token ?? '';
    assert.is(decodeJwt(token).customer, '7');
  }),
);

test(
  'the same call within its 90 seconds opens another session of the same customer, and none later',
  inApiWorld(async world => {
    await cats(world);
    const search = signedQuery({ now: world.clock.now() });
    const again = async () => world.call(`POST /v1/sessions${search}`);
    const [first, second] = [await again(), await again()];
    assert.equal([first.status, second.status], [201, 201]);
    const claims = [first, second].map(({ body }) => decodeJwt(body.token ?? ''));
    assert.is.not(claims[0]?.sub, claims[1]?.sub);
    assert.equal(
      claims.map(({ customer }) => customer),
      ['7', '7'],
    );
    await world.clock.advance(90_000);
    assert.is((await again()).status, 201);
    await world.clock.advance(1_000);
    assert.equal(refusal(await again()), [401, 'signature_invalid']);
  }),
);

test(
  'its sessions end within a minute of the connection, or of its secret',
  inApiWorld(async world => {
    for (const instead of [{ shopify: { ...CONNECTION, secret: 'a-new-secret-after-a-leak' } }, {}]) {
      await cats(world);
      await world.clock.advance(60_000);
      const token = await open(world, '7');
      const search = signedQuery({ now: world.clock.now() });
      assert.is((await world.call('GET /v1/quota', { as: token })).status, 200);
      await world.shop('cats', instead);
      await world.clock.advance(60_000);
      assert.is((await world.call('GET /v1/quota', { as: token })).status, 401);
      assert.is((await world.call('POST /v1/sessions', { as: token })).status, 401, 'nor are they renewed');
      assert.is((await world.call(`POST /v1/sessions${search}`)).status, 401);
    }
  }),
);

test(
  'a shop counts from the minute in which it is connected',
  inApiWorld(async world => {
    await world.shop('cats');
    assert.is((await call(world)).status, 401);
    await cats(world);
    await world.clock.advance(60_000);
    assert.is((await call(world)).status, 201);
  }),
);

test(
  'customers are not held to the sessions of an hour; visitors through the proxy are',
  inApiWorld(async world => {
    await cats(world);
    for (let index = 0; index < SESSIONS_PER_HOUR; index++) await open(world, '');
    assert.equal(refusal(await call(world, { logged_in_customer_id: '' })), [429, 'sessions_exceeded']);
    await open(world, '7');
  }),
);

test(
  'the page that Shopify passes on has to be one of the shop, and the session stays there',
  inApiWorld(async world => {
    await cats(world);
    const foreign = await call(world, {}, { origin: 'https://evil.example' });
    assert.equal(refusal(foreign), [403, 'origin_not_allowed']);
    const token = (await call(world, {}, { origin: PAGE })).body.token ?? '';
    assert.is((await world.call('GET /v1/quota', { as: token, origin: PAGE })).status, 200);
    assert.is((await world.call('GET /v1/quota', { as: token, origin: `https://${CONNECTION.domain}` })).status, 403);
    const unbound = await open(world, '7');
    assert.is((await world.call('GET /v1/quota', { as: unbound, origin: `https://${CONNECTION.domain}` })).status, 200);
  }),
);

test.run();

async function cats(world: ApiWorld): Promise<void> {
  await world.shop('cats', { shopify: CONNECTION, origins: [PAGE, `https://${CONNECTION.domain}`] });
}

function call(
  world: ApiWorld,
  changed: { readonly [name: string]: string } = {},
  options: Asked = {},
): Promise<ApiAnswer> {
  return world.call(`POST /v1/sessions${signedQuery({ now: world.clock.now(), changed })}`, options);
}

async function open(world: ApiWorld, customer: string): Promise<string> {
  const { status, body } = await call(world, { logged_in_customer_id: customer });
  assert.is(status, 201);
  return body.token ?? '';
}

async function renew(world: ApiWorld, as: string): Promise<string> {
  return (await world.call('POST /v1/sessions', { as })).body.token ?? '';
}

function refusal({ status, body }: ApiAnswer): [number, string | undefined] {
  return [status, body.code];
}
