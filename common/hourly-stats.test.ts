import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestModel } from '../tests/doubles/test-model.ts';
import { inWorld } from '../tests/world.ts';
import { stats } from './collections.ts';
import { finishedSample } from './finished-sample.ts';
import { HOUR_MS, readHours, rollUpHours } from './hourly-stats.ts';
import { cancel } from './jobs/cancel.ts';
import { retry } from './jobs/retry.ts';
import { sweep } from './jobs/sweep.ts';
import { ModelError } from './platform/model.ts';

const test = suite('figures of the hours');
const DRAWN_MS = 4_000;

test(
  'an hour is counted once when it is over, by when things happened, and not again',
  inWorld(
    async world => {
      const { engine, clock } = world;
      world.startWorker();
      const failed = await world.admitted();
      await world.done(failed.id);
      await world.done((await world.admitted({ variation: 1 })).id);
      await cancel(engine, (await world.admitted({ variation: 2 })).id);
      await clock.advance(60_000);
      assert.equal(await rollUpHours(engine), 24, 'the hours before, which were empty');
      const begun = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
      const [present] = (await readHours(engine.store, clock.now(), 1)).slice(-1);
      assert.equal([present?.at, present?.submitted], [begun, 3]);
      await clock.advance(begun + HOUR_MS - clock.now());
      assert.is(await rollUpHours(engine), 0, 'somebody with a slow clock may still write');
      await clock.advance(60_000);
      await sweep(engine);
      const hour = await engine.store.get(stats, new Date(begun).toISOString().slice(0, 13));
      assert.equal([hour?.submitted, hour?.reused, hour?.codes], [3, 0, { bad_key: 1 }]);
      assert.equal(hour?.ended, { succeeded: 1, blocked: 0, failed: 1, canceled: 1, expired: 0 });
      await retry(engine, failed.id, { by: { actor: 'x', reason: 'x' }, wish: {} });
      await world.done(failed.id);
      assert.is(await rollUpHours(engine), 0);
      const kept = (await readHours(engine.store, clock.now(), 24)).find(({ at }) => at === begun);
      assert.equal(kept, hour, 'a retry changes the present hour, not the past one');
      assert.is((await readHours(engine.store, clock.now(), 24)).at(-1)?.ended.succeeded, 1);
    },
    { model: createTestModel([new ModelError('bad_key', 'no')]) },
  ),
);

test('the sample tells how long the last jobs and calls took, and what failed', async () => {
  let advance = async () => {};
  const answers = [new ModelError('content_blocked', 'no'), ...Array.from({ length: 20 }, () => () => advance())];
  await inWorld(
    async world => {
      advance = () => world.clock.advance(DRAWN_MS);
      world.startWorker();
      for (let number = 0; number < 4; number++) {
        await world.done((await world.admitted({ variation: number, customer: 'anna' })).id);
      }
      const sample = await finishedSample(world.engine.store);
      assert.equal([sample.count, sample.reused, sample.codes], [4, 0, { content_blocked: 1 }]);
      assert.equal(sample.attempts, { count: 3, p50Ms: DRAWN_MS, p95Ms: DRAWN_MS });
    },
    { model: createTestModel(answers) },
  )();
});

test.run();
