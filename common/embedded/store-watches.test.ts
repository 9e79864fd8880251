/**
 * Watches of the SQLite store: when they are called, and that neither listeners nor expiry disturb them.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Item, inStore, items, put, turns } from './store-world.ts';

const test = suite('SQLite store: watches');

test(
  'an expiry is a change: it wakes watches and conflicts with those that read the document',
  inStore(async store => {
    await put(store, { id: 'a', expireAt: 10 });
    const seen: (Item | undefined)[] = [];
    const stop = store.watch(items, 'a', item => seen.push(item));
    let runs = 0;
    await store.transaction(async tx => {
      const a = await tx.get(items, 'a');
      if (++runs === 1) await store.deleteExpired(10, 1);
      tx.set(items, { id: 'copy', lane: a ? 'there' : 'gone' });
    });
    assert.is((await store.get(items, 'copy'))?.lane, 'gone');
    await turns(3);
    assert.is(seen.at(-1), undefined);
    stop();
  }),
);

test(
  'a listener that throws harms no other, and is heard of',
  inStore(async store => {
    const warnings: Error[] = [];
    const hear = (warning: Error) => warnings.push(warning);
    process.on('warning', hear);
    const seen: (number | undefined)[] = [];
    const stops = [
      store.watch(items, 'a', () => {
        throw new Error('the listener is broken');
      }),
      store.watch(items, 'a', item => seen.push(item?.n)),
    ];
    await turns(2);
    await put(store, { id: 'a', n: 1 });
    await turns(2);
    for (const stop of stops) stop();
    process.off('warning', hear);
    assert.equal(seen, [undefined, 1]);
    assert.equal(
      warnings.map(({ message }) => message),
      ['the listener is broken', 'the listener is broken'],
    );
  }),
);

test(
  'a watch is not called for what did not change the document',
  inStore(async store => {
    await put(store, { id: 'a', n: 1 });
    let calls = 0;
    const stop = store.watch(items, 'a', () => calls++);
    const missing = store.watch(items, 'missing', () => calls++);
    await turns(2);
    await put(store, { id: 'b' });
    await store.transaction(async tx => tx.delete(items, 'missing'));
    await store
      .transaction(async tx => {
        tx.set(items, { id: 'a', n: 2 });
        throw new Error('taken back');
      })
      .catch(() => {});
    await turns(3);
    assert.is(calls, 2);
    stop();
    missing();
  }),
);

test.run();
