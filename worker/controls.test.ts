import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clearCeiling, holdModel, releaseModel, setCeiling } from '../common/controls.ts';
import { DEFAULT_MODEL } from '../common/models.ts';
import { createTestModel } from '../tests/doubles/test-model.ts';
import { waitFor } from '../tests/wait-for.ts';
import { inWorld } from '../tests/world.ts';

const test = suite('what operators hold back');
const BY = { actor: 'somebody', reason: 'because' };
const FALLBACK = 'gemini-nano-banana-2.1';
const MINUTE = 60_000;

test(
  'a model that is held back is not asked: its fallback draws, and it itself again when the hold is over',
  inWorld(async world => {
    world.startWorker();
    await holdModel(world.engine, DEFAULT_MODEL, world.clock.now() + 10 * MINUTE, BY);
    await world.done((await world.admitted()).id);
    await world.clock.advance(10 * MINUTE);
    await world.done((await world.admitted({ variation: 1 })).id);
    assert.equal(
      world.model.calls.map(({ model }) => model),
      [FALLBACK, DEFAULT_MODEL],
    );
  }),
);

test(
  'with every model held back a job waits, without an attempt, and goes on within a minute of a release',
  inWorld(async world => {
    world.startWorker();
    for (const model of [DEFAULT_MODEL, FALLBACK]) {
      await holdModel(world.engine, model, world.clock.now() + 60 * MINUTE, BY);
    }
    const { id } = await world.admitted();
    await waitFor('the wait', async () => (await world.run(id)).retryAt !== undefined);
    assert.equal([(await world.run(id)).attempts, world.model.calls.length], [[], 0]);
    await releaseModel(world.engine, FALLBACK, BY);
    await world.clock.advance(2 * MINUTE);
    assert.equal([(await world.done(id)).status, world.model.calls[0]?.model], ['succeeded', FALLBACK]);
  }),
);

test('under a ceiling so many jobs are begun at once and no more, and all of them when it is lifted', async () => {
  const gate = Promise.withResolvers<void>();
  const model = createTestModel(() => () => gate.promise);
  await inWorld(
    async world => {
      await setCeiling(world.engine, { slots: 2, until: world.clock.now() + 60 * MINUTE }, BY);
      const { running } = world.startWorker({ slots: 8 });
      for (let variation = 0; variation < 6; variation++) await world.admitted({ variation });
      await waitFor('two to be drawn', () => model.underWay() === 2);
      assert.equal([model.mostAtOnce(), running()], [2, 2]);
      await clearCeiling(world.engine, BY);
      await world.clock.advance(10_000);
      await waitFor('all to be drawn', () => model.underWay() === 6);
      gate.resolve();
    },
    { model },
  )();
});

test.run();
