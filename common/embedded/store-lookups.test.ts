/**
 * That every declared query shape is answered from its index, that indexes and columns follow the declaration, and that
 * the lookup tables hold what the documents say, whoever wrote them.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Collection, collection, type Query } from '../platform/store.ts';
import { openDatabase } from './sqlite.ts';
import { createSqliteStore } from './store.ts';
import { type Item, inDirectory, items, LANE_BY_N, openStore, put } from './store-world.ts';

const test = suite('SQLite store: lookup tables');

test(
  'the declared query shapes use their index, without sorting, also behind a cursor and when verified',
  inDirectory(async dir => {
    const { database } = openStore(dir);
    const seen: string[] = [];
    const prepare = <Row>(sql: string) => {
      if (sql.includes('FROM look_items') && !sql.includes('WHERE id = ?')) seen.push(sql);
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
        plan.some(step => /^SEARCH (l|look_items) USING (COVERING )?INDEX by_items_/.test(step)),
        `${sql}\n${plan}`,
      );
      assert.not(
        plan.some(step => /SCAN|TEMP B-TREE/.test(step)),
        `${sql}\n${plan}`,
      );
      // Behind a cursor the search begins at its place instead of walking there from the first page.
      if (sql.includes(', id) ')) assert.match(plan.join(), /(n|id)[<>]/);
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
    const byLane = { where: [['lane', '==', 'x'] as const], limit: 5 };
    const newest = { ...byLane, orderBy: ['n', 'desc'] as const };
    const indexesWith = async (one: Collection<Item>, query: Omit<Query<Item>, 'from'> = byLane) => {
      const { store, database } = openStore(dir, [one]);
      await store.transaction(async tx => tx.increment(one, 'a', { n: 1 }));
      await store.transaction(async tx => tx.set(one, { id: 'b', lane: 'x', open: true, n: 5 }));
      const { items: found } = await store.list({ ...query, from: one });
      assert.equal(found, [{ id: 'b', lane: 'x', open: true, n: 5 }]);
      const names = database
        .prepare<{ name: string }>("SELECT name FROM sqlite_schema WHERE name LIKE 'by%' ORDER BY name")
        .all()
        .map(({ name }) => name);
      const changes = database.prepare<{ schema_version: number }>('PRAGMA schema_version').get()?.schema_version;
      database.close();
      return { names, changes };
    };
    assert.equal((await indexesWith(bare)).names, []);
    const first = await indexesWith(declared, newest);
    assert.equal(first.names, ['by_items_lane_n']);
    assert.equal(await indexesWith(declared, newest), first);
    assert.equal((await indexesWith(other)).names, ['by_items_lane_open']);
    assert.equal((await indexesWith(bare)).names, []);
  }),
);

test(
  'a document that is written again touches the columns alone whose field has changed',
  inDirectory(async dir => {
    const { database } = openStore(dir);
    const updates: string[] = [];
    const prepare = <Row>(sql: string) => {
      if (sql.startsWith('UPDATE look_items')) updates.push(sql);
      return database.prepare<Row>(sql);
    };
    const store = createSqliteStore({ ...database, prepare }, [items]);
    await put(store, { id: 'a', lane: 'x', n: 1, open: true });
    await put(store, { id: 'a', lane: 'x', n: 1, open: true });
    assert.equal(updates, []);
    await put(store, { id: 'a', lane: 'x', n: 2, open: true }, { id: 'a', lane: 'y', n: 2, open: true });
    await store.transaction(async tx => tx.increment(items, 'a', { n: 1 }));
    await put(store, { id: 'a', lane: 'y', n: 3 });
    assert.equal(
      updates.map(sql => sql.replace(/.*SET (.*) WHERE.*/, '$1')),
      ['"n" = ?', '"lane" = ?', '"n" = ?', '"open" = ?'],
    );
    assert.equal((await store.list({ from: items, where: [['n', '==', 3]], limit: 9 })).items, [
      { id: 'a', lane: 'y', n: 3 },
    ]);
    database.close();
  }),
);

/** As the versions before the lookup tables had it. */
const EXPRESSION_INDEX = "CREATE INDEX ix_items_n ON doc_items (json_extract(doc, '$.n'), id)";
const KINDS: readonly object[] = [
  { id: 'all', lane: 'x', n: 1, open: true, expireAt: 1_800_000_000_000 },
  { id: 'none' },
  { id: 'odd', lane: null, n: { deep: 1 }, open: false, expireAt: [1] },
  { id: 'numbers', lane: 7, n: 0.5, expireAt: -1 },
  { id: 'texts', lane: 'O\'Neill "x" \u00e9\n', n: '7', open: 'true' },
];

test(
  'documents that a version without lookup tables wrote are found, and each value is as if written now',
  inDirectory(async dir => {
    const now = openStore(dir);
    for (const one of KINDS) await put(now.store, one as Item);
    const rows = () => new Map(readLookup(dir).map(row => [row.id, row]));
    now.database.close();
    const written = rows();
    assert.is(written.size, KINDS.length);

    const past = openDatabase(dir);
    past.setUp(['DROP TABLE look_items', 'DROP TABLE look_accounts', 'DROP TABLE look_epoch', EXPRESSION_INDEX]);
    past.close();
    openStore(dir).database.close();
    assert.equal(rows(), written);
  }),
);

test(
  'after a stretch with a version without lookup tables, which changed, added and removed, all is found as it is',
  inDirectory(async dir => {
    const before = openStore(dir);
    await put(before.store, { id: 'stays', lane: 'x', n: 1 }, { id: 'goes', lane: 'x', n: 2 });
    before.database.close();

    const past = openDatabase(dir);
    past.setUp([
      'UPDATE store_epoch SET epoch = epoch + 1',
      EXPRESSION_INDEX,
      `UPDATE doc_items SET version = version + 1, doc = '{"id":"stays","lane":"x","n":9}' WHERE id = 'stays'`,
      `INSERT INTO doc_items VALUES ('comes', 1, '{"id":"comes","lane":"x","n":5}')`,
      "DELETE FROM doc_items WHERE id = 'goes'",
    ]);
    past.close();

    const { store, database } = openStore(dir);
    const found = await store.list({ from: items, where: [['lane', '==', 'x']], orderBy: ['n', 'desc'], limit: 9 });
    assert.equal(
      found.items.map(({ id, n }) => [id, n]),
      [
        ['stays', 9],
        ['comes', 5],
      ],
    );
    assert.is(await store.count({ from: items, where: [['lane', '==', 'x']] }), 2);
    const left = "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = 'doc_items'";
    assert.equal(database.prepare(left).all(), []);
    database.close();
  }),
);

test.run();

function readLookup(dir: string): { readonly id: string }[] {
  const database = openDatabase(dir);
  const rows = database.prepare<{ readonly id: string }>('SELECT * FROM look_items ORDER BY id').all();
  database.close();
  return rows.map(row => ({ ...row }));
}
