/**
 * Holds a store to what it promises of queries and counts: what matches, in which order, and from which moment on.
 */
import * as assert from 'uvu/assert';
import type { Query } from '../store.ts';
import { type InStore, idsOf, others, put, SHELF, type Thing, things } from './world.ts';

/** Of SHELF. */
const CASES: [title: string, query: Omit<Query<Thing>, 'from' | 'limit'>, ids: string][] = [
  ['nothing asked for: all, by id', {}, 'abcdef'],
  ['a string', { where: [['lane', '==', 'x']] }, 'abde'],
  ['a number', { where: [['rank', '==', 2]] }, 'cd'],
  ['true', { where: [['open', '==', true]] }, 'abce'],
  ['false; a missing field is not false', { where: [['open', '==', false]] }, 'd'],
  ['an empty string; a missing field is not empty', { where: [['label', '==', '']] }, 'b'],
  ['two equalities', { where: [['lane', '==', 'x'] as const, ['open', '==', true] as const] }, 'abe'],
  [
    'three equalities',
    { where: [['label', '==', 'b'] as const, ['open', '==', true] as const, ['lane', '==', 'y'] as const] },
    'c',
  ],
  ['what nobody has', { where: [['lane', '==', 'nowhere']] }, ''],
  ['upper and lower case differ', { where: [['label', '==', 'Apple']] }, 'd'],
  ['order up, ties by id up, without those that lack the field', { orderBy: ['rank', 'asc'] }, 'fecdb'],
  ['order down, ties by id down', { orderBy: ['rank', 'desc'] }, 'bdcef'],
  ['less', { where: [['rank', '<', 2]], orderBy: ['rank', 'asc'] }, 'fe'],
  ['at most', { where: [['rank', '<=', 2]], orderBy: ['rank', 'asc'] }, 'fecd'],
  ['more', { where: [['rank', '>', 2]], orderBy: ['rank', 'asc'] }, 'b'],
  ['at least, downwards', { where: [['rank', '>=', 2]], orderBy: ['rank', 'desc'] }, 'bdc'],
  ['between', { where: [['rank', '>', -3] as const, ['rank', '<', 10] as const], orderBy: ['rank', 'asc'] }, 'ecd'],
  ['a range of strings', { where: [['label', '>=', 'a']], orderBy: ['label', 'asc'] }, 'ec'],
  ['a range without an order is ordered by its field', { where: [['rank', '>=', 1]] }, 'ecdb'],
  ['equality and order, downwards', { where: [['lane', '==', 'x'] as const], orderBy: ['rank', 'desc'] }, 'bde'],
  [
    'equality and range',
    { where: [['lane', '==', 'x'] as const, ['rank', '>=', 2] as const], orderBy: ['rank', 'asc'] },
    'db',
  ],
  [
    'two equalities and a range',
    {
      where: [['lane', '==', 'x'] as const, ['open', '==', true] as const, ['rank', '<', 5] as const],
      orderBy: ['rank', 'asc'],
    },
    'e',
  ],
];

export function registerQueryTests(test: InStore): void {
  test('queries match, order and count, inside and outside of a transaction', async store => {
    await put(store, ...SHELF);
    for (const [title, query, ids] of CASES) {
      const whole = { ...query, from: things, limit: 1000 };
      const page = await store.list(whole);
      assert.is(idsOf(page), ids, title);
      assert.is(page.next, undefined, title);
      assert.equal(await store.transaction(tx => tx.list(whole)), page, title);
      if (!query.orderBy) assert.is(await store.count(whole), ids.length, title);
    }
  });

  test('counting follows the conditions and nothing else', async store => {
    assert.is(await store.count({ from: things }), 0);
    await put(store, ...SHELF);
    assert.is(await store.count({ from: things }), 6);
    assert.is(await store.count({ from: things, where: [['rank', '>', 1]] }), 3);
    const whole: Query<Thing> = { from: things, where: [['lane', '==', 'x']], orderBy: ['rank', 'asc'], limit: 1 };
    assert.is(await store.count(whole), 4);
    assert.is(await store.count({ from: others }), 0);
  });

  test('a query sees each commit at once', async store => {
    await put(store, { id: 'a', lane: 'x', rank: 1 });
    const inLane = async (lane: string) =>
      idsOf(
        await store.list({
          from: things,
          where: [['lane', '==', lane]],
          orderBy: ['rank', 'asc'],
          limit: 5,
        }),
      );
    assert.is(await inLane('x'), 'a');
    await put(store, { id: 'a', lane: 'y', rank: 1 });
    assert.is(`${await inLane('x')}/${await inLane('y')}`, '/a');
    await store.transaction(async tx => tx.delete(things, 'a'));
    assert.is(await inLane('y'), '');
  });
}
