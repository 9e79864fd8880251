/**
 * The SQLite store: the conformance suite, and what only a file can get wrong: restarts, a full disk, the cost of a
 * commit.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CONFORMANCE_COLLECTIONS, storeConformance } from '../platform/store.conformance.ts';
import { inDirectory, items, makeDirectory, openStore, put, rejects } from './store-world.ts';

storeConformance('SQLite store: conformance', async () => {
  const { dir, remove } = makeDirectory();
  const { store, database } = openStore(dir, CONFORMANCE_COLLECTIONS);
  return {
    store,
    async close() {
      database.close();
      remove();
    },
  };
});

const test = suite('SQLite store');

test(
  'documents survive a restart',
  inDirectory(async dir => {
    const first = openStore(dir);
    await put(first.store, { id: 'a', n: 1 });
    first.database.close();
    const { store, database } = openStore(dir);
    assert.equal(await store.get(items, 'a'), { id: 'a', n: 1 });
    database.close();
  }),
);

test(
  'transactions of one turn share a commit; one that only reads costs none',
  inDirectory(async dir => {
    const { store, database } = openStore(dir);
    await put(store, { id: 'a', n: 1 });
    let done = 0;
    const all = Array.from({ length: 50 }, async (_, n) => {
      await put(store, { id: `t${n}`, n });
      done++;
    });
    // The first turn is the one in which they ask, in the second one nobody comes, the third is that of their commit.
    for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve));
    assert.is(done, 50);
    await Promise.all(all);
    const bytes = statSync(join(dir, 'easel.db-wal')).size;
    await store.transaction(async tx => [await tx.get(items, 'a'), await tx.list({ from: items, limit: 10 })]);
    assert.is(statSync(join(dir, 'easel.db-wal')).size, bytes);
    database.close();
  }),
);

test(
  'when the disk is full a transaction is unavailable and writes nothing, and goes on when there is room',
  inDirectory(async dir => {
    const { store, database } = openStore(dir);
    await put(store, { id: 'a', n: 1 });
    const setPages = (count: number) => database.prepare(`PRAGMA max_page_count = ${count}`).get();
    setPages(1);
    const large = { id: 'large', lane: 'x'.repeat(100_000) };
    await rejects(put(store, { id: 'a', n: 2 }, large), 'unavailable');
    assert.equal(await store.get(items, 'a'), { id: 'a', n: 1 });
    assert.is(await store.get(items, 'large'), undefined);
    setPages(1_000_000);
    await put(store, large);
    assert.equal(await store.get(items, 'large'), large);
    database.close();
  }),
);

test(
  'a closed database is unavailable to every call',
  inDirectory(async dir => {
    const { store, database } = openStore(dir);
    store.watch(items, 'a', () => assert.unreachable('a watch that can read nothing says nothing'));
    database.close();
    await rejects(store.get(items, 'a'), 'unavailable');
    await rejects(store.list({ from: items, limit: 1 }), 'unavailable');
    await rejects(store.count({ from: items }), 'unavailable');
    await rejects(put(store, { id: 'a' }), 'unavailable');
    await rejects(
      store.transaction(tx => tx.get(items, 'a')),
      'unavailable',
    );
    await rejects(store.deleteExpired(0, 1), 'unavailable');
  }),
);

test.run();
