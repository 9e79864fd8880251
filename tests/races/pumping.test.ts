/**
 * Work that is blocked, fails or is given up cannot be had without end: calls of the model count, also those of jobs
 * whose hold went back. Over HTTP, against the real worker. Platform: the API in the test's process, on SQLite; what is
 * counted is decided above the seams.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ModelError } from '../../common/platform/model.ts';
import type { PointName } from '../../common/points.ts';
import type { Pool } from '../../common/quota.ts';
import { inApiWorld } from '../api-world.ts';
import { type Answer, createTestModel } from '../doubles/test-model.ts';
import { seededRandom } from '../test-clock.ts';
import { cancel, canceledInCall, counted, customerOf, ended, holdDayIsOver, POOLS, pump, submit } from './pumping.ts';

const test = suite('pumping');
/** Pictures a day and address in `tests/world.ts`. */
const CUSTOM_BY_ADDRESS = 20;
const CALLS_PER_PICTURE = 3;
const BLOCKED = new ModelError('content_blocked', 'as planned');
const NO_IMAGE = new ModelError('no_image', 'as planned');
const SEED = Number(process.env.RACES_SEED ?? Date.now() % 2 ** 31);
console.log(`RACES_SEED=${SEED}`);

for (const [pool, limit] of Object.entries(POOLS) as [Pool, number][]) {
  test(
    `${pool}: work that the provider blocks ends the day after ${CALLS_PER_PICTURE * limit} calls`,
    inApiWorld(
      async world => {
        world.startWorker();
        const customer = await customerOf(world, pool);
        assert.equal(await pump(customer, ended), Array(CALLS_PER_PICTURE * limit).fill('blocked, released'));
        assert.is(world.model.calls.length, CALLS_PER_PICTURE * limit);
        await holdDayIsOver(customer);
      },
      { model: createTestModel(() => BLOCKED) },
    ),
  );

  test(
    `${pool}: work that is given up while it is drawn is kept as drawn, and ends the day after ${limit} calls`,
    inApiWorld(
      async world => {
        world.startWorker();
        const customer = await customerOf(world, pool);
        assert.equal(await pump(customer, canceledInCall), Array(limit).fill('canceled, captured'));
        assert.is(world.model.calls.length, limit);
        await holdDayIsOver(customer);
      },
      { model: createTestModel(() => 'hang') },
    ),
  );

  test(
    `${pool}: work that fails after two calls each ends the day after ${CALLS_PER_PICTURE * limit} calls, or one more`,
    inApiWorld(
      async world => {
        world.startWorker();
        const customer = await customerOf(world, pool);
        const jobs = Math.ceil((CALLS_PER_PICTURE * limit) / 2);
        assert.equal(await pump(customer, ended), Array(jobs).fill('failed, released'));
        // The last job was let in with one call left: what a job may be tried again is not known before.
        assert.is(world.model.calls.length, 2 * jobs);
        await holdDayIsOver(customer);
      },
      { model: createTestModel(() => NO_IMAGE) },
    ),
  );
}

test(
  'work given up before a worker has it costs nothing, however often',
  inApiWorld(async world => {
    const customer = await customerOf(world, 'named');
    for (let count = 0; count < 40; count++) {
      const { status, body } = await submit(customer, count);
      assert.is(status, 202);
      const canceled = await cancel(customer, body.id);
      assert.equal([canceled.status, canceled.charge], ['canceled', 'released']);
    }
    assert.equal(await counted(customer), { held: 0, releasedCalls: 0 });
    for (let count = 0; count < POOLS.named; count++) assert.is((await submit(customer, 100 + count)).status, 202);
    await holdDayIsOver(customer);
  }),
);

/** The doors at which a worker that has the job can be held before it asks the model. */
for (const door of ['claimed', 'loaded'] as const satisfies PointName[]) {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const point = async (name: PointName) => {
    if (name !== door) return;
    reach();
    await opened;
  };
  test(
    `a job that is given up when it is ${door}, before the model was asked, costs no call and is released`,
    inApiWorld(
      async world => {
        world.startWorker();
        const customer = await customerOf(world, 'named');
        const { body } = await submit(customer, 0);
        await reached;
        assert.is((await cancel(customer, body.id)).cancelRequested, true);
        open();
        const job = await world.done(body.id);
        assert.equal([job.status, job.charge, world.model.calls.length], ['canceled', 'released', 0]);
        assert.equal(await counted(customer), { held: 0, releasedCalls: 0 });
      },
      { point },
    ),
  );
}

const MIX = ['blocked', 'blocked', 'blocked', 'no image', 'at the second call', 'drawn', 'given up'] as const;
/** What the model answers to the first call for a job of each kind, and to the second. */
const ANSWERS = {
  blocked: [BLOCKED],
  'no image': [NO_IMAGE, NO_IMAGE],
  'at the second call': [NO_IMAGE, 'draw'],
  drawn: ['draw'],
  'given up': ['hang'],
} as const;
const answers: Answer[] = [];

test(
  'whatever is mixed, nobody is let in once the pool is used up, or three times as many calls were made, and not before',
  inApiWorld(
    async world => {
      world.startWorker();
      const customer = await customerOf(world, 'named');
      const random = seededRandom(SEED);
      let kept = 0;
      for (let count = 0; ; count++) {
        const kind = MIX[Math.floor(random.fraction() * MIX.length)] ?? 'blocked';
        answers.splice(0, answers.length, ...ANSWERS[kind]);
        const calls = world.model.calls.length;
        const isOver = kept >= POOLS.named || calls >= CALLS_PER_PICTURE * POOLS.named;
        const { status, body } = await submit(customer, count);
        assert.is(status, isOver ? 429 : 202, `${kept} kept, ${calls} calls`);
        if (isOver) break;
        const job = await (kind === 'given up' ? canceledInCall : ended)(customer, body.id, calls);
        if (job.charge === 'captured') kept++;
      }
      await holdDayIsOver(customer);
    },
    { model: createTestModel(answers) },
  ),
);

test(
  `new sessions from one address do not help: ${CALLS_PER_PICTURE * CUSTOM_BY_ADDRESS} blocked calls a day for all of them`,
  inApiWorld(
    async world => {
      const perSession = CALLS_PER_PICTURE * POOLS.custom;
      world.startWorker();
      const storefront = await world.key('storefront');
      const inAll: number[] = [];
      for (let session = 0; session < 8; session++) {
        const { body } = await world.call('POST /v1/sessions', { as: storefront });
        inAll.push((await pump({ world, pool: 'custom', as: body.token ?? '' }, ended)).length);
      }
      const left = (CALLS_PER_PICTURE * CUSTOM_BY_ADDRESS) % perSession;
      assert.equal(inAll, [...Array(6).fill(perSession), left, 0]);
    },
    { model: createTestModel(() => BLOCKED) },
  ),
);

test.run();
