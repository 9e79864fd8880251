/**
 * Holds a store to what it promises of watches: the state as it is, then each change, and nothing after the end.
 */
import * as assert from 'uvu/assert';
import { waitFor } from '../../../tests/wait-for.ts';
import { type InStore, put, type Thing, things } from './world.ts';

export function registerWatchTests(test: InStore): void {
  test('a watch shows the document as it is, each change, its end and its return', async store => {
    const seen: (Thing | undefined)[] = [];
    const stop = store.watch(things, 'a', thing => seen.push(thing));
    await waitFor('the absence', () => seen.length === 1);
    await put(store, { id: 'a', rank: 1 });
    await waitFor('the first state', () => seen.at(-1)?.rank === 1);
    await put(store, { id: 'b', rank: 50 });
    await store.transaction(async tx => tx.increment(things, 'a', { rank: 1 }));
    await waitFor('the change', () => seen.at(-1)?.rank === 2);
    await store.transaction(async tx => tx.delete(things, 'a'));
    await waitFor('the deletion', () => seen.at(-1) === undefined);
    await put(store, { id: 'a', rank: 3 });
    await waitFor('the return', () => seen.at(-1)?.rank === 3);
    stop();
    assert.equal(
      seen.map(thing => thing?.rank),
      [undefined, 1, 2, undefined, 3],
    );
  });

  test('a watch of a document that is there begins with it', async store => {
    await put(store, { id: 'a', rank: 1 });
    const seen: (Thing | undefined)[] = [];
    const stop = store.watch(things, 'a', thing => seen.push(thing));
    await waitFor('the document', () => seen.length > 0);
    assert.equal(seen[0], { id: 'a', rank: 1 });
    stop();
  });

  test('fast changes may be folded, but never go backwards and end with the last one', async store => {
    const ranks: number[] = [];
    const stop = store.watch(things, 'a', thing => ranks.push(thing?.rank ?? 0));
    for (let rank = 1; rank <= 20; rank++) await put(store, { id: 'a', rank });
    await waitFor('the last change', () => ranks.at(-1) === 20);
    stop();
    assert.equal(
      ranks,
      ranks.toSorted((a, b) => a - b),
    );
  });
}

export function registerWatchersTests(test: InStore): void {
  test('a watch that was ended never calls again, while others of the document go on', async store => {
    const ended: unknown[] = [];
    const never: unknown[] = [];
    const seen: (Thing | undefined)[] = [];
    const stopFirst = store.watch(things, 'a', thing => ended.push(thing));
    const stopSecond = store.watch(things, 'a', thing => seen.push(thing));
    store.watch(things, 'a', thing => never.push(thing))();
    await waitFor('both', () => ended.length === 1 && seen.length === 1);
    stopFirst();
    await put(store, { id: 'a', rank: 1 });
    await waitFor('the change', () => seen.at(-1)?.rank === 1);
    stopSecond();
    stopSecond();
    assert.is(ended.length, 1);
    assert.is(never.length, 0);
  });

  test('each watch gets a copy of its own', async store => {
    await put(store, { id: 'a', note: [1] });
    const lengths: number[] = [];
    const spoil = (thing: Thing | undefined) => {
      const note = thing?.note as number[] | undefined;
      lengths.push(note?.push(2) ?? 0);
    };
    const stops = [store.watch(things, 'a', spoil), store.watch(things, 'a', spoil)];
    await waitFor('both', () => lengths.length === 2);
    for (const stop of stops) stop();
    assert.equal(lengths, [2, 2]);
    assert.equal(await store.get(things, 'a'), { id: 'a', note: [1] });
  });
}
