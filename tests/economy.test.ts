/**
 * The economy lane from a queued job to its picture, through the real SDK and the batch double: gathering, the way
 * there and back, and what it costs. Platforms: embedded; tests/google/economy.emulator.ts runs it on google.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halfPrice, inEconomyWorld } from './doubles/gemini-batch/world.ts';

const test = suite('the economy lane');

test(
  'jobs go to the provider together and come back one by one, each verified and stored, at half the price',
  inEconomyWorld(async world => {
    const ids = await world.submitted(3);
    await world.step();
    const held = world.held();
    assert.equal(held.items.map(({ key }) => key).sort(), [...ids].sort());
    assert.is(held.displayName, (await world.upstream())[0]?.id);
    assert.equal(
      (await world.runsOf(ids)).map(({ status }) => status),
      ['running', 'running', 'running'],
    );

    world.double.set(held, 'BATCH_STATE_RUNNING');
    await world.step();
    await world.double.end(held, 'BATCH_STATE_SUCCEEDED', () => 'picture');
    await world.step();
    for (const run of await world.runsOf(ids)) {
      assert.equal([run.status, run.charge, run.attempts.length], ['succeeded', 'captured', 1]);
      assert.is(run.attempts[0]?.upstreamBatch, held.displayName);
      const stat = await world.engine.bucket.stat(run.outputPath ?? '');
      assert.is(stat?.metadata.jobId, run.id);
      assert.ok(await world.engine.bucket.stat(`${run.outputPath}-preview`));
    }
    assert.is(await world.spent(), halfPrice(held.billed));
    assert.ok(halfPrice(held.billed) > 0);
    assert.equal(
      (await world.upstream()).map(({ state, nextCheckAt }) => [state, nextCheckAt]),
      [['settled', undefined]],
    );
    assert.equal(world.double.files(), [], 'neither photos nor pictures stay with the provider');
    assert.is(world.model.calls.length, 0);
  }),
);

test.run();
