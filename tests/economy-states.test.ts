/**
 * Every state that an upstream batch can have, and every way in which its results can fail to come: nothing that was
 * paid for is thrown away, nothing is paid twice, and no job waits longer than economy has time.
 * Platforms: embedded; what differs between the platforms is held by the conformance suites.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { upstreamTaskName } from '../common/economy/upstream-batch.ts';
import { retry } from '../common/jobs/retry.ts';
import { costMicroUsd } from '../common/models.ts';
import { ModelError } from '../common/platform/model.ts';
import { type EconomyWorld, ENTRY, halfPrice, inEconomyWorld } from './doubles/gemini-batch/world.ts';
import type { BatchDouble } from './doubles/gemini-batch.ts';
import { createTestModel, USAGE } from './doubles/test-model.ts';

const test = suite('states of an upstream batch');
const HOUR = 3_600_000;
const ENDS = ['SUCCEEDED', 'PARTIALLY_SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED'];
const BULK_PRICE = costMicroUsd(ENTRY, USAGE);

/** Every second one, the first among them. */
const halfOfThem = (_: unknown, index: number) => (index % 2 === 0 ? 'picture' : 'nothing');

for (const state of ENDS) {
  test(
    `${state} with the answers of some: these are delivered, the others drawn in bulk, and only pictures cost`,
    inEconomyWorld(async world => {
      const ids = await begun(world, 4);
      await world.double.end(world.held(), `BATCH_STATE_${state}`, halfOfThem);
      await world.step();
      const statuses = (await inOrder(world, ids)).map(({ status, lane }) => `${status} ${lane}`);
      assert.equal(statuses, ['succeeded economy', 'queued bulk', 'succeeded economy', 'queued bulk']);
      await allDrawn(world, ids, { inBulk: 2 });
      const [, second] = await inOrder(world, ids);
      assert.equal(
        second?.attempts.map(({ outcome, billed, costMicroUsd: cost }) => [outcome, billed, cost]),
        [
          ['batch_unanswered', 'no', 0],
          ['succeeded', 'yes', BULK_PRICE],
        ],
      );
      assert.match(second?.attempts[0]?.detail ?? '', state);
    }),
  );
}

for (const state of ['FAILED', 'CANCELLED', 'EXPIRED']) {
  test(
    `${state} without any answer: bulk draws all, and the batch costs nothing`,
    inEconomyWorld(async world => {
      const ids = await begun(world, 3);
      await world.double.end(world.held(), `BATCH_STATE_${state}`);
      await world.step();
      await allDrawn(world, ids, { inBulk: 3 });
      if (state !== 'FAILED') return;
      assert.match((await world.run(ids[0] ?? '')).attempts[0]?.detail ?? '', 'failed inside the double');
    }),
  );
}

for (const state of ['QUEUED', 'PENDING', 'RUNNING', 'PAUSED', 'UPDATING', 'CANCELLING', 'A_STATE_OF_THE_FUTURE']) {
  test(
    `${state} goes on, and the answers are taken when it has ended`,
    inEconomyWorld(async world => {
      const ids = await begun(world, 2);
      world.double.set(world.held(), `BATCH_STATE_${state}`);
      for (let look = 0; look < 3; look++) await world.step();
      assert.equal(
        (await world.runsOf(ids)).map(({ status }) => status),
        ['running', 'running'],
      );
      assert.is(world.held().cancelAsked, false);
      await world.double.end(world.held(), 'BATCH_STATE_SUCCEEDED', () => 'picture');
      await world.step();
      await allDrawn(world, ids, { inBulk: 0 });
    }),
  );
}

test(
  'PENDING for days: cancelled when the time of economy is over, drawn in bulk before the deadline, and paid once',
  inEconomyWorld(async world => {
    const deadlineAt = world.clock.now() + 30 * HOUR;
    const ids = await begun(world, 3, { deadlineAt });
    await world.clock.advance(27 * HOUR);
    await world.step();
    assert.is(world.held().cancelAsked, false);
    await world.clock.advance(1 * HOUR);
    await world.step();
    assert.is(world.held().cancelAsked, true, 'two hours before the deadline');
    assert.is((await world.run(ids[0] ?? '')).status, 'running', 'what was drawn already may still come');
    for (let minute = 0; minute < 6; minute++) await world.step();
    assert.equal(
      (await world.runsOf(ids)).map(({ lane }) => lane),
      ['bulk', 'bulk', 'bulk'],
    );
    const [first] = await inOrder(world, ids);
    assert.equal([first?.attempts[0]?.outcome, first?.attempts[0]?.billed], ['batch_lost', 'possibly']);
    await world.drawBulk();
    assert.ok(world.clock.now() < deadlineAt);
    assert.ok((await world.spent()) > 3 * BULK_PRICE, 'it may still have cost something');

    await world.double.end(world.held(), 'BATCH_STATE_CANCELLED');
    await world.step();
    await allDrawn(world, ids, { inBulk: 3 });
  }),
);

test(
  'cancelled at the end of its time, the batch still brings what it had drawn by then',
  inEconomyWorld(async world => {
    const ids = await begun(world, 4);
    await world.clock.advance(46 * HOUR);
    await world.step();
    assert.is(world.held().cancelAsked, true);
    await world.double.end(world.held(), 'BATCH_STATE_CANCELLED', halfOfThem);
    await world.step();
    await allDrawn(world, ids, { inBulk: 2 });
  }),
);

test(
  'an answer that comes when bulk has the job already is not thrown away: bulk delivers it and calls no model',
  inEconomyWorld(async world => {
    const ids = await begun(world, 3);
    await world.clock.advance(46 * HOUR);
    for (let minute = 0; minute < 7; minute++) await world.step();
    assert.equal(
      (await world.runsOf(ids)).map(({ lane, status }) => `${status} ${lane}`),
      Array(3).fill('queued bulk'),
    );
    await world.double.end(world.held(), 'BATCH_STATE_SUCCEEDED', () => 'picture');
    await world.step();
    await world.drawBulk();
    assert.is(world.model.calls.length, 0);
    for (const run of await world.runsOf(ids)) {
      assert.is(run.status, 'succeeded');
      assert.equal(
        run.attempts.map(({ billed }) => billed),
        ['yes', 'no'],
      );
    }
    await allDrawn(world, ids, { inBulk: 0 });
  }),
);

test(
  'an answer that comes when bulk has drawn the job counts in the costs and changes nothing else',
  inEconomyWorld(async world => {
    const ids = await begun(world, 2);
    await world.clock.advance(46 * HOUR);
    for (let minute = 0; minute < 7; minute++) await world.step();
    await world.drawBulk();
    const before = await Promise.all(ids.map(world.job));
    await world.double.end(world.held(), 'BATCH_STATE_SUCCEEDED', () => 'picture');
    await world.step();
    assert.equal(await Promise.all(ids.map(world.job)), before);
    assert.is(await world.spent(), 2 * BULK_PRICE + halfPrice(world.held().billed));
  }),
);

test(
  'an answer that comes when the job was opened anew by an operator is no answer to the new wish: it counts, and no more',
  inEconomyWorld(
    async world => {
      const [id = ''] = await begun(world, 1);
      await world.clock.advance(46 * HOUR);
      for (let minute = 0; minute < 7; minute++) await world.step();
      await world.drawBulk();
      assert.is((await world.run(id)).status, 'failed');
      const by = { actor: 'operator', reason: 'another try' };
      const retried = await retry(world.engine, id, {
        by,
        wish: { options: { aspectRatio: '1:1', size: '1K', variation: 0 } },
      });
      assert.ok('pair' in retried);
      await world.double.end(world.held(), 'BATCH_STATE_SUCCEEDED', () => 'picture');
      await world.step();
      await world.drawBulk();
      const run = await world.run(id);
      assert.equal(
        [run.status, run.attempts[0]?.outcome, run.attempts.at(-1)?.costMicroUsd],
        ['succeeded', 'batch_lost', BULK_PRICE],
      );
      assert.is(await world.spent(), halfPrice(world.held().billed) + BULK_PRICE);
    },
    { model: createTestModel([new ModelError('invalid_input', 'no such photo')]) },
  ),
);

test(
  'a batch that never ends, whatever it is told, is given up after four days',
  inEconomyWorld(async world => {
    const ids = await begun(world, 2);
    world.double.plan('cancel', { status: 500 });
    await world.clock.advance(46 * HOUR);
    for (let minute = 0; minute < 7; minute++) await world.step();
    await world.drawBulk();
    assert.equal(
      (await world.upstream()).map(({ state }) => state),
      ['open'],
    );
    await world.clock.advance(51 * HOUR);
    await world.step();
    assert.equal(
      (await world.upstream()).map(({ state }) => state),
      ['settled'],
    );
    assert.equal(
      (await world.runsOf(ids)).map(({ status }) => status),
      ['succeeded', 'succeeded'],
    );
    assert.is(await world.spent(), 2 * BULK_PRICE + 2 * (await estimate(world, ids)), 'it may have cost something');
  }),
);

test(
  'an order to stop that is not heard is given again at the next look, for what goes on being drawn is paid for',
  inEconomyWorld(async world => {
    const ids = await begun(world, 2);
    world.double.plan('cancel', { status: 503 }, { status: 503 }, { status: 503 });
    await world.clock.advance(46 * HOUR);
    await world.step();
    assert.is(world.held().cancelAsked, false);
    for (let look = 0; look < 3; look++) await world.step();
    assert.is(world.held().cancelAsked, true);
    await world.double.end(world.held(), 'BATCH_STATE_CANCELLED', halfOfThem);
    await world.step();
    await allDrawn(world, ids, { inBulk: 1 });
  }),
);

test(
  'a task that is delivered twice, and late, looks once and rings for one look after it',
  inEconomyWorld(async world => {
    await begun(world, 1);
    await world.clock.advance(20 * 60_000);
    const [batch] = await world.upstream();
    if (!batch) throw new Error('no batch');
    const payload = { what: 'upstream', upstreamBatch: batch.id };
    const task = { queue: 'upkeep', name: upstreamTaskName(batch), kind: 'upkeep', payload } as const;
    await world.handle(task);
    const looked = await world.upstream();
    assert.is(looked[0]?.dispatch, batch.dispatch + 1);
    await world.handle(task);
    assert.equal(await world.upstream(), looked);
  }),
);

const PASSING_TROUBLES: readonly (readonly [string, Parameters<BatchDouble['plan']>])[] = [
  ['a look that is refused with 503', ['get', { status: 503 }]],
  ['a look whose connection breaks', ['get', 'reset']],
  ['results that are refused with 503', ['download', { status: 503 }]],
  ['results that break off in the middle', ['download', 'half']],
  ['results whose connection breaks', ['download', 'reset']],
  ['files that cannot be removed', ['delete', { status: 500 }, { status: 500 }]],
];
for (const [what, plan] of PASSING_TROUBLES) {
  test(
    `${what}: tried again, and nothing is delivered or billed twice`,
    inEconomyWorld(async world => {
      const ids = await begun(world, 4);
      await world.double.end(world.held(), 'BATCH_STATE_SUCCEEDED', () => 'picture');
      world.double.plan(...plan);
      for (let minute = 0; minute < 3; minute++) await world.step();
      await allDrawn(world, ids, { inBulk: 0 });
    }),
  );
}

test(
  'SUCCEEDED, but its results cannot be read: bulk takes over in time, and what it cost stays in the books as it may be',
  inEconomyWorld(async world => {
    const ids = await begun(world, 2);
    await world.double.end(world.held(), 'BATCH_STATE_SUCCEEDED', () => 'picture');
    world.double.plan('download', ...Array(50).fill({ status: 503 }));
    await world.step();
    assert.equal(
      (await world.runsOf(ids)).map(({ status }) => status),
      ['running', 'running'],
    );
    await world.clock.advance(46 * HOUR);
    await world.step();
    await world.drawBulk();
    for (const run of await world.runsOf(ids)) {
      assert.equal([run.status, run.attempts[0]?.outcome], ['succeeded', 'batch_lost']);
    }
    assert.is(await world.spent(), 2 * BULK_PRICE + 2 * (await estimate(world, ids)));
    await world.clock.advance(49 * HOUR);
    await world.step();
    assert.equal(
      (await world.upstream()).map(({ state }) => state),
      ['settled'],
    );
  }),
);

test(
  'results that the provider has deleted, a batch that it has forgotten: bulk draws, at once',
  inEconomyWorld(async world => {
    const ids = await begun(world, 2);
    const held = world.held();
    await world.double.end(held, 'BATCH_STATE_SUCCEEDED', () => 'picture');
    world.double.dropFile(held.resultsFile ?? '');
    await world.step();
    assert.equal(
      (await world.runsOf(ids)).map(({ lane }) => lane),
      ['bulk', 'bulk'],
    );
    assert.equal(
      (await world.upstream()).map(({ state }) => state),
      ['settled'],
    );
    assert.is((await world.run(ids[0] ?? '')).attempts[0]?.billed, 'possibly');
  }),
);

test(
  'a batch that the provider does not know any more: bulk draws, at once',
  inEconomyWorld(async world => {
    const ids = await begun(world, 2);
    world.double.plan('get', { status: 404, message: 'Requested entity was not found.' });
    await world.step();
    assert.equal(
      (await world.runsOf(ids)).map(({ lane }) => lane),
      ['bulk', 'bulk'],
    );
    assert.equal(
      (await world.upstream()).map(({ state }) => state),
      ['settled'],
    );
  }),
);

test.run();

/** So many jobs in a batch that the provider has. */
async function begun(world: EconomyWorld, count: number, wish?: { deadlineAt: number }): Promise<string[]> {
  const ids = await world.submitted(count, wish);
  await world.step();
  assert.is(world.held().items.length, count);
  return ids;
}

/** As the provider has them. */
function inOrder(world: EconomyWorld, _ids: readonly string[]) {
  return world.runsOf(world.held().items.map(({ key }) => key));
}

async function estimate(world: EconomyWorld, ids: readonly string[]): Promise<number> {
  return (await world.run(ids[0] ?? '')).attempts[0]?.estimateMicroUsd ?? 0;
}

/** Every job has its picture, once; the spend is half of the list price for the batch, and the price of each in bulk. */
async function allDrawn(world: EconomyWorld, ids: readonly string[], { inBulk }: { inBulk: number }): Promise<void> {
  await world.drawBulk();
  for (const run of await world.runsOf(ids)) {
    assert.equal([run.status, run.charge], ['succeeded', 'captured'], JSON.stringify(run.attempts));
    assert.ok(await world.engine.bucket.stat(run.outputPath ?? ''));
  }
  assert.is(world.model.calls.length, inBulk);
  assert.is(await world.spent(), halfPrice(world.held().billed) + inBulk * BULK_PRICE);
  assert.equal(
    (await world.upstream()).map(({ state }) => state),
    ['settled'],
  );
}
