/**
 * What every store must do, sentence by sentence of `store.ts`. Each platform's test calls `storeConformance` with a way
 * to open an empty store that knows `CONFORMANCE_COLLECTIONS`. Nothing here counts runs or measures time: a platform may
 * lock where another one tries again, and only what is left in the end can be compared.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../tests/test-clock.ts';
import { waitFor } from '../../tests/wait-for.ts';
import { isPlatformError, type PlatformErrorKind } from './errors.ts';
import { type Collection, collection, type Document, type Page, type Query, type Store } from './store.ts';

export interface StoreWorld {
  readonly store: Store;
  close(): Promise<void>;
}

interface Thing extends Document {
  readonly lane?: string;
  readonly rank?: number;
  readonly open?: boolean;
  readonly label?: string | undefined;
  readonly note?: unknown;
}

const things = collection<Thing>('conformanceThings', {
  indexes: [
    { equal: ['lane'], order: { field: 'rank', direction: 'asc' } },
    { equal: ['lane'], order: { field: 'rank', direction: 'desc' } },
    { equal: ['lane', 'open'], order: { field: 'rank', direction: 'asc' } },
  ],
  unindexed: ['note'],
});
/** The same shape in another collection, to see that the two stay apart. */
const others = collection<Thing>('conformanceOthers');

export const CONFORMANCE_COLLECTIONS: readonly Collection<Document>[] = [things, others];

/** @param contenders How many transactions fight for one document; for platforms that are slow at it, fewer. */
export function storeConformance(
  name: string,
  open: () => Promise<StoreWorld>,
  { contenders = 100 }: { readonly contenders?: number } = {},
): void {
  const test = suite(name);
  const inStore = (title: string, body: (store: Store) => Promise<void>) =>
    test(title, async () => {
      const { store, close } = await open();
      try {
        await body(store);
      } finally {
        await close();
      }
    });
  documents(inStore);
  transactions(inStore);
  conflicts(inStore, contenders);
  increments(inStore, contenders);
  queries(inStore);
  pages(inStore);
  refusals(inStore);
  watches(inStore);
  test.run();
}

type InStore = (title: string, body: (store: Store) => Promise<void>) => void;

function documents(test: InStore): void {
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

function transactions(test: InStore): void {
  test('a transaction answers with what its work returned, and its writes are there', async store => {
    await put(store, { id: 'old', rank: 1 });
    const answer = await store.transaction(async tx => {
      const old = await tx.get(things, 'old');
      assert.is(await tx.get(things, 'new'), undefined);
      tx.set(things, { id: 'new', rank: (old?.rank ?? 0) + 1 });
      tx.delete(things, 'old');
      return { was: old?.rank };
    });
    assert.equal(answer, { was: 1 });
    assert.is(await store.get(things, 'old'), undefined);
    assert.equal(await store.get(things, 'new'), { id: 'new', rank: 2 });
  });

  test('an error of the work takes everything back and is passed on as it is', async store => {
    await put(store, { id: 'a', rank: 1 });
    const mistake = new TypeError('mine');
    const caught = await failure(
      store.transaction(async tx => {
        await tx.get(things, 'a');
        tx.set(things, { id: 'a', rank: 2 });
        tx.set(things, { id: 'b' });
        tx.increment(things, 'c', { rank: 1 });
        throw mistake;
      }),
    );
    assert.is(caught, mistake);
    assert.equal((await store.list({ from: things, limit: 9 })).items, [{ id: 'a', rank: 1 }]);
  });

  test('a read after the first write is refused, whatever is read', async store => {
    for (const kind of ['get', 'list'] as const) {
      const caught = await failure(
        store.transaction(async tx => {
          tx.set(things, { id: 'a' });
          await (kind === 'get' ? tx.get(things, 'b') : tx.list({ from: things, limit: 1 }));
        }),
      );
      assert.instance(caught, Error);
      assert.is(await store.get(things, 'a'), undefined);
    }
  });

  test('several writes of one document are applied in their order', async store => {
    await put(store, { id: 'b', rank: 50 });
    await store.transaction(async tx => {
      tx.set(things, { id: 'a', rank: 1 });
      tx.increment(things, 'a', { rank: 2 });
      tx.delete(things, 'b');
      tx.set(things, { id: 'b', rank: 7 });
      tx.set(things, { id: 'c' });
      tx.delete(things, 'c');
    });
    assert.equal(await store.get(things, 'a'), { id: 'a', rank: 3 });
    assert.equal(await store.get(things, 'b'), { id: 'b', rank: 7 });
    assert.is(await store.get(things, 'c'), undefined);
  });

  test('many transactions on documents of their own all succeed', async store => {
    const ids = Array.from({ length: 50 }, (_, index) => `t${index}`);
    await Promise.all(ids.map(id => raise(store, id)));
    await Promise.all(ids.map(id => raise(store, id)));
    for (const id of ids) assert.equal(await store.get(things, id), { id, rank: 2 });
  });
}

/** Each pair of transactions below would do something together that neither could have done alone, one after the other. */
function conflicts(test: InStore, contenders: number): void {
  test('a document that was read and changed meanwhile runs the work again', async store => {
    await put(store, { id: 'a', open: true }, { id: 'b', open: true });
    const closeUnlessLast = (id: string) =>
      store.transaction(async tx => {
        const both = [await tx.get(things, 'a'), await tx.get(things, 'b')];
        if (both.every(thing => thing?.open)) tx.set(things, { id, open: false });
      });
    await Promise.all([closeUnlessLast('a'), closeUnlessLast('b')]);
    const left = [await store.get(things, 'a'), await store.get(things, 'b')].filter(thing => thing?.open);
    assert.is(left.length, 1);
  });

  test('an absence that was read and ended meanwhile runs the work again', async store => {
    const createUnlessThere = (id: string, other: string) =>
      store.transaction(async tx => {
        if (!(await tx.get(things, other))) tx.set(things, { id });
      });
    await Promise.all([createUnlessThere('a', 'b'), createUnlessThere('b', 'a')]);
    assert.is(await store.count({ from: things }), 1);
  });

  test('of many that create the same document one does', async store => {
    const answers = await Promise.all(
      Array.from({ length: Math.min(20, contenders) }, (_, rank) =>
        store.transaction(async tx => {
          if (await tx.get(things, 'a')) return [];
          tx.set(things, { id: 'a', rank });
          return [rank];
        }),
      ),
    );
    assert.is(answers.flat().length, 1);
    assert.equal(await store.get(things, 'a'), { id: 'a', rank: answers.flat()[0] });
  });

  test('a query whose answer grew meanwhile runs the work again', async store => {
    const createIfNone = (id: string) =>
      store.transaction(async tx => {
        const { items } = await tx.list({ from: things, where: [['lane', '==', 'x']], limit: 5 });
        if (items.length === 0) tx.set(things, { id, lane: 'x' });
      });
    await Promise.all([createIfNone('a'), createIfNone('b')]);
    assert.is(await store.count({ from: things }), 1);
  });

  test('a query whose documents changed meanwhile runs the work again', async store => {
    await put(store, { id: 'a', lane: 'x', rank: 1, open: true }, { id: 'b', lane: 'x', rank: 2, open: true });
    const closeUnlessLast = (id: string) =>
      store.transaction(async tx => {
        const { items } = await tx.list({
          from: things,
          where: [['lane', '==', 'x']],
          orderBy: ['rank', 'asc'],
          limit: 5,
        });
        if (items.every(thing => thing.open)) tx.set(things, { id, lane: 'x', rank: 3, open: false });
      });
    await Promise.all([closeUnlessLast('a'), closeUnlessLast('b')]);
    const { items } = await store.list({ from: things, limit: 5 });
    assert.is(items.filter(thing => thing.open).length, 1);
  });

  test('a document deleted and created again is not taken for the one that was read', async store => {
    await put(store, { id: 'a', rank: 0 });
    const remake = async () => {
      await store.transaction(async tx => tx.delete(things, 'a'));
      await put(store, { id: 'a', rank: 10 });
    };
    await Promise.all([raise(store, 'a'), remake(), raise(store, 'a')]);
    // Ten, and whichever of the two additions came after it.
    assert.ok([10, 11, 12].includes((await store.get(things, 'a'))?.rank ?? 0));
  });

  test('transactions that move between documents never show a half', async store => {
    const ids = ['a', 'b', 'c', 'd'];
    await put(store, ...ids.map(id => ({ id, lane: 'x', rank: 10 })));
    const total = () =>
      store.transaction(async tx => {
        const read = await Promise.all(ids.map(id => tx.get(things, id)));
        return read.reduce((sum, thing) => sum + (thing?.rank ?? 0), 0);
      });
    const move = (from: string, to: string) =>
      store.transaction(async tx => {
        const [one, other] = [await tx.get(things, from), await tx.get(things, to)];
        tx.set(things, { id: from, lane: 'x', rank: (one?.rank ?? 0) - 1 });
        tx.set(things, { id: to, lane: 'x', rank: (other?.rank ?? 0) + 1 });
      });
    const moves = Math.min(20, contenders);
    const totals = await Promise.all(
      Array.from({ length: moves }, async (_, n) => {
        await move(ids[n % 4] ?? '', ids[(n + 1 + (n % 3)) % 4] ?? '');
        return total();
      }),
    );
    assert.equal(
      totals,
      Array.from({ length: moves }, () => 40),
    );
  });

  test('an error that comes from reading two moments is not passed on', async store => {
    await put(store, { id: 'a', rank: 10 }, { id: 'b', rank: 10 });
    const check = store.transaction(async tx => {
      const one = await tx.get(things, 'a');
      for (let turn = 0; turn < 10; turn++) await new Promise(resolve => setImmediate(resolve));
      const other = await tx.get(things, 'b');
      if ((one?.rank ?? 0) + (other?.rank ?? 0) !== 20) throw new Error('The two are not of one moment.');
    });
    const move = store.transaction(async tx => {
      const [one, other] = [await tx.get(things, 'a'), await tx.get(things, 'b')];
      tx.set(things, { id: 'a', rank: (one?.rank ?? 0) - 1 });
      tx.set(things, { id: 'b', rank: (other?.rank ?? 0) + 1 });
    });
    await Promise.all([check, move]);
  });

  test('writes of documents that were not read never conflict', async store => {
    await Promise.all(Array.from({ length: 50 }, (_, rank) => put(store, { id: 'a', rank })));
    assert.ok(((await store.get(things, 'a'))?.rank ?? -1) >= 0);
  });

  test(`${contenders} transactions that raise one document end at exactly ${contenders}`, async store => {
    await Promise.all(Array.from({ length: contenders }, () => raise(store, 'a')));
    assert.equal(await store.get(things, 'a'), { id: 'a', rank: contenders });
  });
}

function increments(test: InStore, contenders: number): void {
  test('an increment creates document and fields at zero and keeps the other fields', async store => {
    await put(store, { id: 'a', label: 'kept', rank: 5 });
    await store.transaction(async tx => {
      tx.increment(others, 'fresh', { rank: 3, another: -2 });
      tx.increment(things, 'a', { rank: -6, another: 1 });
    });
    assert.equal(await store.get(others, 'fresh'), { id: 'fresh', rank: 3, another: -2 });
    assert.equal(await store.get(things, 'a'), { id: 'a', label: 'kept', rank: -1, another: 1 });
  });

  test('50 parallel transactions that increment one document all count', async store => {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        store.transaction(async tx => {
          tx.set(others, { id: `t${index}` });
          tx.increment(things, 'sum', { rank: 1 });
        }),
      ),
    );
    assert.equal(await store.get(things, 'sum'), { id: 'sum', rank: 50 });
    assert.is(await store.count({ from: others }), 50);
  });

  test('a transaction that read the document notices an increment', async store => {
    const rounds = Math.min(20, contenders);
    const add = () => store.transaction(async tx => tx.increment(things, 'sum', { rank: 1 }));
    await Promise.all(Array.from({ length: rounds }, () => [raise(store, 'sum'), add()]).flat());
    assert.equal(await store.get(things, 'sum'), { id: 'sum', rank: 2 * rounds });
  });
}

const SHELF: readonly Thing[] = [
  { id: 'e', lane: 'x', rank: 1, open: true, label: 'apple' },
  { id: 'd', lane: 'x', rank: 2, open: false, label: 'Apple' },
  { id: 'c', lane: 'y', rank: 2, open: true, label: 'b' },
  { id: 'b', lane: 'x', rank: 10, open: true, label: '' },
  { id: 'a', lane: 'x', open: true },
  { id: 'f', rank: -3 },
];

function queries(test: InStore): void {
  const cases: [title: string, query: Omit<Query<Thing>, 'from' | 'limit'>, ids: string][] = [
    ['nothing asked for: all, by id', {}, 'abcdef'],
    ['a string', { where: [['lane', '==', 'x']] }, 'abde'],
    ['a number', { where: [['rank', '==', 2]] }, 'cd'],
    ['true', { where: [['open', '==', true]] }, 'abce'],
    ['false; a missing field is not false', { where: [['open', '==', false]] }, 'd'],
    ['an empty string; a missing field is not empty', { where: [['label', '==', '']] }, 'b'],
    ['two equalities', { where: [['lane', '==', 'x'] as const, ['open', '==', true] as const] }, 'abe'],
    ['what nobody has', { where: [['lane', '==', 'nowhere']] }, ''],
    ['upper and lower case differ', { where: [['label', '==', 'Apple']] }, 'd'],
    ['order up, ties by id up, without those that lack the field', { orderBy: ['rank', 'asc'] }, 'fecdb'],
    ['order down, ties by id down', { orderBy: ['rank', 'desc'] }, 'bdcef'],
    ['less', { where: [['rank', '<', 2]], orderBy: ['rank', 'asc'] }, 'fe'],
    ['at most', { where: [['rank', '<=', 2]], orderBy: ['rank', 'asc'] }, 'fecd'],
    ['more', { where: [['rank', '>', 2]], orderBy: ['rank', 'asc'] }, 'b'],
    ['at least, downwards', { where: [['rank', '>=', 2]], orderBy: ['rank', 'desc'] }, 'bdc'],
    ['between', { where: [['rank', '>', -3] as const, ['rank', '<', 10] as const], orderBy: ['rank', 'asc'] }, 'ecd'],
    ['a range of strings', { where: [['label', '>=', 'a']], orderBy: ['label', 'asc'] }, 'ec'],
    ['a range without an order is ordered by its field', { where: [['rank', '>=', 1]] }, 'ecdb'],
    ['equality and order, downwards', { where: [['lane', '==', 'x'] as const], orderBy: ['rank', 'desc'] }, 'bde'],
    [
      'equality and range',
      { where: [['lane', '==', 'x'] as const, ['rank', '>=', 2] as const], orderBy: ['rank', 'asc'] },
      'db',
    ],
    [
      'two equalities and a range',
      {
        where: [['lane', '==', 'x'] as const, ['open', '==', true] as const, ['rank', '<', 5] as const],
        orderBy: ['rank', 'asc'],
      },
      'e',
    ],
  ];
  test('queries match, order and count, inside and outside of a transaction', async store => {
    await put(store, ...SHELF);
    for (const [title, query, ids] of cases) {
      const whole = { ...query, from: things, limit: 1000 };
      const page = await store.list(whole);
      assert.is(idsOf(page), ids, title);
      assert.is(page.next, undefined, title);
      assert.equal(await store.transaction(tx => tx.list(whole)), page, title);
      if (!query.orderBy) assert.is(await store.count(whole), ids.length, title);
    }
  });

  test('counting follows the conditions and nothing else', async store => {
    assert.is(await store.count({ from: things }), 0);
    await put(store, ...SHELF);
    assert.is(await store.count({ from: things }), 6);
    assert.is(await store.count({ from: things, where: [['rank', '>', 1]] }), 3);
    const whole: Query<Thing> = { from: things, where: [['lane', '==', 'x']], orderBy: ['rank', 'asc'], limit: 1 };
    assert.is(await store.count(whole), 4);
    assert.is(await store.count({ from: others }), 0);
  });

  test('a query sees each commit at once', async store => {
    await put(store, { id: 'a', lane: 'x', rank: 1 });
    const inLane = async (lane: string) =>
      idsOf(
        await store.list({
          from: things,
          where: [['lane', '==', lane]],
          orderBy: ['rank', 'asc'],
          limit: 5,
        }),
      );
    assert.is(await inLane('x'), 'a');
    await put(store, { id: 'a', lane: 'y', rank: 1 });
    assert.is(`${await inLane('x')}/${await inLane('y')}`, '/a');
    await store.transaction(async tx => tx.delete(things, 'a'));
    assert.is(await inLane('y'), '');
  });
}

function pages(test: InStore): void {
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

function refusals(test: InStore): void {
  test('a limit outside of 1 to 1,000 is invalid', async store => {
    for (const limit of [0, -1, 1001, 1.5, Number.NaN]) {
      await rejects(store.list({ from: things, limit }), 'invalid');
      await rejects(
        store.transaction(tx => tx.list({ from: things, limit })),
        'invalid',
      );
    }
  });

  test('ranges of two fields, and a range that is not the order, are invalid', async store => {
    const where = [['rank', '>', 1] as const, ['label', '>', 'a'] as const];
    await rejects(store.list({ from: things, where, limit: 5 }), 'invalid');
    await rejects(
      store.list({ from: things, where: [['rank', '>', 1]], orderBy: ['label', 'asc'], limit: 5 }),
      'invalid',
    );
  });

  test('a cursor that is damaged or of another query is invalid', async store => {
    await put(store, ...SHELF);
    const query: Query<Thing> = { from: things, where: [['lane', '==', 'x']], orderBy: ['rank', 'asc'], limit: 1 };
    const { next = '' } = await store.list(query);
    const wrong: Query<Thing>[] = [
      { ...query, after: '' },
      { ...query, after: 'nonsense' },
      { ...query, after: `${next.slice(0, -6)}` },
      { ...query, after: next, orderBy: ['rank', 'desc'] },
      { ...query, after: next, where: [['lane', '==', 'y']] },
      { from: things, limit: 1, after: next },
      { ...query, after: next, from: others },
    ];
    for (const one of wrong) await rejects(store.list(one), 'invalid');
    assert.is(idsOf(await store.list({ ...query, after: next })), 'd');
  });

  test('an increment by anything but an integer is invalid', async store => {
    for (const rank of [0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      await rejects(
        store.transaction(async tx => tx.increment(things, 'a', { rank })),
        'invalid',
      );
    }
    assert.is(await store.get(things, 'a'), undefined);
  });
}

function watches(test: InStore): void {
  test('a watch shows the document as it is, each change, its end and its return', async store => {
    const seen: (Thing | undefined)[] = [];
    const stop = store.watch(things, 'a', thing => seen.push(thing));
    await waitFor('the absence', () => seen.length === 1);
    await put(store, { id: 'a', rank: 1 });
    await waitFor('the first state', () => seen.at(-1)?.rank === 1);
    await put(store, { id: 'b', rank: 50 });
    await store.transaction(async tx => tx.increment(things, 'a', { rank: 1 }));
    await waitFor('the change', () => seen.at(-1)?.rank === 2);
    await store.transaction(async tx => tx.delete(things, 'a'));
    await waitFor('the deletion', () => seen.at(-1) === undefined);
    await put(store, { id: 'a', rank: 3 });
    await waitFor('the return', () => seen.at(-1)?.rank === 3);
    stop();
    assert.equal(
      seen.map(thing => thing?.rank),
      [undefined, 1, 2, undefined, 3],
    );
  });

  test('a watch of a document that is there begins with it', async store => {
    await put(store, { id: 'a', rank: 1 });
    const seen: (Thing | undefined)[] = [];
    const stop = store.watch(things, 'a', thing => seen.push(thing));
    await waitFor('the document', () => seen.length > 0);
    assert.equal(seen[0], { id: 'a', rank: 1 });
    stop();
  });

  test('fast changes may be folded, but never go backwards and end with the last one', async store => {
    const ranks: number[] = [];
    const stop = store.watch(things, 'a', thing => ranks.push(thing?.rank ?? 0));
    for (let rank = 1; rank <= 20; rank++) await put(store, { id: 'a', rank });
    await waitFor('the last change', () => ranks.at(-1) === 20);
    stop();
    assert.equal(
      ranks,
      ranks.toSorted((a, b) => a - b),
    );
  });

  test('a watch that was ended never calls again, while others of the document go on', async store => {
    const ended: unknown[] = [];
    const never: unknown[] = [];
    const seen: (Thing | undefined)[] = [];
    const stopFirst = store.watch(things, 'a', thing => ended.push(thing));
    const stopSecond = store.watch(things, 'a', thing => seen.push(thing));
    store.watch(things, 'a', thing => never.push(thing))();
    await waitFor('both', () => ended.length === 1 && seen.length === 1);
    stopFirst();
    await put(store, { id: 'a', rank: 1 });
    await waitFor('the change', () => seen.at(-1)?.rank === 1);
    stopSecond();
    stopSecond();
    assert.is(ended.length, 1);
    assert.is(never.length, 0);
  });

  test('each watch gets a copy of its own', async store => {
    await put(store, { id: 'a', note: [1] });
    const lengths: number[] = [];
    const spoil = (thing: Thing | undefined) => {
      const note = thing?.note as number[] | undefined;
      lengths.push(note?.push(2) ?? 0);
    };
    const stops = [store.watch(things, 'a', spoil), store.watch(things, 'a', spoil)];
    await waitFor('both', () => lengths.length === 2);
    for (const stop of stops) stop();
    assert.equal(lengths, [2, 2]);
    assert.equal(await store.get(things, 'a'), { id: 'a', note: [1] });
  });
}

function put(store: Store, ...all: readonly Thing[]): Promise<void> {
  return store.transaction(async tx => {
    for (const thing of all) tx.set(things, thing);
  });
}

/** Adds one to the rank in the way that needs a transaction: reads it, then writes it. */
function raise(store: Store, id: string): Promise<void> {
  return store.transaction(async tx => {
    const thing = await tx.get(things, id);
    tx.set(things, { ...thing, id, rank: (thing?.rank ?? 0) + 1 });
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

function idsOf(page: Page<Document>): string {
  return page.items.map(({ id }) => id).join('');
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection');
}

async function rejects(promise: Promise<unknown>, kind: PlatformErrorKind): Promise<void> {
  const error = await failure(promise);
  assert.ok(isPlatformError(error, kind), `expected ${kind}, got ${error}`);
}
