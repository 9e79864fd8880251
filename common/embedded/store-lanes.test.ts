/**
 * What becomes of transactions that lose: they take turns, block nobody, and give up only after many runs.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inStore, items, put, rejects } from './store-world.ts';

const test = suite('SQLite store: lanes');

test(
  'a transaction that always loses ends as contended and writes nothing',
  inStore(async store => {
    let runs = 0;
    const losing = store.transaction(async tx => {
      const a = await tx.get(items, 'a');
      await put(store, { id: 'a', n: ++runs });
      tx.set(items, { id: 'b', n: a?.n ?? 0 });
    });
    await rejects(losing, 'contended');
    assert.is(runs, 20);
    assert.is(await store.get(items, 'b'), undefined);
  }),
);

test(
  'those that lost on one document take turns: 200 of them need three runs each at most',
  inStore(async store => {
    const runs = Array.from({ length: 200 }, () => 0);
    await Promise.all(
      runs.map((_, index) =>
        store.transaction(async tx => {
          runs[index] = (runs[index] ?? 0) + 1;
          const a = await tx.get(items, 'a');
          tx.set(items, { id: 'a', n: (a?.n ?? 0) + 1 });
        }),
      ),
    );
    assert.is((await store.get(items, 'a'))?.n, 200);
    assert.ok(Math.max(...runs) <= 3, `${Math.max(...runs)} runs`);
  }),
);

test(
  'those in a lane lose no more while others commit in every turn',
  inStore(async store => {
    const runs = Array.from({ length: 50 }, () => 0);
    let left = runs.length;
    const others = (async () => {
      const puts: Promise<unknown>[] = [];
      for (let n = 0; left > 0; n++) {
        puts.push(put(store, { id: 'other', n }));
        await new Promise(resolve => setImmediate(resolve));
      }
      await Promise.all(puts);
    })();
    await Promise.all(
      runs.map(async (_, index) => {
        await store.transaction(async tx => {
          runs[index] = (runs[index] ?? 0) + 1;
          const a = await tx.get(items, 'a');
          tx.set(items, { id: 'a', n: (a?.n ?? 0) + 1 });
        });
        left--;
      }),
    );
    await others;
    assert.is((await store.get(items, 'a'))?.n, 50);
    assert.ok(Math.max(...runs) <= 3, `${Math.max(...runs)} runs`);
  }),
);

test(
  'one that waits for another one behind it does not block both',
  inStore(async store => {
    const bump = async (id: string) => put(store, { id, n: Math.random() });
    let runs = 0;
    const inner = async () => {
      let innerRuns = 0;
      await store.transaction(async tx => {
        await tx.get(items, 'a');
        if (++innerRuns === 1) await bump('a');
        tx.set(items, { id: 'inner', n: innerRuns });
      });
    };
    await store.transaction(async tx => {
      await tx.get(items, 'a');
      if (++runs === 1) await bump('a');
      if (runs === 2) await inner();
      tx.set(items, { id: 'outer', n: runs });
    });
    assert.equal([(await store.get(items, 'inner'))?.n, (await store.get(items, 'outer'))?.n], [2, 3]);
  }),
);

test.run();
