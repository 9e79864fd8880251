import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inEconomyWorld } from '../../tests/doubles/gemini-batch/world.ts';
import { inWorld } from '../../tests/world.ts';
import { noteEconomy } from '../economy/economy-note.ts';
import { tierExpectations } from './tier-expectations.ts';

const test = suite('what is expected of the tiers');
const MINUTE = 60_000;

test(
  'without a worker that says otherwise there is no economy; the worker says why, or that there is one',
  inWorld(async ({ engine }) => {
    assert.match(unavailable(await tierExpectations(engine, 1)), 'no worker has said');
    await noteEconomy(engine, { unavailable: 'it draws offline' });
    assert.is(unavailable(await tierExpectations(engine, 1)), 'it draws offline');
    await noteEconomy(engine, {});
    assert.equal((await tierExpectations(engine, 1)).economy, { ms: 24 * 60 * MINUTE, from: 'configured' });
  }),
);

test(
  'economy is measured by the batches that ended last: nine of ten took no longer',
  inEconomyWorld(async world => {
    await noteEconomy(world.engine, {});
    for (let batch = 0; batch < 5; batch++) {
      await world.submitted(1, { variation: batch });
      await world.step();
      const held = world.double.batches.at(-1);
      if (!held) throw new Error('no batch');
      await world.clock.advance((batch + 1) * 10 * MINUTE - MINUTE);
      await world.double.end(held, 'BATCH_STATE_SUCCEEDED', () => 'picture');
      await world.step();
      const { economy } = await tierExpectations(world.engine, 1);
      if (batch < 4) assert.equal(economy, { ms: 24 * 60 * MINUTE, from: 'configured' });
    }
    // The longest took 50 minutes; to it comes the time in which a batch is gathered.
    assert.equal((await tierExpectations(world.engine, 1)).economy, { ms: 52 * MINUTE, from: 'measured' });
  }),
);

test(
  'bulk is what waits there and the batch itself, eight at a time',
  inWorld(async world => {
    assert.equal((await tierExpectations(world.engine, 80)).bulk, { ms: 150_000, from: 'configured' });
    for (const customer of ['a', 'b', 'c', 'd']) await world.admitted({ lane: 'bulk', customer });
    assert.is((await tierExpectations(world.engine, 80)).bulk.ms, 157_500);
  }),
);

test.run();

function unavailable({ economy }: Awaited<ReturnType<typeof tierExpectations>>): string {
  return 'unavailable' in economy ? economy.unavailable : '';
}
