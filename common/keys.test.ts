import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inWorld, type World } from '../tests/world.ts';
import { keys } from './collections.ts';
import type { Key } from './documents.ts';
import { sha256 } from './ids.ts';
import { createKey, DEFAULT_SHOP, isKeyOf, type KeyWish, mayUse, newKey, registerKey, revokeKey } from './keys.ts';
import { createShop } from './shops.ts';

const test = suite('keys');
const BY = { actor: 'test' };

test(
  'a new key is stored as its digest, with its last four characters and without the rest',
  inWorld(async world => {
    const { key, document } = await made(world, { kind: 'admin', shop: DEFAULT_SHOP, label: 'Night shift' });
    assert.ok(isKeyOf('admin', key));
    assert.is(document.id, sha256(key));
    const stored = await world.engine.store.get(keys, document.id);
    assert.equal(stored, document);
    assert.is(key.endsWith(stored?.ending ?? 'nothing'), true);
    assert.is(JSON.stringify(stored).includes(key.slice(3, -4)), false);
  }),
);

test(
  'a key of a shop needs the shop, and its origins have to be among those of the shop',
  inWorld(async world => {
    const { engine } = world;
    const wish = { kind: 'storefront', shop: 'pets', label: 'Theme' } as const;
    assert.equal(await createKey(engine, wish, BY), { refused: 'no such shop' });
    await createShop(engine, { id: 'pets', name: 'Pets', origins: ['https://a.test', 'https://b.test'] }, BY);
    const elsewhere = await createKey(engine, { ...wish, origins: ['https://a.test', 'https://c.test'] }, BY);
    assert.equal(elsewhere, { refused: 'origin not listed' });
    const { document } = await made(world, { ...wish, origins: ['https://b.test'] });
    assert.equal(document.origins, ['https://b.test']);
    assert.is(await engine.store.count({ from: keys }), 1, 'what is refused is not stored');
  }),
);

test(
  'revoking twice is revoking once',
  inWorld(async world => {
    await made(world, { kind: 'admin', shop: DEFAULT_SHOP });
    const { document } = await made(world, { kind: 'admin', shop: DEFAULT_SHOP });
    const first = await revokeKey(world.engine, document.id, BY);
    await world.clock.advance(1_000);
    assert.equal(await revokeKey(world.engine, document.id, BY), first);
    assert.is('document' in first && first.document.revokedAt, world.clock.now() - 1_000);
  }),
);

test(
  'a key of the first start that was revoked stays so at every later start',
  inWorld(async world => {
    const { engine } = world;
    await made(world, { kind: 'admin', shop: DEFAULT_SHOP });
    const key = newKey('admin', engine.random);
    const start = () => registerKey(engine.store, key, { kind: 'admin', shop: DEFAULT_SHOP, now: engine.clock.now() });
    await start();
    await revokeKey(engine, sha256(key), BY);
    const revoked = await engine.store.get(keys, sha256(key));
    await start();
    assert.equal(await engine.store.get(keys, sha256(key)), revoked);
    assert.ok(revoked?.revokedAt !== undefined);
  }),
);

test(
  'the last admin key that may manage stays, whatever other keys there are',
  inWorld(async world => {
    const { engine } = world;
    const first = newKey('admin', engine.random);
    await registerKey(engine.store, first, { kind: 'admin', shop: DEFAULT_SHOP, now: 0 });
    await registerKey(engine.store, newKey('server', engine.random), { kind: 'server', shop: DEFAULT_SHOP, now: 0 });
    await made(world, { kind: 'admin', shop: DEFAULT_SHOP, scopes: ['read', 'write'] });
    assert.equal(await revokeKey(engine, sha256(first), BY), { refused: 'last admin key' });
    const second = await made(world, { kind: 'admin', shop: DEFAULT_SHOP, scopes: ['manage'] });
    assert.ok('document' in (await revokeKey(engine, sha256(first), BY)));
    assert.equal(await revokeKey(engine, second.document.id, BY), { refused: 'last admin key' });
  }),
);

test(
  'two operators who revoke each other at the same time leave one of them',
  inWorld(async world => {
    const { engine } = world;
    const [a, b] = [await admin(world), await admin(world)];
    const outcomes = await Promise.all([revokeKey(engine, a.id, BY), revokeKey(engine, b.id, BY)]);
    assert.is(outcomes.filter(outcome => 'refused' in outcome).length, 1);
    const left = (await engine.store.list({ from: keys, limit: 10 })).items;
    assert.is(left.filter(({ revokedAt }) => revokedAt === undefined).length, 1);
  }),
);

test('a key without scopes may do all of its kind, and one with scopes what they say', () => {
  assert.is(mayUse({}, 'manage'), true);
  assert.is(mayUse({ scopes: ['read', 'manage'] }, 'write'), false);
  assert.is(mayUse({ scopes: ['read', 'manage'] }, 'manage'), true);
});

test.run();

async function made({ engine }: World, wish: KeyWish): Promise<{ key: string; document: Key }> {
  const outcome = await createKey(engine, wish, BY);
  if ('refused' in outcome) throw new Error(outcome.refused);
  return outcome;
}

async function admin(world: World): Promise<Key> {
  return (await made(world, { kind: 'admin', shop: DEFAULT_SHOP })).document;
}
