import { buffer } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runs } from '../common/collections.ts';
import { createControls } from '../common/controls.ts';
import type { Job } from '../common/job.ts';
import { cancel } from '../common/jobs/cancel.ts';
import { recover } from '../common/jobs/recover.ts';
import { submit } from '../common/jobs/submit.ts';
import { sweep } from '../common/jobs/sweep.ts';
import { LIMITS } from '../common/limits.ts';
import { picturePath } from '../common/picture.ts';
import { ModelError } from '../common/platform/model.ts';
import type { Point, PointName } from '../common/points.ts';
import { misbehaving } from '../tests/do-then-fail.ts';
import { colouredPicture, createTestModel } from '../tests/doubles/test-model.ts';
import { waitFor } from '../tests/wait-for.ts';
import { inWorld, type World } from '../tests/world.ts';
import { drawJob } from './draw-job.ts';
import { createModelHealth } from './model-health.ts';
import { createSlots } from './slots.ts';

const test = suite('drawing a job');

test(
  'a job is drawn once, its picture is in the bucket with a preview beside it, and the charge is captured',
  inWorld(async world => {
    world.startWorker();
    const { id } = await world.admitted();
    const job = await world.done(id);
    assert.equal([job.status, job.charge, job.reused, job.attempt], ['succeeded', 'captured', false, 1]);
    assert.equal([job.output?.contentType, job.output?.width, job.output?.height], ['image/png', 64, 80]);
    const path = picturePath((await world.run(id)).generationKey);
    assert.is((await buffer(await world.engine.bucket.read(path))).length, job.output?.bytes);
    assert.is((await world.engine.bucket.stat(`${path}-preview`))?.contentType, 'image/webp');
    assert.is((await world.run(id)).nextCheckAt, undefined);
  }),
);

test(
  'a task that is delivered five times at once and five times later draws once',
  inWorld(async world => {
    const { id } = await world.admitted();
    const { engine, model } = world;
    const never = new AbortController().signal;
    const slots = createSlots({ clock: world.clock, slots: 20, waitMs: 5_000 });
    const task = { queue: 'interactive', name: `${id}-1`, kind: 'job', payload: { jobId: id } } as const;
    const health = createModelHealth(engine);
    const signals = { draining: never, stopping: never };
    const deliver = () =>
      drawJob({ engine, model, slots, health, controls: createControls(engine), ...signals }, task, id);
    await Promise.all(Array.from({ length: 5 }, deliver));
    for (let count = 0; count < 5; count++) await deliver();
    assert.is((await world.job(id)).status, 'succeeded');
    assert.is(model.calls.length, 1);
  }),
);

test(
  'the same wish again is handed out at once and costs nothing; another variation is drawn',
  inWorld(async world => {
    world.startWorker();
    const first = await world.done((await world.admitted()).id);
    const again = await submit(world.engine, await world.submission());
    assert.is(again.kind, 'reused');
    if (again.kind !== 'reused') return;
    assert.equal([again.job.status, again.job.reused, again.job.charge], ['succeeded', true, 'none']);
    assert.is(again.job.output?.sha256, first.output?.sha256);
    const other = await world.done((await world.admitted({ variation: 1 })).id);
    assert.is.not(other.output?.sha256, first.output?.sha256);
    assert.is(world.model.calls.length, 2);
  }),
);

test(
  'a failure that may pass is tried again after a while, up to four times',
  inWorld(
    async world => {
      world.startWorker();
      const job = await world.done((await world.admitted()).id);
      assert.equal([job.status, job.error?.code, job.charge], ['failed', 'overloaded', 'released']);
      assert.is(world.model.calls.length, LIMITS.attemptsMax);
    },
    { model: createTestModel(Array.from({ length: 9 }, () => new ModelError('overloaded', '503'))) },
  ),
);

test(
  'a model that hangs is given up after its time, and the next attempt draws',
  inWorld(
    async world => {
      world.startWorker();
      const { id } = await world.admitted();
      await waitFor('the call', () => world.model.calls.length === 1);
      for (let beat = 0; beat < 9; beat++) await world.clock.advance(LIMITS.heartbeatMs);
      const job = await world.done(id);
      assert.is(job.status, 'succeeded');
      const { attempts } = await world.run(id);
      assert.equal(
        attempts.map(({ outcome, billed }) => [outcome, billed]),
        [
          ['timeout', 'possibly'],
          ['succeeded', 'yes'],
        ],
      );
    },
    { model: createTestModel(['hang']) },
  ),
);

const half = (await colouredPicture(1)).subarray(0, 60);
test(
  'half a picture is never a success: one more try, then the job has failed and costs nothing',
  inWorld(
    async world => {
      world.startWorker();
      const job = await world.done((await world.admitted()).id);
      assert.equal([job.status, job.error?.code, job.charge], ['failed', 'unreadable_image', 'released']);
      assert.is(world.model.calls.length, 2);
      assert.equal(await world.engine.bucket.list('cache/', { limit: 10 }), []);
    },
    { model: createTestModel([half, half, half]) },
  ),
);

test(
  'a canceled job stops its call by the next heartbeat and shows no picture',
  inWorld(
    async world => {
      world.startWorker();
      const { id } = await world.admitted();
      await waitFor('the call', () => world.model.calls.length === 1);
      await cancel(world.engine, id);
      await world.clock.advance(LIMITS.heartbeatMs);
      const job = await world.done(id);
      assert.equal([job.status, job.output, job.charge], ['canceled', undefined, 'captured']);
    },
    { model: createTestModel(['hang']) },
  ),
);

test(
  'a worker that is stopped puts its job back without using up an attempt',
  inWorld(
    async world => {
      const { stopping } = world.startWorker();
      const { id } = await world.admitted();
      await waitFor('the call', () => world.model.calls.length === 1);
      const before = await world.run(id);
      stopping.abort();
      const run = await waitFor('the job to be put back', async () => {
        const found = await world.run(id);
        return found.dispatch > before.dispatch && found;
      });
      assert.is(run.attempts[0]?.outcome, 'interrupted');
      assert.is((await world.job(id)).attempt, 1);
    },
    { model: createTestModel(['hang', 'hang', 'hang']) },
  ),
);

test(
  'a worker that sleeps past its lease while drawing does not write over the one that took its place',
  inWorld(
    async world => {
      world.startWorker();
      const { id } = await world.admitted();
      await waitFor('the call', () => world.model.calls.length === 1);
      // The store forgets nobody: this is what a paused process looks like from outside.
      const { store } = world.platform;
      await store.transaction(async tx => {
        const run = await tx.get(runs, id);
        if (run) tx.set(runs, { ...run, lease: { fence: run.fence, expiresAt: world.clock.now() } });
      });
      await recover(world.engine);
      const job = await world.done(id);
      assert.is(job.status, 'succeeded');
      release();
      await waitFor('the sleeper to wake', async () => (await world.run(id)).attempts[0]?.costMicroUsd !== undefined);
      assert.equal(await world.job(id), job, 'nothing that a client sees has changed');
      assert.is((await world.run(id)).attempts[0]?.outcome, 'crashed');
    },
    { model: createTestModel([() => sleeping]) },
  ),
);
let release = () => {};
const sleeping = new Promise<void>(resolve => {
  release = resolve;
});

let standStill = async () => {};
test(
  'a worker that stood still for longer than its lease does not ask the model any more',
  inWorld(
    async world => {
      standStill = async () => {
        standStill = async () => {};
        world.clock.leap(LIMITS.leaseMs);
      };
      world.startWorker();
      const { id, status } = await endAfterFault(world, (await world.admitted()).id);
      const { attempts } = await world.run(id);
      assert.equal([status, world.model.calls.length], ['succeeded', 1]);
      assert.equal(
        attempts.map(({ costMicroUsd = 0 }) => costMicroUsd > 0),
        [false, true],
        'the attempt that stood still cost nothing',
      );
    },
    {
      point: async name => {
        if (name === 'loaded') await standStill();
      },
    },
  ),
);

for (const name of ['claimed', 'loaded', 'calling', 'drawn', 'verified', 'uploaded', 'finished'] as const) {
  const { point, arm } = breaking(name);
  test(
    `a fault right after "${name}" loses nothing and charges once`,
    inWorld(
      async world => {
        arm();
        world.startWorker();
        const { id } = await world.admitted();
        const job = await endAfterFault(world, id);
        assert.equal([job.status, job.charge], ['succeeded', 'captured']);
        const askedAgain = ['calling', 'drawn', 'verified'].includes(name);
        assert.ok(world.model.calls.length <= (askedAgain ? 2 : 1), `${world.model.calls.length} calls`);
      },
      { point },
    ),
  );
}

test(
  'an upload whose answer is lost is found, not drawn again',
  inWorld(
    async world => {
      world.startWorker();
      const job = await world.done((await world.admitted()).id);
      assert.equal([job.status, job.charge, job.reused], ['succeeded', 'captured', false]);
      assert.is(world.model.calls.length, 1);
    },
    {
      around: ({ bucket }) => {
        let lost = false;
        const plan = (method: string, call: number) => {
          // The photo is put first, then the preview, then the picture.
          if (method !== 'put' || call !== 3 || lost) return 'ok';
          lost = true;
          return 'do-then-fail';
        };
        return { bucket: misbehaving(bucket, plan) };
      },
    },
  ),
);

test(
  'never more jobs at once than there are slots',
  inWorld(async world => {
    world.startWorker({ slots: 3 });
    const jobs = await Promise.all(
      Array.from({ length: 20 }, (_, index) => world.admitted({ customer: `customer-${index}` })),
    );
    for (const { id } of jobs) assert.is((await world.done(id)).status, 'succeeded');
    assert.ok(world.model.mostAtOnce() <= 3, `${world.model.mostAtOnce()} at once`);
  }),
);

test.run();

/** Lets time pass only while nothing happens by itself, as it does for whoever waits for a lease to run out. */
async function endAfterFault(world: World, id: string): Promise<Job> {
  for (let round = 0; round < 20; round++) {
    const quiet = waitFor('the end', async () => (await world.job(id)).done, { limitMs: 200 }).catch(() => false);
    if (await quiet) return world.job(id);
    await world.clock.advance(LIMITS.heartbeatMs);
    await sweep(world.engine);
  }
  throw new Error(`${id} did not end: ${JSON.stringify(await world.run(id))}`);
}

/** A point that throws once, where a process would have ended. */
function breaking(name: PointName): { point: Point; arm: () => void } {
  let armed = false;
  return {
    arm: () => {
      armed = true;
    },
    point: reached => {
      if (!armed || reached !== name) return;
      armed = false;
      throw new Error(`ended at ${name}`);
    },
  };
}
