/**
 * Holds a store to what it promises of increments: they create what is missing, and many at once all count.
 */
import * as assert from 'uvu/assert';
import { type InStore, others, put, raise, things } from './world.ts';

export function registerIncrementTests(test: InStore, contenders: number): void {
  test('an increment creates document and fields at zero and keeps the other fields', async store => {
    await put(store, { id: 'a', label: 'kept', rank: 5 });
    await store.transaction(async tx => {
      tx.increment(others, 'fresh', { rank: 3, another: -2 });
      tx.increment(things, 'a', { rank: -6, another: 1 });
    });
    assert.equal(await store.get(others, 'fresh'), { id: 'fresh', rank: 3, another: -2 });
    assert.equal(await store.get(things, 'a'), { id: 'a', label: 'kept', rank: -1, another: 1 });
  });

  test('a field may have any name, and two increments of a document in one transaction both count', async store => {
    const field = 'style:a.b c`[0]/é:rank';
    await store.transaction(async tx => {
      tx.increment(others, 'fresh', { [field]: 3 });
      tx.increment(others, 'fresh', { [field]: 4, rank: 1 });
    });
    await store.transaction(async tx => tx.increment(others, 'fresh', { [field]: -1 }));
    assert.equal(await store.get(others, 'fresh'), { id: 'fresh', [field]: 6, rank: 1 });
  });

  test('50 parallel transactions that increment one document all count', async store => {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        store.transaction(async tx => {
          tx.set(others, { id: `t${index}` });
          tx.increment(things, 'sum', { rank: 1 });
        }),
      ),
    );
    assert.equal(await store.get(things, 'sum'), { id: 'sum', rank: 50 });
    assert.is(await store.count({ from: others }), 50);
  });

  test('a transaction that read the document notices an increment', async store => {
    const rounds = Math.min(20, contenders);
    const add = () => store.transaction(async tx => tx.increment(things, 'sum', { rank: 1 }));
    await Promise.all(Array.from({ length: rounds }, () => [raise(store, 'sum'), add()]).flat());
    assert.equal(await store.get(things, 'sum'), { id: 'sum', rank: 2 * rounds });
  });
}
