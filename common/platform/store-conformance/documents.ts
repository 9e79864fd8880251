/**
 * Holds a store to what it promises of single documents: they come back as they were written, under their exact id,
 * and neither what is handed over nor what is handed out stays connected with the store.
 */
import * as assert from 'uvu/assert';
import { type InStore, others, put, type Thing, things } from './world.ts';

export function registerDocumentTests(test: InStore): void {
  test('a document reads back as it was written', async store => {
    const note = {
      deep: [1, { text: 'ünïcode "quoted" \n 🎨', empty: [] }, {}],
      half: 0.5,
      big: 2 ** 53 - 1,
      below: -7,
    };
    const thing = { id: 'a', lane: '', rank: 0, open: false, note };
    await put(store, thing);
    assert.equal(await store.get(things, 'a'), thing);
  });

  test('a missing document is undefined, and deleting it is no error', async store => {
    assert.is(await store.get(things, 'a'), undefined);
    await store.transaction(async tx => tx.delete(things, 'a'));
    assert.is(await store.get(things, 'a'), undefined);
  });

  test('a deleted document is missing, and can be created again', async store => {
    await put(store, { id: 'a', rank: 1 });
    await store.transaction(async tx => tx.delete(things, 'a'));
    assert.is(await store.get(things, 'a'), undefined);
    await put(store, { id: 'a', rank: 2 });
    assert.equal(await store.get(things, 'a'), { id: 'a', rank: 2 });
  });

  test('writing replaces the whole document and drops undefined fields', async store => {
    await put(store, { id: 'a', rank: 1, label: 'old' });
    await put(store, { id: 'a', lane: 'x', label: undefined, note: { kept: 1, dropped: undefined } });
    const found = await store.get(things, 'a');
    assert.equal(found, { id: 'a', lane: 'x', note: { kept: 1 } });
    assert.not('label' in (found ?? {}));
  });

  test('ids and collections are kept apart exactly', async store => {
    const ids = ['a', 'A', 'ä', 'a b', "it's", '%', 'a_b', '0', '00'];
    await put(store, ...ids.map((id, rank) => ({ id, rank })));
    await store.transaction(async tx => tx.set(others, { id: 'a', label: 'other' }));
    for (const [rank, id] of ids.entries()) assert.equal(await store.get(things, id), { id, rank });
    assert.equal(await store.get(others, 'a'), { id: 'a', label: 'other' });
    assert.is(await store.get(others, 'A'), undefined);
  });
}

export function registerCopyTests(test: InStore): void {
  test('what was read is a copy: changing it changes nothing', async store => {
    await put(store, { id: 'a', rank: 1, note: { list: [1] } });
    const spoil = (thing: Thing | undefined) => {
      const note = thing?.note as { list: number[] } | undefined;
      note?.list.push(2);
    };
    spoil(await store.get(things, 'a'));
    spoil((await store.list({ from: things, limit: 1 })).items[0]);
    await store.transaction(async tx => {
      spoil(await tx.get(things, 'a'));
      spoil((await tx.list({ from: things, limit: 1 })).items[0]);
    });
    assert.equal(await store.get(things, 'a'), { id: 'a', rank: 1, note: { list: [1] } });
  });

  test('what was handed over is a copy: changing it before the commit changes nothing', async store => {
    const note = { list: [1] };
    const by = { rank: 1 };
    await store.transaction(async tx => {
      note.list = [1];
      by.rank = 1;
      tx.set(things, { id: 'a', note });
      tx.increment(things, 'b', by);
      note.list.push(2);
      by.rank = 50;
    });
    assert.equal(await store.get(things, 'a'), { id: 'a', note: { list: [1] } });
    assert.equal(await store.get(things, 'b'), { id: 'b', rank: 1 });
  });
}
