/**
 * What was booked wrongly is found and mended from the ledgers, and what moves meanwhile is left alone. Platform:
 * embedded; the queries are declared and so hold on both, and the proof of the sums is `tests/costs.test.ts`.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { holdBooks } from '../../tests/costs/books.ts';
import { delivered, failed, finished } from '../../tests/job-scenes.ts';
import { inWorld, type World } from '../../tests/world.ts';
import { shardOf } from '../budget.ts';
import { costs, runs } from '../collections.ts';
import { erase } from '../jobs/erase.ts';
import type { Store } from '../platform/store.ts';
import { costsId } from './book-costs.ts';
import { checkCosts } from './check-costs.ts';

const test = suite('check of the costs');
const DAY = '2026-11-23';
const TODAY = { from: DAY, to: DAY };

test(
  'what is booked rightly is left as it is, and erasing a job leaves its cost',
  inWorld(async world => {
    const id = await finished(world, delivered());
    const { differences, runs: read, moving } = await checkCosts(world.engine, TODAY);
    assert.equal([differences, read, moving], [[], 1, []]);
    await erase(world.engine, id);
    await holdBooks(world.engine, TODAY);
    assert.equal((await checkCosts(world.engine, TODAY)).differences, []);
  }),
);

test(
  'documents that are gone or wrong are found, and once mended they are what the ledgers say',
  inWorld(async world => {
    const ids = [];
    for (const [index, end] of [delivered(), failed('content_blocked'), delivered()].entries()) {
      ids.push(await finished(world, end, { prompt: `wish ${index}` }));
    }
    await spoil(world, ids);
    const { differences } = await checkCosts(world.engine, TODAY);
    assert.ok(differences.length > 4, `${differences.length}`);
    assert.equal((await checkCosts(world.engine, TODAY)).differences, differences, 'a look changes nothing');
    assert.equal((await checkCosts(world.engine, TODAY, { mend: true })).differences, differences);
    await holdBooks(world.engine, TODAY);
    assert.equal((await checkCosts(world.engine, TODAY, { mend: true })).differences, []);
  }),
);

test(
  'a mending whose answer was lost mends once',
  inWorld(async world => {
    const id = await finished(world, delivered());
    await spoil(world, [id]);
    const store: Store = { ...world.engine.store, transaction: twice(world.engine.store) };
    assert.ok((await checkCosts({ ...world.engine, store }, TODAY, { mend: true })).differences.length > 0);
    await holdBooks(world.engine, TODAY);
  }),
);

test(
  'what is booked during the look is not touched, and said',
  inWorld(async world => {
    const id = await finished(world, delivered());
    await spoil(world, [id]);
    const { store } = world.engine;
    const list: Store['list'] = async query => {
      const page = await store.list(query);
      const shard = shardOf(id, world.engine.settings.spendShards);
      await store.transaction(async tx => tx.increment(costs, costsId(DAY, shard), { changes: 1 }));
      return page;
    };
    const { differences, moving } = await checkCosts({ ...world.engine, store: { ...store, list } }, TODAY, {
      mend: true,
    });
    assert.equal([differences, moving], [[], [DAY]]);
    assert.ok((await checkCosts(world.engine, TODAY)).differences.length > 0, 'still wrong');
  }),
);

test(
  'days beyond those asked for are not touched',
  inWorld(async world => {
    const id = await finished(world, delivered());
    await spoil(world, [id]);
    await checkCosts(world.engine, { from: '2026-11-22', to: '2026-11-22' }, { mend: true });
    assert.ok((await checkCosts(world.engine, TODAY)).differences.length > 0);
  }),
);

test.run();

/** A document is gone, and another says too much. */
async function spoil({ engine }: World, ids: readonly string[]): Promise<void> {
  const [gone = '', ...others] = [...new Set(ids.map(id => costsId(DAY, shardOf(id, engine.settings.spendShards))))];
  assert.ok(await engine.store.get(runs, ids[0] ?? ''));
  await engine.store.transaction(async tx => {
    tx.delete(costs, gone);
    for (const id of others) tx.increment(costs, id, { 'tier:bulk:microUsd': 7, 'style:x:y:pictures': -1 });
  });
}

/** As if each commit's answer were lost once, and the SDK ran the work again. */
function twice(store: Store): Store['transaction'] {
  return async work => {
    await store.transaction(work);
    return store.transaction(work);
  };
}
