/**
 * How often the work of a transaction runs is this platform's own promise: again if and only if something that it read
 * has changed, and never with a mixture of two moments.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../tests/test-clock.ts';
import type { SqliteStore } from './store.ts';
import { accounts, inStore, items, put } from './store-world.ts';

const test = suite('SQLite store: runs of a transaction');

const CHANGES: [title: string, change: (store: SqliteStore) => Promise<void>, runs: number][] = [
  ['the document is written', store => put(store, { id: 'read', lane: 'x', n: 2 }), 2],
  ['the document is written with the same content', store => put(store, { id: 'read', lane: 'x', n: 1 }), 2],
  ['the document is deleted', store => store.transaction(async tx => tx.delete(items, 'read')), 2],
  ['the document is deleted and created again with the same content', remake, 2],
  ['the document is incremented', store => store.transaction(async tx => tx.increment(items, 'read', { n: 1 })), 2],
  ['the absent document is created', store => put(store, { id: 'absent' }), 2],
  ['the absent document is deleted once more', store => store.transaction(async tx => tx.delete(items, 'absent')), 1],
  ['a document comes into the list', store => put(store, { id: 'fresh', lane: 'y', n: 9 }), 2],
  ['a document of the list changes', store => put(store, { id: 'y1', lane: 'y', n: 1, open: true }), 2],
  ['a document leaves the list', store => put(store, { id: 'y1', lane: 'z', n: 1 }), 2],
  ['a document behind the page changes', store => put(store, { id: 'y4', lane: 'y', n: -4, open: true }), 1],
  ['a document that was written blindly changes', store => put(store, { id: 'blind', n: 50 }), 1],
  [
    'a document that was incremented is incremented',
    store => store.transaction(async tx => tx.increment(items, 'sum', { n: 7 })),
    1,
  ],
  ['another document changes', store => put(store, { id: 'other' }), 1],
  [
    'the same id changes in another collection',
    store => store.transaction(async tx => tx.set(accounts, { id: 'read' })),
    1,
  ],
];

for (const [title, change, expected] of CHANGES) {
  test(
    `the work runs ${expected === 1 ? 'once' : 'again'} when meanwhile ${title}`,
    inStore(async store => {
      await put(store, { id: 'read', lane: 'x', n: 1 });
      await put(store, ...[1, 2, 3, 4].map(n => ({ id: `y${n}`, lane: 'y', n: -n })));
      let runs = 0;
      await store.transaction(async tx => {
        runs++;
        await tx.get(items, 'read');
        await tx.get(items, 'absent');
        await tx.list({ from: items, where: [['lane', '==', 'y']], orderBy: ['n', 'desc'], limit: 2 });
        if (runs === 1) await change(store);
        tx.set(items, { id: 'blind', n: runs });
        tx.increment(items, 'sum', { n: 1 });
      });
      assert.is(runs, expected);
      assert.is((await store.get(items, 'blind'))?.n, expected);
    }),
  );
}

test(
  'a transaction that only read runs again, too, and then answers with one moment',
  inStore(async store => {
    await put(store, { id: 'a', n: 1 }, { id: 'b', n: 1 });
    let runs = 0;
    const answer = await store.transaction(async tx => {
      runs++;
      const a = await tx.get(items, 'a');
      if (runs === 1) await put(store, { id: 'a', n: 2 }, { id: 'b', n: 2 });
      return [a?.n, (await tx.get(items, 'b'))?.n];
    });
    assert.equal([runs, answer], [2, [2, 2]]);
  }),
);

test(
  'an error counts only if what was read before it still stands',
  inStore(async store => {
    await put(store, { id: 'a', n: 1 });
    let runs = 0;
    const failing = store.transaction(async tx => {
      runs++;
      const a = await tx.get(items, 'a');
      if (runs === 1) await put(store, { id: 'a', n: 2 });
      throw new Error(`n is ${a?.n}`);
    });
    const error = await failing.catch((reason: unknown) => reason);
    assert.is(String(error), 'Error: n is 2');
    assert.is(runs, 2);
  }),
);

test(
  'a transaction that reads one document twice and gets two answers runs again',
  inStore(async store => {
    await put(store, { id: 'a', n: 1 });
    let runs = 0;
    const answer = await store.transaction(async tx => {
      runs++;
      const before = await tx.get(items, 'a');
      if (runs === 1) await put(store, { id: 'a', n: 2 });
      return [before?.n, (await tx.get(items, 'a'))?.n];
    });
    assert.equal([runs, answer], [2, [2, 2]]);
  }),
);

test(
  'random transfers with random delays never change the total that anybody sees',
  inStore(async store => {
    const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
    console.log(`seed ${seed}`);
    const random = seededRandom(seed);
    const pick = (count: number) => Math.floor(random.fraction() * count);
    const pause = async () => {
      for (let turns = pick(3); turns > 0; turns--) await new Promise(resolve => setImmediate(resolve));
    };
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    await store.transaction(async tx => {
      for (const id of ids) tx.set(accounts, { id, n: 100 });
    });
    const transfer = async () => {
      await pause();
      const [from, to, amount] = [pick(6), pick(5), pick(10)];
      await store.transaction(async tx => {
        const source = await tx.get(accounts, ids[from] ?? '');
        await pause();
        const target = await tx.get(accounts, ids[(from + 1 + to) % 6] ?? '');
        if (!source || !target) throw new Error('an account is missing');
        tx.set(accounts, { ...source, n: (source.n ?? 0) - amount });
        tx.set(accounts, { ...target, n: (target.n ?? 0) + amount });
      });
    };
    const look = async () => {
      await pause();
      return store.transaction(async tx => {
        const half = await tx.list({ from: accounts, where: [['id', '<', 'd']], limit: 10 });
        await pause();
        const rest = await tx.list({ from: accounts, where: [['id', '>=', 'd']], limit: 10 });
        return [...half.items, ...rest.items].reduce((sum, account) => sum + (account.n ?? 0), 0);
      });
    };
    for (let round = 0; round < 20; round++) {
      const totals = await Promise.all([transfer(), look(), transfer(), transfer(), look()]);
      assert.equal(
        totals.filter(total => total !== undefined),
        [600, 600],
      );
    }
  }),
);

test(
  'nothing can be read or written once the work has ended',
  inStore(async store => {
    const kept = await store.transaction(async tx => tx);
    assert.throws(() => kept.set(items, { id: 'a' }), /has ended/);
    assert.throws(() => kept.increment(items, 'a', { n: 1 }), /has ended/);
    assert.throws(() => kept.delete(items, 'a'), /has ended/);
    const late = await kept.get(items, 'a').catch((reason: unknown) => reason);
    assert.match(String(late), /has ended/);
  }),
);

test.run();

async function remake(store: SqliteStore): Promise<void> {
  await store.transaction(async tx => tx.delete(items, 'read'));
  await put(store, { id: 'read', lane: 'x', n: 1 });
}
