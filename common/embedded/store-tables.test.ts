/**
 * The tables behind the collections: their names, their versions, and the documents that expire.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isPlatformError } from '../platform/errors.ts';
import { collection } from '../platform/store.ts';
import { createSqliteStore } from './store.ts';
import { accounts, type Item, inDirectory, inStore, items, openStore, put, rejects } from './store-world.ts';

const test = suite('SQLite store: tables');

test(
  'a version is never given twice: not after a deletion, a restart, or a group that was taken back',
  inDirectory(async dir => {
    const versions: number[] = [];
    for (let start = 0; start < 3; start++) {
      const { store, database } = openStore(dir);
      for (let n = 0; n < 3; n++) {
        await put(store, { id: 'a', n });
        versions.push(
          database.prepare<{ version: number }>("SELECT version FROM doc_items WHERE id = 'a'").get()?.version ?? 0,
        );
        await store.transaction(async tx => tx.delete(items, 'a'));
      }
      database.close();
    }
    assert.equal(
      versions,
      [...new Set(versions)].toSorted((a, b) => a - b),
    );
    assert.is(versions.length, 9);
  }),
);

test(
  'names that could be SQL are refused',
  inStore(async (store, { database }) => {
    const isInvalid = (error: unknown) => isPlatformError(error, 'invalid');
    for (const name of ['', 'a b', 'a"b', "a'b", 'a.b', 'a_b', '1a', 'x) --']) {
      assert.throws(() => createSqliteStore(database, [collection(name)]), isInvalid, name);
      const odd = name as 'lane';
      assert.throws(
        () => createSqliteStore(database, [collection('fine', { indexes: [{ equal: [name] }] })]),
        isInvalid,
        name,
      );
      await rejects(store.list({ from: items, where: [[odd, '==', 1]], limit: 1 }), 'invalid');
      await rejects(store.list({ from: items, orderBy: [odd, 'asc'], limit: 1 }), 'invalid');
      await rejects(store.count({ from: items, where: [[odd, '==', 1]] }), 'invalid');
    }
    const operator = '= 1 OR 1 =' as '==';
    await rejects(store.list({ from: items, where: [['n', operator, 1]], limit: 1 }), 'invalid');
    await rejects(
      store.list({ from: items, where: [['n', '==', undefined as unknown as number]], limit: 1 }),
      'invalid',
    );
    const clash = [collection('same'), collection('Same')];
    assert.throws(() => createSqliteStore(database, clash), isInvalid);
  }),
);

test(
  'a collection that was not declared is invalid',
  inStore(async store => {
    const unknown = collection<Item>('unknown');
    await rejects(store.get(unknown, 'a'), 'invalid');
    await rejects(store.list({ from: unknown, limit: 1 }), 'invalid');
    await rejects(
      store.transaction(async tx => tx.set(unknown, { id: 'a' })),
      'invalid',
    );
    assert.throws(
      () => store.watch(unknown, 'a', () => {}),
      (error: unknown) => isPlatformError(error, 'invalid'),
    );
  }),
);

test(
  'expired documents are deleted, the oldest first and not more than asked for',
  inStore(async store => {
    await put(store, { id: 'a', expireAt: 30 }, { id: 'b', expireAt: 10 }, { id: 'c', expireAt: 20 }, { id: 'd' });
    await put(store, { id: 'e', expireAt: 31 });
    await store.transaction(async tx => tx.set(accounts, { id: 'a', expireAt: 1 }));
    assert.is(await store.deleteExpired(0, 10), 0);
    assert.is(await store.deleteExpired(30, 2), 2);
    assert.is(await store.count({ from: accounts }), 1);
    assert.equal(
      (await store.list({ from: items, limit: 9 })).items.map(({ id }) => id),
      ['a', 'd', 'e'],
    );
    assert.is(await store.deleteExpired(30, 2), 2);
    assert.is(await store.deleteExpired(30, 2), 0);
    assert.is(await store.count({ from: accounts }), 0);
    assert.is(await store.count({ from: items }), 2);
  }),
);

test.run();
