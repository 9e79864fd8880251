import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inWorld, type World } from '../tests/world.ts';
import { audit, shops } from './collections.ts';
import { seedShop } from './seed-shop.ts';
import {
  createShop,
  isOrigin,
  PROXY_PATH,
  SHOP_ID,
  SHOPIFY_DOMAIN,
  SHOPS_MAX,
  type ShopWish,
  updateShop,
} from './shops.ts';

const test = suite('shops');
const BY = { actor: 'test' };
const SECRET = 'a'.repeat(32);
const SHOPIFY = { domain: 'pets.myshopify.com', secret: SECRET };

test('an origin is taken exactly as a browser sends it', () => {
  const good = [
    'https://shop.example',
    'https://shop.example:8443',
    'http://localhost:3000',
    'http://[::1]:3000',
    'https://xn--bcher-kva.example',
  ];
  const bad = [
    ...['https://shop.example/', 'https://shop.example/a', 'https://shop.example?x', 'https://shop.example#x'],
    ...['https://Shop.example', 'HTTPS://shop.example', 'https://shop.example:443', 'http://shop.example:80'],
    ...['https://*.example', 'https://*', '*', 'null', '', 'shop.example', '//shop.example', ' https://shop.example'],
    ...['https://user@shop.example', 'https://user:x@shop.example', 'https://bücher.example', 'https://shop.example.'],
    ...['ftp://shop.example', 'file:///etc', 'javascript:alert(1)', 'https://shop..example', 'https://shop example'],
    ...['https://shop.example:99999', 'https://shop.example\n', 'https://0x7f.1', 'https://127.1'],
  ];
  for (const origin of good) assert.is(isOrigin(origin), true, origin);
  for (const origin of bad) assert.is(isOrigin(origin), false, JSON.stringify(origin));
});

test('ids, Shopify domains and proxy paths have one form', () => {
  const cases = [
    [SHOP_ID, ['a', 'default', 'pets-2', 'a'.repeat(63)], ['', '-a', 'a-', 'A', 'a_b', 'a/b', 'a'.repeat(64), 'a\n']],
    [
      SHOPIFY_DOMAIN,
      ['pets.myshopify.com', 'a-1.myshopify.com'],
      [
        ...['evil-myshopify.com', 'pets.myshopify.com.evil.test', '-a.myshopify.com', 'Pets.myshopify.com'],
        ...['a.b.myshopify.com', 'https://pets.myshopify.com', 'pets.myshopify.com\n', '.myshopify.com'],
      ],
    ],
    [
      PROXY_PATH,
      ['/apps/easel', '/a/x', '/tools/art_1'],
      ['/apps', '/apps/', 'apps/x', '/other/x', '/apps/a/b', '/apps/X'],
    ],
  ] as const;
  for (const [pattern, good, bad] of cases) {
    for (const text of good) assert.is(pattern.test(text), true, text);
    for (const text of bad) assert.is(pattern.test(text), false, JSON.stringify(text));
  }
});

test(
  'fields that are named change, null takes one away, and the others stay',
  inWorld(async world => {
    const { engine, clock } = world;
    const settings = {
      origins: ['https://a.test'],
      quotaPerDay: { named: 5, custom: 1 },
      budgetMicroUsdPerDay: 4_000_000,
    };
    await createShop(engine, { id: 'pets', name: 'Pets', ...settings, shopify: SHOPIFY }, BY);
    const createdAt = clock.now();
    await clock.advance(1_000);
    const shop = await updated(world, { quotaPerDay: { custom: null }, budgetMicroUsdPerDay: null, freePrompts: true });
    assert.equal(shop, {
      id: 'pets',
      name: 'Pets',
      origins: ['https://a.test'],
      quotaPerDay: { named: 5 },
      freePrompts: true,
      shopify: { ...SHOPIFY, pathPrefix: '/apps/easel' },
      createdAt,
      updatedAt: createdAt + 1_000,
    });
    const bare = await updated(world, { quotaPerDay: null, shopify: null, origins: [] });
    assert.equal([bare.quotaPerDay, bare.shopify, bare.origins], [undefined, undefined, []]);
    assert.equal(await engine.store.get(shops, 'pets'), bare);
    assert.is((await updated(world, { budgetMicroUsdPerDay: 0 })).budgetMicroUsdPerDay, 0, 'nothing may be spent');
  }),
);

test(
  'a part of a cent, or another order of origins, is a change; the same again is none',
  inWorld(async world => {
    await createShop(
      world.engine,
      { id: 'pets', name: 'Pets', budgetMicroUsdPerDay: 1, origins: ['https://a.test', 'https://b.test'] },
      BY,
    );
    assert.is((await updated(world, { budgetMicroUsdPerDay: 2 })).budgetMicroUsdPerDay, 2);
    assert.equal(
      (await updated(world, { origins: ['https://b.test', 'https://a.test'] })).origins[0],
      'https://b.test',
    );
    const before = await world.engine.store.count({ from: audit });
    await updated(world, { budgetMicroUsdPerDay: 2, name: 'Pets' });
    assert.is(await world.engine.store.count({ from: audit }), before);
  }),
);

test(
  'a Shopify shop needs its secret once, keeps it, and belongs to one shop',
  inWorld(async world => {
    const { engine } = world;
    const incomplete = { refused: 'shopify incomplete' };
    const half = { id: 'pets', name: 'Pets', shopify: { domain: SHOPIFY.domain } };
    assert.equal(await createShop(engine, half, BY), incomplete);
    await createShop(engine, { id: 'pets', name: 'Pets' }, BY);
    assert.equal(await updateShop(engine, 'pets', { shopify: { secret: SECRET } }, BY), incomplete);
    await updated(world, { shopify: SHOPIFY });
    const moved = await updated(world, { shopify: { pathPrefix: '/a/art' } });
    assert.equal(moved.shopify, { ...SHOPIFY, pathPrefix: '/a/art' });
    const rotated = await updated(world, { shopify: { secret: 'b'.repeat(32) } });
    assert.is(rotated.shopify?.secret, 'b'.repeat(32));
    const taken = await createShop(engine, { id: 'other', name: 'Other', shopify: SHOPIFY }, BY);
    assert.equal(taken, { refused: 'shopify domain taken' });
    const last = (await engine.store.list({ from: audit, orderBy: ['at', 'desc'], limit: 1 })).items[0];
    assert.is(last?.detail?.includes('bbbb'), false);
  }),
);

test(
  'two shops that want one Shopify domain at the same time do not both get it',
  inWorld(async ({ engine }) => {
    const wish = (id: string) => createShop(engine, { id, name: id, shopify: SHOPIFY }, BY);
    const outcomes = await Promise.all([wish('one'), wish('two')]);
    assert.is(outcomes.filter(outcome => 'refused' in outcome).length, 1);
  }),
);

test(
  'there are as many shops as can be read at once, and no more',
  inWorld(async ({ engine }) => {
    const now = engine.clock.now();
    const shop = (id: string) => ({ id, name: id, origins: [], freePrompts: false, createdAt: now, updatedAt: now });
    await engine.store.transaction(async tx => {
      for (let index = 1; index < SHOPS_MAX; index++) tx.set(shops, shop(`shop-${index}`));
    });
    assert.ok('document' in (await createShop(engine, { id: 'last', name: 'Last' }, BY)));
    assert.equal(await createShop(engine, { id: 'more', name: 'More' }, BY), { refused: 'too many' });
  }),
);

test(
  'the first start makes the shop default, and no later one touches it',
  inWorld(async ({ engine, clock }) => {
    await seedShop(engine.store, { freePrompts: true, now: clock.now() });
    const seeded = await engine.store.get(shops, 'default');
    assert.equal([seeded?.freePrompts, seeded?.origins], [true, []]);
    await updateShop(engine, 'default', { name: 'Mine', freePrompts: false }, BY);
    await seedShop(engine.store, { freePrompts: true, now: clock.now() });
    const kept = await engine.store.get(shops, 'default');
    assert.equal([kept?.name, kept?.freePrompts], ['Mine', false]);
  }),
);

test.run();

async function updated({ engine }: World, wish: ShopWish) {
  const outcome = await updateShop(engine, 'pets', wish, BY);
  if ('refused' in outcome) throw new Error(outcome.refused);
  return outcome.document;
}
