/**
 * Holds a store to what it promises transactions that run at the same time: each is as if alone. The transactions below
 * would do something together that they could not have done one after the other.
 */
import * as assert from 'uvu/assert';
import { type InStore, put, raise, things } from './world.ts';

export function registerConflictTests(test: InStore): void {
  test('a document that was read and changed meanwhile runs the work again', async store => {
    await put(store, { id: 'a', open: true }, { id: 'b', open: true });
    const closeUnlessLast = (id: string) =>
      store.transaction(async tx => {
        const both = [await tx.get(things, 'a'), await tx.get(things, 'b')];
        if (both.every(thing => thing?.open)) tx.set(things, { id, open: false });
      });
    await Promise.all([closeUnlessLast('a'), closeUnlessLast('b')]);
    const left = [await store.get(things, 'a'), await store.get(things, 'b')].filter(thing => thing?.open);
    assert.is(left.length, 1);
  });

  test('an absence that was read and ended meanwhile runs the work again', async store => {
    const createUnlessThere = (id: string, other: string) =>
      store.transaction(async tx => {
        if (!(await tx.get(things, other))) tx.set(things, { id });
      });
    await Promise.all([createUnlessThere('a', 'b'), createUnlessThere('b', 'a')]);
    assert.is(await store.count({ from: things }), 1);
  });
}

export function registerQueryConflictTests(test: InStore): void {
  test('a query whose answer grew meanwhile runs the work again', async store => {
    const createIfNone = (id: string) =>
      store.transaction(async tx => {
        const { items } = await tx.list({ from: things, where: [['lane', '==', 'x']], limit: 5 });
        if (items.length === 0) tx.set(things, { id, lane: 'x' });
      });
    await Promise.all([createIfNone('a'), createIfNone('b')]);
    assert.is(await store.count({ from: things }), 1);
  });

  test('a query whose documents changed meanwhile runs the work again', async store => {
    await put(store, { id: 'a', lane: 'x', rank: 1, open: true }, { id: 'b', lane: 'x', rank: 2, open: true });
    const closeUnlessLast = (id: string) =>
      store.transaction(async tx => {
        const { items } = await tx.list({
          from: things,
          where: [['lane', '==', 'x']],
          orderBy: ['rank', 'asc'],
          limit: 5,
        });
        if (items.every(thing => thing.open)) tx.set(things, { id, lane: 'x', rank: 3, open: false });
      });
    await Promise.all([closeUnlessLast('a'), closeUnlessLast('b')]);
    const { items } = await store.list({ from: things, limit: 5 });
    assert.is(items.filter(thing => thing.open).length, 1);
  });

  test('a document deleted and created again is not taken for the one that was read', async store => {
    await put(store, { id: 'a', rank: 0 });
    const remake = async () => {
      await store.transaction(async tx => tx.delete(things, 'a'));
      await put(store, { id: 'a', rank: 10 });
    };
    await Promise.all([raise(store, 'a'), remake(), raise(store, 'a')]);
    // Ten, and whichever of the two additions came after it.
    assert.ok([10, 11, 12].includes((await store.get(things, 'a'))?.rank ?? 0));
  });
}

export function registerMomentTests(test: InStore, contenders: number): void {
  test('transactions that move between documents never show a half', async store => {
    const ids = ['a', 'b', 'c', 'd'];
    await put(store, ...ids.map(id => ({ id, lane: 'x', rank: 10 })));
    const total = () =>
      store.transaction(async tx => {
        const read = await Promise.all(ids.map(id => tx.get(things, id)));
        return read.reduce((sum, thing) => sum + (thing?.rank ?? 0), 0);
      });
    const move = (from: string, to: string) =>
      store.transaction(async tx => {
        const [one, other] = [await tx.get(things, from), await tx.get(things, to)];
        tx.set(things, { id: from, lane: 'x', rank: (one?.rank ?? 0) - 1 });
        tx.set(things, { id: to, lane: 'x', rank: (other?.rank ?? 0) + 1 });
      });
    const moves = Math.min(20, contenders);
    const totals = await Promise.all(
      Array.from({ length: moves }, async (_, n) => {
        await move(ids[n % 4] ?? '', ids[(n + 1 + (n % 3)) % 4] ?? '');
        return total();
      }),
    );
    assert.equal(
      totals,
      Array.from({ length: moves }, () => 40),
    );
  });

  test('an error that comes from reading two moments is not passed on', async store => {
    await put(store, { id: 'a', rank: 10 }, { id: 'b', rank: 10 });
    const check = store.transaction(async tx => {
      const one = await tx.get(things, 'a');
      for (let turn = 0; turn < 10; turn++) await new Promise(resolve => setImmediate(resolve));
      const other = await tx.get(things, 'b');
      if ((one?.rank ?? 0) + (other?.rank ?? 0) !== 20) throw new Error('The two are not of one moment.');
    });
    const move = store.transaction(async tx => {
      const [one, other] = [await tx.get(things, 'a'), await tx.get(things, 'b')];
      tx.set(things, { id: 'a', rank: (one?.rank ?? 0) - 1 });
      tx.set(things, { id: 'b', rank: (other?.rank ?? 0) + 1 });
    });
    await Promise.all([check, move]);
  });
}

export function registerContentionTests(test: InStore, contenders: number): void {
  test('of many that create the same document one does', async store => {
    const answers = await Promise.all(
      Array.from({ length: Math.min(20, contenders) }, (_, rank) =>
        store.transaction(async tx => {
          if (await tx.get(things, 'a')) return [];
          tx.set(things, { id: 'a', rank });
          return [rank];
        }),
      ),
    );
    assert.is(answers.flat().length, 1);
    assert.equal(await store.get(things, 'a'), { id: 'a', rank: answers.flat()[0] });
  });

  test('writes of documents that were not read never conflict', async store => {
    await Promise.all(Array.from({ length: 50 }, (_, rank) => put(store, { id: 'a', rank })));
    assert.ok(((await store.get(things, 'a'))?.rank ?? -1) >= 0);
  });

  test(`${contenders} transactions that raise one document end at exactly ${contenders}`, async store => {
    await Promise.all(Array.from({ length: contenders }, () => raise(store, 'a')));
    assert.equal(await store.get(things, 'a'), { id: 'a', rank: contenders });
  });
}
