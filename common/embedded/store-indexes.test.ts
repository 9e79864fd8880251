/**
 * That every declared query shape is answered from its index, and that the indexes follow the declaration.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Collection, collection, type Query } from '../platform/store.ts';
import { createSqliteStore } from './store.ts';
import { type Item, inDirectory, items, LANE_BY_N, openStore, put } from './store-world.ts';

const test = suite('SQLite store: indexes');

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
    const byLane = { where: [['lane', '==', 'x'] as const], limit: 5 };
    const newest = { ...byLane, orderBy: ['n', 'desc'] as const };
    const indexesWith = async (one: Collection<Item>, query: Omit<Query<Item>, 'from'> = byLane) => {
      const { store, database } = openStore(dir, [one]);
      await store.transaction(async tx => tx.increment(one, 'a', { n: 1 }));
      await store.transaction(async tx => tx.set(one, { id: 'b', lane: 'x', open: true, n: 5 }));
      const { items: found } = await store.list({ ...query, from: one });
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
    const first = await indexesWith(declared, newest);
    assert.equal(first.names, ['ix_items_lane_n']);
    assert.equal(await indexesWith(declared, newest), first);
    assert.equal((await indexesWith(other)).names, ['ix_items_lane_open']);
    assert.equal((await indexesWith(bare)).names, []);
  }),
);

test.run();
