import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../tests/test-clock.ts';
import { isPlatformError, type PlatformErrorKind } from '../platform/errors.ts';
import { CONFORMANCE_COLLECTIONS, storeConformance } from '../platform/store.conformance.ts';
import { type Collection, collection, type Document, type Query } from '../platform/store.ts';
import { type Database, openDatabase } from './sqlite.ts';
import { createSqliteStore, type SqliteStore } from './store.ts';

interface Item extends Document {
  readonly lane?: string;
  readonly n?: number;
  readonly open?: boolean;
  readonly expireAt?: number;
}

const LANE_BY_N = { equal: ['lane'], order: { field: 'n', direction: 'desc' } } as const;
const items = collection<Item>('items', {
  indexes: [LANE_BY_N, { equal: [], order: { field: 'n', direction: 'asc' } }, { equal: ['lane', 'open'] }],
  expires: 'expireAt',
});
const accounts = collection<Item>('accounts', { expires: 'expireAt' });

storeConformance('SQLite store: conformance', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'easel-store-'));
  const database = openDatabase(dir);
  return {
    store: createSqliteStore(database, CONFORMANCE_COLLECTIONS),
    async close() {
      database.close();
      rmSync(dir, { recursive: true });
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

// --- Conflicts: how often the work runs is this platform's own promise -------------------------------------------------

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

// --- Durability and cost ------------------------------------------------------------------------------------------------

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
    // The first turn is the one in which they ask, the second one is that of their commit.
    for (let turn = 0; turn < 2; turn++) await new Promise(resolve => setImmediate(resolve));
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

// --- Tables and indexes -------------------------------------------------------------------------------------------------

test(
  'the declared query shapes use their index, without sorting, also behind a cursor and when verified',
  inDirectory(async dir => {
    const { database } = openStore(dir);
    const seen: string[] = [];
    const prepare = <Row>(sql: string) => {
      if (sql.includes('FROM doc_items') && !sql.includes('WHERE id = ?')) seen.push(sql);
      return database.prepare<Row>(sql);
    };
    const store = createSqliteStore({ ...database, prepare }, [items]);
    await put(store, ...Array.from({ length: 9 }, (_, n) => ({ id: `t${n}`, lane: 'x', n, open: n % 2 === 0 })));
    const lane = ['lane', '==', 'x'] as const;
    const queries: Omit<Query<Item>, 'from' | 'limit'>[] = [
      { where: [lane], orderBy: ['n', 'desc'] },
      { where: [lane], orderBy: ['n', 'asc'] },
      { where: [lane, ['n', '>=', 2] as const, ['n', '<', 8] as const], orderBy: ['n', 'asc'] },
      { where: [lane, ['n', '<=', 7] as const], orderBy: ['n', 'desc'] },
      { where: [['n', '<=', 7] as const], orderBy: ['n', 'asc'] },
      { where: [lane, ['open', '==', true] as const] },
    ];
    for (const shape of queries) {
      const query: Query<Item> = { ...shape, from: items, limit: 2 };
      const { next = '' } = await store.transaction(tx => tx.list(query));
      await store.transaction(tx => tx.list({ ...query, after: next }));
    }
    // Those whose every field is a condition: a declared index leaves out documents that lack one of its fields.
    for (const shape of queries.slice(2)) await store.count({ ...shape, from: items });
    await store.deleteExpired(1, 10);
    // For each query two pages and what verifies them, then the counts and the expiry.
    assert.is(new Set(seen).size, queries.length * 4 + 4 + 1);
    for (const sql of new Set(seen)) {
      const plan = database
        .prepare<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(({ detail }) => detail);
      assert.ok(
        plan.some(step => /^SEARCH .* USING (COVERING )?INDEX ix_items_/.test(step)),
        `${sql}\n${plan}`,
      );
      assert.not(
        plan.some(step => /SCAN|TEMP B-TREE/.test(step)),
        `${sql}\n${plan}`,
      );
      // Behind a cursor the search begins at its place instead of walking there from the first page.
      if (sql.includes(', id) ')) assert.match(plan.join(), /(<expr>|id)[<>]/);
    }
    database.close();
  }),
);

test(
  'indexes follow the declaration: added to old data, dropped when gone, left alone when equal',
  inDirectory(async dir => {
    const bare = collection<Item>('items');
    const declared = collection<Item>('items', { indexes: [LANE_BY_N] });
    const other = collection<Item>('items', { indexes: [{ equal: ['lane', 'open'] }] });
    const indexesWith = async (one: Collection<Item>) => {
      const { store, database } = openStore(dir, [one]);
      await store.transaction(async tx => tx.increment(one, 'a', { n: 1 }));
      await store.transaction(async tx => tx.set(one, { id: 'b', lane: 'x', open: true, n: 5 }));
      const where = [['lane', '==', 'x'] as const];
      const { items: found } = await store.list({ from: one, where, orderBy: ['n', 'desc'], limit: 5 });
      assert.equal(found, [{ id: 'b', lane: 'x', open: true, n: 5 }]);
      const names = database
        .prepare<{ name: string }>("SELECT name FROM sqlite_schema WHERE name LIKE 'ix%' ORDER BY name")
        .all()
        .map(({ name }) => name);
      const changes = database.prepare<{ schema_version: number }>('PRAGMA schema_version').get()?.schema_version;
      database.close();
      return { names, changes };
    };
    assert.equal((await indexesWith(bare)).names, []);
    const first = await indexesWith(declared);
    assert.equal(first.names, ['ix_items_lane_n']);
    assert.equal(await indexesWith(declared), first);
    assert.equal((await indexesWith(other)).names, ['ix_items_lane_open']);
    assert.equal((await indexesWith(bare)).names, []);
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

// --- Expiry and watches -------------------------------------------------------------------------------------------------

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

function inDirectory(body: (dir: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const dir = mkdtempSync(join(tmpdir(), 'easel-store-'));
    try {
      await body(dir);
    } finally {
      rmSync(dir, { recursive: true });
    }
  };
}

function inStore(body: (store: SqliteStore, world: { database: Database }) => Promise<void>): () => Promise<void> {
  return inDirectory(async dir => {
    const { store, database } = openStore(dir);
    try {
      await body(store, { database });
    } finally {
      database.close();
    }
  });
}

function openStore(dir: string, collections: readonly Collection<Document>[] = [items, accounts]) {
  const database = openDatabase(dir);
  return { database, store: createSqliteStore(database, collections) };
}

function put(store: SqliteStore, ...all: readonly Item[]): Promise<void> {
  return store.transaction(async tx => {
    for (const item of all) tx.set(items, item);
  });
}

async function remake(store: SqliteStore): Promise<void> {
  await store.transaction(async tx => tx.delete(items, 'read'));
  await put(store, { id: 'read', lane: 'x', n: 1 });
}

/** What a commit sets off is done a known number of turns of the event loop later. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(resolve => setImmediate(resolve));
}

async function rejects(promise: Promise<unknown>, kind: PlatformErrorKind): Promise<void> {
  const error = await promise.then(
    () => 'success',
    (reason: unknown) => reason,
  );
  assert.ok(isPlatformError(error, kind), `expected ${kind}, got ${error}`);
}
