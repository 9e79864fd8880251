/**
 * Holds a store to what it refuses as `invalid`: calls that are wrong by themselves, and query shapes that no index
 * covers. Whoever forgets to declare an index learns it from any test on any platform, not from production.
 */
import * as assert from 'uvu/assert';
import type { Query, Store } from '../store.ts';
import { type InStore, idsOf, others, put, rejects, SHELF, type Thing, things } from './world.ts';

export function registerRefusalTests(test: InStore): void {
  test('a limit outside of 1 to 1,000 is invalid', async store => {
    for (const limit of [0, -1, 1001, 1.5, Number.NaN]) {
      await rejects(store.list({ from: things, limit }), 'invalid');
      await rejects(inTransaction(store, { from: things, limit }), 'invalid');
    }
  });

  test('ranges of two fields, and a range that is not the order, are invalid', async store => {
    const where = [['rank', '>', 1] as const, ['label', '>', 'a'] as const];
    await rejects(store.list({ from: things, where, limit: 5 }), 'invalid');
    await rejects(
      store.list({ from: things, where: [['rank', '>', 1]], orderBy: ['label', 'asc'], limit: 5 }),
      'invalid',
    );
  });

  test('a cursor that is damaged or of another query is invalid', async store => {
    await put(store, ...SHELF);
    const query: Query<Thing> = { from: things, where: [['lane', '==', 'x']], orderBy: ['rank', 'asc'], limit: 1 };
    const { next = '' } = await store.list(query);
    const wrong: Query<Thing>[] = [
      { ...query, after: '' },
      { ...query, after: 'nonsense' },
      { ...query, after: `${next.slice(0, -6)}` },
      { ...query, after: next, orderBy: ['rank', 'desc'] },
      { ...query, after: next, where: [['lane', '==', 'y']] },
      { from: things, limit: 1, after: next },
      { ...query, after: next, from: others },
    ];
    for (const one of wrong) await rejects(store.list(one), 'invalid');
    assert.is(idsOf(await store.list({ ...query, after: next })), 'd');
  });

  test('an increment by anything but an integer is invalid', async store => {
    for (const rank of [0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      await rejects(
        store.transaction(async tx => tx.increment(things, 'a', { rank })),
        'invalid',
      );
    }
    assert.is(await store.get(things, 'a'), undefined);
  });
}

/** Nothing of this is in the declaration of `things`; what is covered is in `queries.ts`. */
const UNCOVERED: [title: string, query: Omit<Query<Thing>, 'from' | 'limit'>][] = [
  ['equality with a range', { where: [['open', '==', true] as const, ['rank', '>=', 1] as const] }],
  ['equality with an order', { where: [['label', '==', 'b']], orderBy: ['rank', 'asc'] }],
  [
    'more equalities than declared',
    {
      where: [['lane', '==', 'x'] as const, ['open', '==', true] as const, ['label', '==', 'b'] as const],
      orderBy: ['rank', 'asc'],
    },
  ],
  [
    'a direction that is not declared',
    { where: [['lane', '==', 'x'] as const, ['open', '==', true] as const], orderBy: ['rank', 'desc'] },
  ],
  ['an order of another field than declared', { where: [['lane', '==', 'x']], orderBy: ['label', 'asc'] }],
  ['the expiry', { where: [['expireAt', '<=', 1]] }],
  ['the order of the expiry', { orderBy: ['expireAt', 'asc'] }],
  ['a field exempt from indexing', { where: [['note', '==', 'x']] }],
];

export function registerShapeRefusals(test: InStore): void {
  test('a query whose shape no index covers is invalid, whether or not anything matches', async store => {
    for (const all of [[], SHELF]) {
      await put(store, ...all);
      for (const [title, shape] of UNCOVERED) {
        const query: Query<Thing> = { ...shape, from: things, limit: 5 };
        await rejects(store.list(query), 'invalid', title);
        await rejects(inTransaction(store, query), 'invalid', `${title}, in a transaction`);
      }
    }
  });

  test('a collection is held to its own indexes and not to those of another', async store => {
    const query = { where: [['lane', '==', 'x'] as const], orderBy: ['rank', 'desc'] as const, limit: 5 };
    assert.equal(await store.list({ ...query, from: things }), { items: [] });
    await rejects(store.list({ ...query, from: others }), 'invalid');
  });

  test('a count of conditions that no index covers is invalid; its order plays no part', async store => {
    for (const [title, { where = [], orderBy }] of UNCOVERED) {
      if (!orderBy) await rejects(store.count({ from: things, where }), 'invalid', title);
    }
    await put(store, ...SHELF);
    const where = [['lane', '==', 'x'] as const, ['open', '==', true] as const];
    const downwards: Query<Thing> = { from: things, where, orderBy: ['rank', 'desc'], limit: 5 };
    assert.is(await store.count(downwards), 3);
  });
}

function inTransaction(store: Store, query: Query<Thing>): Promise<unknown> {
  return store.transaction(tx => tx.list(query));
}
