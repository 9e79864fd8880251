/**
 * Holds a store to what it promises of one transaction: all or nothing, reads before writes, writes in their order.
 */
import * as assert from 'uvu/assert';
import { failure, type InStore, put, raise, things } from './world.ts';

export function registerTransactionTests(test: InStore): void {
  test('a transaction answers with what its work returned, and its writes are there', async store => {
    await put(store, { id: 'old', rank: 1 });
    const answer = await store.transaction(async tx => {
      const old = await tx.get(things, 'old');
      assert.is(await tx.get(things, 'new'), undefined);
      tx.set(things, { id: 'new', rank: (old?.rank ?? 0) + 1 });
      tx.delete(things, 'old');
      return { was: old?.rank };
    });
    assert.equal(answer, { was: 1 });
    assert.is(await store.get(things, 'old'), undefined);
    assert.equal(await store.get(things, 'new'), { id: 'new', rank: 2 });
  });

  test('an error of the work takes everything back and is passed on as it is', async store => {
    await put(store, { id: 'a', rank: 1 });
    const mistake = new TypeError('mine');
    const caught = await failure(
      store.transaction(async tx => {
        await tx.get(things, 'a');
        tx.set(things, { id: 'a', rank: 2 });
        tx.set(things, { id: 'b' });
        tx.increment(things, 'c', { rank: 1 });
        throw mistake;
      }),
    );
    assert.is(caught, mistake);
    assert.equal((await store.list({ from: things, limit: 9 })).items, [{ id: 'a', rank: 1 }]);
  });

  test('a read after the first write is refused, whatever is read', async store => {
    for (const kind of ['get', 'list'] as const) {
      const caught = await failure(
        store.transaction(async tx => {
          tx.set(things, { id: 'a' });
          await (kind === 'get' ? tx.get(things, 'b') : tx.list({ from: things, limit: 1 }));
        }),
      );
      assert.instance(caught, Error);
      assert.is(await store.get(things, 'a'), undefined);
    }
  });
}

export function registerWriteTests(test: InStore): void {
  test('several writes of one document are applied in their order', async store => {
    await put(store, { id: 'b', rank: 50 });
    await store.transaction(async tx => {
      tx.set(things, { id: 'a', rank: 1 });
      tx.increment(things, 'a', { rank: 2 });
      tx.delete(things, 'b');
      tx.set(things, { id: 'b', rank: 7 });
      tx.set(things, { id: 'c' });
      tx.delete(things, 'c');
    });
    assert.equal(await store.get(things, 'a'), { id: 'a', rank: 3 });
    assert.equal(await store.get(things, 'b'), { id: 'b', rank: 7 });
    assert.is(await store.get(things, 'c'), undefined);
  });

  test('many transactions on documents of their own all succeed', async store => {
    const ids = Array.from({ length: 50 }, (_, index) => `t${index}`);
    await Promise.all(ids.map(id => raise(store, id)));
    await Promise.all(ids.map(id => raise(store, id)));
    for (const id of ids) assert.equal(await store.get(things, id), { id, rank: 2 });
  });
}
