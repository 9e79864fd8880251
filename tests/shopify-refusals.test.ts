/**
 * Calls that only resemble those that Shopify signs. Platform: the API in the test's process, on SQLite.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EmbeddedPlatform } from '../common/embedded/platform.ts';
import type { Collection, Document, Query } from '../common/platform/store.ts';
import { type ApiAnswer, type ApiWorld, inApiWorld } from './api-world.ts';
import { CONNECTION, signedQuery } from './doubles/app-proxy.ts';

const test = suite('calls that Shopify has not signed');

test(
  'a call that is not as Shopify signs it opens nothing, and says nothing of what is wrong',
  inApiWorld(async world => {
    await cats(world);
    await world.shop('birds', {
      shopify: { ...CONNECTION, domain: 'birds.myshopify.com', secret: 'other-other-other-other' },
    });
    const now = world.clock.now() / 1_000;
    const good = query(world);
    const refused: { readonly [what: string]: string } = {
      'another secret': query(world, {}, 'wrong-wrong-wrong-wrong'),
      'the secret of another shop': query(world, { shop: 'birds.myshopify.com' }),
      'a shop that is not there': query(world, { shop: 'mice.myshopify.com' }),
      'no shop of Shopify': query(world, { shop: 'cats.example' }),
      'another path': query(world, { path_prefix: '/apps/other' }),
      'too old': query(world, { timestamp: String(now - 91) }),
      'too early': query(world, { timestamp: String(now + 91) }),
      'a parameter beyond': query(world, { extra: '1' }),
      'the parameters of an admin link': query(world, { hmac: 'x' }),
      'no signature': good.replace(/&signature=\w+/, ''),
      'two signatures': `${good}&${/signature=\w+/.exec(good)?.[0]}`,
      'another customer': good.replace('logged_in_customer_id=7', 'logged_in_customer_id=8'),
      'a customer twice': `${good}&logged_in_customer_id=8`,
      'a shop twice': `${good}&shop=${CONNECTION.domain}`,
      'a customer in brackets': good.replace('logged_in_customer_id=7', 'logged_in_customer_id[]=7'),
      'the query encoded twice': `?${encodeURIComponent(good.slice(1))}`,
      'something else': '?x=1',
      'an empty signature': query(world).replace(/signature=\w+/, 'signature='),
    };
    const answers = new Set<string>();
    for (const [what, search] of Object.entries(refused)) {
      const answer = await world.call(`POST /v1/sessions${search}`);
      assert.equal(refusal(answer), [401, 'signature_invalid'], what);
      const { date: _, 'request-id': __, ...headers } = answer.headers;
      answers.add(JSON.stringify([headers, answer.text]));
    }
    assert.is(answers.size, 1, 'all alike');
    assert.is((await world.call(`POST /v1/sessions${good}`)).status, 201);
  }),
);

test(
  'no change of a single letter leaves a call good, or makes it one of somebody else',
  inApiWorld(async world => {
    await cats(world);
    const good = query(world);
    for (let at = 1; at < good.length; at++) {
      for (const letter of ['', '0', '&', '%00']) {
        const changed = `${good.slice(0, at)}${letter}${good.slice(at + 1)}`;
        if (changed === good || new URLSearchParams(changed).toString() === new URLSearchParams(good).toString())
          continue;
        const answer = await world.call(`POST /v1/sessions${changed}`);
        assert.equal(refusal(answer), [401, 'signature_invalid'], changed);
      }
    }
  }),
);

test('shops that somebody makes up cost the store nothing', () => {
  let asked = 0;
  const around = ({ store }: EmbeddedPlatform) => ({
    store: {
      ...store,
      get: <D extends Document>(from: Collection<D>, id: string) => {
        asked++;
        return store.get(from, id);
      },
      list: <D extends Document>(wanted: Query<D>) => {
        asked++;
        return store.list(wanted);
      },
    },
  });
  const madeUp = async (world: ApiWorld) => {
    await cats(world);
    assert.is((await call(world)).status, 201);
    assert.ok(asked > 0);
    asked = 0;
    for (let index = 0; index < 200; index++) {
      assert.is((await call(world, { shop: `made-up-${index}.myshopify.com` })).status, 401);
    }
    assert.is(asked, 0);
  };
  return inApiWorld(madeUp, { around })();
});

test(
  'nothing else is opened by a signed call, and nothing besides counts beside a key',
  inApiWorld(async world => {
    await cats(world);
    for (const request of [
      'GET /v1/quota',
      'POST /v1/jobs',
      'GET /v1/styles',
      'POST /v1/uploads',
      'GET /v1/admin/keys',
    ]) {
      assert.equal(refusal(await world.call(`${request}${query(world)}`)), [401, 'unauthorized'], request);
    }
    const as = await world.key('storefront', { shop: 'cats' });
    assert.equal(refusal(await world.call(`POST /v1/sessions${query(world)}`, { as })), [400, 'fields_invalid']);
    assert.equal(refusal(await world.call(`POST /v1/sessions${query(world)}`, { as: 'nonsense' })), [
      401,
      'unauthorized',
    ]);
  }),
);

test.run();

async function cats(world: ApiWorld): Promise<void> {
  await world.shop('cats', { shopify: CONNECTION });
}

function query(
  { clock }: ApiWorld,
  changed: { readonly [name: string]: string } = {},
  secret = CONNECTION.secret,
): string {
  return signedQuery({ now: clock.now(), changed, secret });
}

function call(world: ApiWorld, changed: { readonly [name: string]: string } = {}): Promise<ApiAnswer> {
  return world.call(`POST /v1/sessions${query(world, changed)}`);
}

function refusal({ status, body }: ApiAnswer): [number, string | undefined] {
  return [status, body.code];
}
