import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inWorld } from '../tests/world.ts';
import { quotas } from './collections.ts';
import { dayOf, endOfDay, poolState, scopesOf } from './quota.ts';

const test = suite('quota');
const SETTINGS = {
  quotaPerDay: { named: 10, custom: 3 },
  quotaPerDayByAddress: { named: 60, custom: 20 },
  budgetMicroUsdPerDay: 0,
  spendShards: 1,
  idSecret: new Uint8Array(32),
};
const NOON = Date.UTC(2026, 10, 23, 12);

test('days are those of UTC and end at midnight', () => {
  assert.is(dayOf(Date.UTC(2026, 10, 23, 23, 59, 59, 999)), '2026-11-23');
  assert.is(endOfDay(NOON), Date.UTC(2026, 10, 24));
  assert.is(endOfDay(Date.UTC(2026, 10, 24)), Date.UTC(2026, 10, 25));
});

test('a customer counts alone, a session with its address, a server that names nobody not at all', () => {
  const limits = (owner: Parameters<typeof scopesOf>[1]) =>
    scopesOf('shop', owner, 'named', SETTINGS, NOON).map(({ limit }) => limit);
  assert.equal(limits({ customer: '7' }), [10]);
  assert.equal(limits({ session: 's', ipHash: 'i' }), [10, 60]);
  assert.equal(limits({ customer: '7', session: 's', ipHash: 'i' }), [10, 60]);
  assert.equal(limits({}), []);
});

test('scopes differ by shop, pool, day and kind of identity, and do not tell the identity', () => {
  const id = (shop: string, owner: object, pool: 'named' | 'custom', at: number) =>
    scopesOf(shop, owner, pool, SETTINGS, at)[0]?.id ?? '';
  const ids = [
    id('a', { customer: 'jane@example.com/1' }, 'named', NOON),
    id('b', { customer: 'jane@example.com/1' }, 'named', NOON),
    id('a', { customer: 'jane@example.com/1' }, 'custom', NOON),
    id('a', { customer: 'jane@example.com/1' }, 'named', NOON + 86_400_000),
    id('a', { session: 'jane@example.com/1' }, 'named', NOON),
  ];
  assert.is(new Set(ids).size, ids.length);
  for (const name of ids) assert.match(name, /^2026-11-2[34]-(named|custom)-[0-9a-f]{32}$/);
});

test(
  'the warning level rises at three, two and none left, and the tightest scope is shown',
  inWorld(async ({ engine, clock }) => {
    const scope = { id: 'narrow', limit: 10 };
    const wide = { id: 'wide', limit: 60 };
    const levelAt = async (held: number) => {
      await engine.store.transaction(async tx => tx.set(quotas, { id: 'narrow', held, releasedCalls: 0, expireAt: 0 }));
      const { remaining, warningLevel } = await poolState(engine.store, [wide, scope], clock.now());
      return [remaining, warningLevel];
    };
    assert.equal(await levelAt(6), [4, 1]);
    assert.equal(await levelAt(7), [3, 2]);
    assert.equal(await levelAt(8), [2, 3]);
    assert.equal(await levelAt(9), [1, 3]);
    assert.equal(await levelAt(10), [0, 4]);
    assert.equal(await levelAt(12), [0, 4], 'a limit that was lowered leaves nothing, not less');
  }),
);

test.run();
