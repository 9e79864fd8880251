/**
 * What an operator sets for a shop or a key: pictures a day, wishes in free words, what a key may do. Platform: the API in
 * the test's process, on SQLite.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { quotas } from '../common/collections.ts';
import type { Key, KeyScope } from '../common/documents.ts';
import type { EmbeddedPlatform } from '../common/embedded/platform.ts';
import type { Collection, Document } from '../common/platform/store.ts';
import { type ApiAnswer, type ApiWorld, inApiWorld } from './api-world.ts';

const test = suite('terms of shops and keys');
const PROMPT = { prompt: 'A cat in the manner of a woodcut.' };

interface Pools {
  readonly pools: { readonly [pool in 'named' | 'custom']: { readonly limit: number; readonly remaining: number } };
}

test(
  'the pictures of a day are those of the key, else of the shop, else of the service, each pool by itself',
  inApiWorld(async world => {
    await world.shop('cats', { quotaPerDay: { named: 4 } });
    await world.shop('dogs', { quotaPerDay: { named: 0, custom: 9 } });
    const limits = async (shop: string, quotaPerDay?: Key['quotaPerDay']) => {
      const as = await world.key('storefront', { shop, ...(quotaPerDay ? { quotaPerDay } : {}) });
      const { body } = await world.call<Pools>('GET /v1/quota', { as: await open(world, as) });
      return [body.pools.named.limit, body.pools.custom.limit];
    };
    assert.equal(await limits('default'), [10, 3]);
    assert.equal(await limits('cats'), [4, 3]);
    assert.equal(await limits('dogs'), [0, 9]);
    assert.equal(await limits('cats', { custom: 7 }), [4, 7]);
    assert.equal(await limits('cats', { named: 200, custom: 100 }), [200, 100], 'no address is given less');
  }),
);

test(
  'what is set is what admits',
  inApiWorld(async world => {
    await world.shop('cats', { quotaPerDay: { named: 2 } });
    const token = await open(world, await world.key('storefront', { shop: 'cats' }));
    const submit = async (variation: number) =>
      (await world.submit({ as: token }, { style: 'charcoal', options: { variation } })).status;
    assert.equal([await submit(1), await submit(2), await submit(3)], [202, 202, 429]);
    const server = await world.key('server', { shop: 'cats', quotaPerDay: { named: 1 } });
    const forCustomer = async (variation: number) =>
      world.submit({ as: server }, { style: 'charcoal', customerId: '7', options: { variation } });
    assert.is((await forCustomer(1)).headers['ratelimit-policy'], '"named";q=1;w=86400');
    assert.is((await forCustomer(2)).status, 429);
    await world.shop('cats', { quotaPerDay: { named: 3 } });
    await world.clock.advance(60_000);
    assert.equal([await submit(3), await submit(4)], [202, 429], 'a change counts within a minute');
  }),
);

test('asking what is left costs no read for two seconds, and admits nobody', () => {
  let reads = 0;
  const counting = ({ store }: EmbeddedPlatform) => ({
    store: {
      ...store,
      get: <D extends Document>(from: Collection<D>, id: string) => {
        if (from.name === quotas.name) reads++;
        return store.get(from, id);
      },
    },
  });
  return inApiWorld(
    async world => {
      const token = await open(world, await world.key('storefront', { quotaPerDay: { named: 2 } }));
      const left = async () => (await world.call<Pools>('GET /v1/quota', { as: token })).body.pools.named.remaining;
      assert.is((await world.submit({ as: token })).status, 202);
      assert.is(await left(), 1);
      await world.clock.advance(2_000);
      reads = 0;
      assert.is(await left(), 1);
      const once = reads;
      assert.is(await left(), 1);
      assert.ok(once > 0);
      assert.is(reads, once);

      await useUpElsewhere(world);
      assert.is(await left(), 1, 'what is remembered');
      const another = { style: 'charcoal', options: { variation: 1 } };
      assert.is((await world.submit({ as: token }, another)).status, 429, 'what counts');
      assert.is(await left(), 0, 'the submit has read anew');
      await world.clock.advance(2_000);
      assert.is(await left(), 0);
      assert.ok(reads > once);
    },
    { around: counting },
  )();
});

test(
  "a shopper's own words are drawn only where the shop wants them",
  inApiWorld(async world => {
    await world.shop('cats', { freePrompts: true });
    await world.shop('dogs', { freePrompts: false });
    const ask = async (shop: string) =>
      world.submit({ as: await open(world, await world.key('storefront', { shop })) }, PROMPT);
    assert.is((await ask('cats')).status, 202);
    const refused = await ask('dogs');
    assert.equal(refusal(refused), [403, 'prompt_not_allowed']);
    assert.is((await ask('default')).status, 202, 'before the first shop is written');
    assert.equal(refusal(await ask('not-there')), [403, 'prompt_not_allowed']);
    const server = await world.key('server', { shop: 'dogs' });
    assert.is((await world.submit({ as: server }, PROMPT)).status, 202, "the shop's server may always");
    const session = await open(world, await world.key('storefront', { shop: 'dogs' }));
    assert.is((await world.submit({ as: session })).status, 202, 'styles are drawn all the same');
  }),
);

test(
  'a key does what its scopes allow, and so do its sessions',
  inApiWorld(async world => {
    const key = (kind: 'server' | 'storefront' | 'admin', ...scopes: KeyScope[]) => world.key(kind, { scopes });
    const reader = { as: await key('server', 'read') };
    assert.is((await world.call('GET /v1/jobs', reader)).status, 200);
    const refused = await world.submit(reader);
    assert.equal(refusal(refused), [403, 'forbidden']);
    assert.match(refused.body.detail ?? '', '"write"');
    const writer = { as: await key('server', 'write') };
    assert.is((await world.submit(writer)).status, 202);
    assert.equal(refusal(await world.call('GET /v1/jobs', writer)), [403, 'forbidden']);
    assert.equal(
      refusal(await world.call('GET /v1/jobs', { as: await key('server') })),
      [403, 'forbidden'],
      'no scope',
    );

    const session = await open(world, await key('storefront', 'read'));
    assert.is((await world.call('GET /v1/quota', { as: session })).status, 200);
    assert.equal(refusal(await world.submit({ as: session })), [403, 'forbidden']);

    const admin = { as: await key('admin', 'read', 'write') };
    assert.is((await world.call('GET /v1/admin/keys', admin)).status, 200);
    assert.equal(refusal(await world.call('POST /v1/admin/keys', { ...admin, body: {} })), [403, 'forbidden']);
  }),
);

test.run();

async function open(world: ApiWorld, as: string): Promise<string> {
  const { status, body } = await world.call('POST /v1/sessions', { as });
  assert.is(status, 201);
  return body.token ?? '';
}

/** As another instance does it: nothing of it is seen by the one that is asked. */
async function useUpElsewhere({ platform: { store } }: ApiWorld): Promise<void> {
  const { items } = await store.list({ from: quotas, limit: 100 });
  const named = items.filter(({ id }) => id.includes('-named-'));
  assert.is(named.length, 2, 'the session and its address');
  await store.transaction(async tx => {
    for (const quota of named) tx.set(quotas, { ...quota, held: 100 });
  });
}

function refusal({ status, body }: ApiAnswer): [number, string | undefined] {
  return [status, body.code];
}
