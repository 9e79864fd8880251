/**
 * Holds a store to what it promises of pages: together they show everything once, and a cursor stays good.
 */
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../tests/test-clock.ts';
import type { Query, Store } from '../store.ts';
import { type InStore, idsOf, put, type Thing, things } from './world.ts';

export function registerPageTests(test: InStore): void {
  test('pages in either direction show everything once, whatever ties there are', async store => {
    const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
    console.log(`seed ${seed}`);
    const random = seededRandom(seed);
    const pick = (count: number) => Math.floor(random.fraction() * count);
    const all: Thing[] = Array.from({ length: 40 }, (_, index) => ({
      id: `t${String(index).padStart(2, '0')}`,
      lane: pick(2) === 0 ? 'x' : 'y',
      ...(pick(5) === 0 ? {} : { rank: pick(4) }),
    }));
    await put(store, ...all.toSorted(() => random.fraction() - 0.5));
    for (const direction of ['asc', 'desc'] as const) {
      for (const lane of ['x', undefined]) {
        const where = lane === undefined ? [] : ([['lane', '==', lane]] as const);
        const query: Query<Thing> = { from: things, where, orderBy: ['rank', direction], limit: 1 + pick(7) };
        const way = direction === 'asc' ? 1 : -1;
        const expected = all
          .filter(thing => thing.rank !== undefined && (lane === undefined || thing.lane === lane))
          .toSorted((a, b) => way * ((a.rank ?? 0) - (b.rank ?? 0) || (a.id < b.id ? -1 : 1)));
        const found = await readPages(store, query);
        assert.equal(
          found.map(thing => thing.id),
          expected.map(thing => thing.id),
        );
      }
    }
    assert.equal(
      (await readPages(store, { from: things, limit: 3 })).map(thing => thing.id),
      all.map(thing => thing.id),
    );
  });
}

export function registerCursorTests(test: InStore): void {
  test('a cursor goes on behind its document even when that is gone or others have come', async store => {
    await put(store, ...['b', 'd', 'f', 'h'].map(id => ({ id, rank: 1 })));
    const query: Query<Thing> = { from: things, orderBy: ['rank', 'asc'], limit: 2 };
    const { next = '' } = await store.list(query);
    await put(store, { id: 'a', rank: 1 }, { id: 'e', rank: 1 });
    await store.transaction(async tx => tx.delete(things, 'd'));
    assert.is(idsOf(await store.list({ ...query, after: next })), 'ef');
    assert.is(idsOf(await store.transaction(tx => tx.list({ ...query, after: next }))), 'ef');
  });

  test('a range keeps its other end behind a cursor', async store => {
    await put(store, ...Array.from({ length: 9 }, (_, rank) => ({ id: `t${rank}`, rank })));
    const where = [['rank', '>=', 2] as const, ['rank', '<', 7] as const];
    for (const direction of ['asc', 'desc'] as const) {
      const found = await readPages(store, { from: things, where, orderBy: ['rank', direction], limit: 2 });
      const ranks = found.map(thing => thing.rank).join('');
      assert.is(ranks, direction === 'asc' ? '23456' : '65432');
    }
  });
}

async function readPages(store: Store, query: Query<Thing>): Promise<Thing[]> {
  const found: Thing[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.list(after === undefined ? query : { ...query, after });
    assert.ok(page.items.length <= query.limit);
    found.push(...page.items);
    if (page.next === undefined) return found;
    after = page.next;
  }
}
