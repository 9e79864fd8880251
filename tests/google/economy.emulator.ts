/**
 * The economy lane on the google platform: the same worker and the real SDK in front of the batch double, over the
 * Firestore emulator and the doubles of Cloud Tasks and Cloud Storage. The queue of upkeep is paused, so that the tests
 * themselves say when something is gathered and looked at.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jobs, runs } from '../../common/collections.ts';
import { isDone } from '../../common/job.ts';
import { submit } from '../../common/jobs/submit.ts';
import { CATALOGUE, costMicroUsd } from '../../common/models.ts';
import { createGeminiBatches } from '../../worker/gemini-batch.ts';
import { createEconomyWorld, type EconomyWorld, ENTRY, halfPrice } from '../doubles/gemini-batch/world.ts';
import { openBatchDouble } from '../doubles/gemini-batch.ts';
import { createTestModel, USAGE } from '../doubles/test-model.ts';
import { waitFor } from '../wait-for.ts';
import { submissionOf } from '../world.ts';
import { openWholeWorld, type WholeWorld } from './whole-world.ts';

export const FILE_LIMIT_MS = 240_000;

const test = suite('the economy lane on google');
const HOUR = 3_600_000;

test('an answer that was lost, an expired batch with half of its pictures, and bulk for the rest: each paid once', async () => {
  const model = createTestModel();
  const whole = await openWholeWorld({ model });
  const double = await openBatchDouble();
  try {
    await whole.worker.queue.pause('upkeep');
    const { clock } = whole.worker;
    const access = { apiKey: double.apiKey };
    const batches = createGeminiBatches({ catalogue: CATALOGUE, access, clock, baseUrl: double.url });
    const world = createEconomyWorld(bareWorld(whole), double, { batches });
    const ids = await world.submitted(4);
    double.plan('create', 'lost');
    for (let minute = 0; minute < 5; minute++) await world.step();
    assert.is(double.asked('create'), 1, 'adopted, and not created again');
    assert.equal(
      (await world.runsOf(ids)).map(({ status }) => status),
      Array(4).fill('running'),
    );

    await double.end(world.held(), 'BATCH_STATE_EXPIRED', (_, index) => (index < 2 ? 'picture' : 'nothing'));
    double.plan('download', 'half');
    for (let minute = 0; minute < 4; minute++) await world.step();
    await endsWell(world, ids);
  } finally {
    await double.close();
    await whole.close();
  }
});

test.run();

function bareWorld({ worker: engine, model, skip }: WholeWorld & { model: ReturnType<typeof createTestModel> }) {
  const found = async <T>(document: Promise<T | undefined>): Promise<T> => {
    const value = await document;
    if (value === undefined) throw new Error('there is no such document');
    return value;
  };
  return {
    engine,
    model,
    clock: { ...engine.clock, advance: skip },
    job: (id: string) => found(engine.store.get(jobs, id)),
    run: (id: string) => found(engine.store.get(runs, id)),
    async admitted(wish?: Parameters<typeof submissionOf>[1]) {
      const deadlineAt = engine.clock.now() + 48 * HOUR;
      const submitted = await submit(engine, await submissionOf(engine, { deadlineAt, ...wish }));
      if (submitted.kind !== 'admitted') throw new Error(`expected admission, got ${submitted.kind}`);
      return submitted.job;
    },
  };
}

async function endsWell(world: EconomyWorld, ids: readonly string[]): Promise<void> {
  await world.drawBulk();
  // The queue of bulk delivers by itself, too, and may have been first.
  await waitFor('the pictures', async () => (await world.runsOf(ids)).every(({ status }) => isDone(status)));
  for (const run of await world.runsOf(ids)) {
    assert.equal([run.status, run.charge], ['succeeded', 'captured'], JSON.stringify(run.attempts));
    assert.ok(await world.engine.bucket.stat(run.outputPath ?? ''));
  }
  assert.is(world.model.calls.length, 2);
  assert.is(await world.spent(), halfPrice(world.held().billed) + 2 * costMicroUsd(ENTRY, USAGE));
  assert.equal(
    (await world.upstream()).map(({ state, nextCheckAt }) => [state, nextCheckAt]),
    [['settled', undefined]],
  );
}
