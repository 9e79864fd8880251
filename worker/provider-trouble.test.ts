import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { countedAttempts } from '../common/job.ts';
import { LIMITS } from '../common/limits.ts';
import { DEFAULT_MODEL } from '../common/models.ts';
import { resumeQueue } from '../common/pause.ts';
import { ModelError } from '../common/platform/model.ts';
import { createTestModel } from '../tests/doubles/test-model.ts';
import { testClock } from '../tests/test-clock.ts';
import { waitFor } from '../tests/wait-for.ts';
import { inWorld, type StartedWorker, type World } from '../tests/world.ts';

/** Fifteen minutes of simulated time take about one of real time. */
export const FILE_LIMIT_MS = 180_000;

const test = suite('a provider in trouble');
const FALLBACK = 'gemini-nano-banana-2.1';
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

test(
  'a retired model: its fallback draws at once, uses up no attempt, and the job says which model it was',
  inWorld(
    async world => {
      world.startWorker();
      const { id } = await world.admitted();
      const job = await world.done(id);
      assert.equal([job.status, job.charge, job.attempt], ['succeeded', 'captured', 1]);
      const { attempts } = await world.run(id);
      assert.equal(
        attempts.map(({ model, outcome, billed }) => [model, outcome, billed]),
        [
          [DEFAULT_MODEL, 'model_retired', 'no'],
          [FALLBACK, 'succeeded', 'yes'],
        ],
      );
      await world.done((await world.admitted({ customer: 'customer-2' })).id);
      assert.equal(asked(world), [DEFAULT_MODEL, FALLBACK, FALLBACK], 'the next job asks the fallback first');
    },
    {
      model: createTestModel(({ model }) =>
        model === DEFAULT_MODEL ? new ModelError('model_retired', '404') : 'draw',
      ),
    },
  ),
);

test(
  'when every model that could draw it is retired, the job has failed and costs nothing',
  inWorld(
    async world => {
      world.startWorker();
      const { id } = await world.admitted();
      const job = await world.done(id);
      assert.equal([job.status, job.error?.code, job.charge], ['failed', 'model_retired', 'released']);
      assert.equal(asked(world), [DEFAULT_MODEL, FALLBACK]);
    },
    { model: createTestModel(() => new ModelError('model_retired', '404')) },
  ),
);

test(
  'RetryInfo of 37 s: nobody calls before 37 s, no attempt is used up, and then it draws',
  inWorld(
    async world => {
      const worker = world.startWorker();
      const { id } = await world.admitted();
      await waitFor('the call', () => world.model.calls.length === 1);
      const startedAt = world.clock.now();
      const others = await admit(world, 20);
      while (world.clock.now() < startedAt + 37 * SECOND - 100) await pass(world, worker, 100);
      assert.is(world.model.calls.length, 1);
      await until(world, worker, async () => (await world.job(id)).done);
      assert.equal([(await world.job(id)).status, (await world.job(id)).attempt], ['succeeded', 1]);
      for (const other of others) assert.is((await world.done(other)).status, 'succeeded');
    },
    { model: createTestModel([new ModelError('rate_limited', '429', { retryAfterMs: 37 * SECOND })]) },
  ),
);

for (const providerCode of ['429 RESOURCE_EXHAUSTED GenerateRequestsPerDay', '429 spend limit', '402']) {
  let spent = true;
  const exhausted = new ModelError('quota_exhausted', 'spent', { providerCode });
  test(
    `${providerCode}: three calls at most, then the lane is paused and the jobs wait without using an attempt up`,
    inWorld(
      async world => {
        const worker = world.startWorker({ slots: 1 });
        const ids = await admit(world, 30);
        await until(world, worker, async () => (await world.engine.queue.state('interactive')) === 'paused');
        await pass(world, worker, 9 * MINUTE);
        assert.ok(world.model.calls.length <= 3, `${world.model.calls.length} calls`);
        const runs = await Promise.all(ids.map(world.run));
        for (const run of runs) assert.equal([run.status, countedAttempts(run)], ['queued', 0]);
        assert.is(runs.find(run => run.attempts.length > 0)?.attempts[0]?.providerCode, providerCode);

        spent = false;
        await pass(world, worker, 20 * MINUTE);
        await resumeQueue(world.engine, 'interactive');
        await until(world, worker, async () => (await Promise.all(ids.map(world.job))).every(({ done }) => done));
        for (const id of ids) assert.is((await world.job(id)).status, 'succeeded');
      },
      { model: createTestModel(() => (spent ? exhausted : 'draw')) },
    ),
  );
}

test(
  'waiting for capacity never outlives the deadline: the job ends in time and costs nothing',
  inWorld(
    async world => {
      const worker = world.startWorker();
      const { id } = await world.admitted();
      const { deadlineAt } = await world.run(id);
      await until(world, worker, async () => (await world.job(id)).done);
      const job = await world.job(id);
      assert.equal([job.status, job.error?.code, job.charge], ['failed', 'rate_limited', 'released']);
      assert.ok((job.finishedAt ?? 0) >= deadlineAt, 'it was tried until the deadline');
      assert.ok((job.finishedAt ?? 0) <= deadlineAt + MINUTE + 30 * SECOND, 'and not much longer');
    },
    { model: createTestModel(() => new ModelError('rate_limited', '429', { retryAfterMs: 50 * SECOND })) },
  ),
);

test('ten minutes of 503: the calls fall below a tenth of normal, and the backlog drains without a herd', async () => {
  const storm = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  let drawing = 0;
  let clock = testClock();
  const drawFor2s = async () => {
    drawing++;
    await new Promise<void>(resolve => clock.after(2 * SECOND, resolve));
    drawing--;
  };
  const model = createTestModel(() => {
    const broken = clock.now() >= storm.from && clock.now() < storm.to;
    return broken ? new ModelError('overloaded', '503') : drawFor2s;
  });
  const inTheWorld = async (world: World) => {
    clock = world.clock;
    const worker = world.startWorker({ slots: 8 });
    const ids: string[] = [];
    const eachSecond = async (ms: number, submits: boolean) => {
      const calls: number[] = [];
      for (let second = 0; second < ms / SECOND; second++) {
        const before = model.calls.length;
        if (submits) ids.push(...(await admit(world, 1, `customer-${ids.length}`)));
        await pass(world, worker, SECOND, () => drawing);
        calls.push(model.calls.length - before);
      }
      return calls;
    };
    const normal = sum(await eachSecond(MINUTE, true)) * 10;
    Object.assign(storm, { from: clock.now(), to: clock.now() + 10 * MINUTE });
    const inTheStorm = sum(await eachSecond(10 * MINUTE, true));
    assert.ok(normal >= 590 && inTheStorm < normal / 10, `${inTheStorm} calls instead of ${normal}`);

    const after = await eachSecond(8 * MINUTE, false);
    const first = after.findIndex(calls => calls > 0);
    assert.ok(first <= 60, 'a minute after the storm at the latest somebody has asked');
    assert.equal(after.slice(first, first + 2), [1, 0], 'one probe goes first, and its answer is waited for');
    const early = sum(after.slice(first, first + 10));
    assert.ok(early <= 20, `${early} calls in the first ten seconds; all slots at once would make 40`);
    assert.ok(Math.max(...after) <= 8 && model.mostAtOnce() <= 8);
    const states = await Promise.all(ids.map(world.job));
    assert.equal([...new Set(states.map(({ status }) => status))], ['succeeded']);
  };
  await inWorld(inTheWorld, { model, budgetMicroUsd: 1_000_000_000 })();
});

test.run();

function asked({ model }: World): string[] {
  return model.calls.map(call => call.model);
}

async function admit(world: World, count: number, customer?: string): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    ids.push((await world.admitted({ customer: customer ?? `shopper-${index}` })).id);
  }
  return ids;
}

/** Time passes, and what begins in it ends in it, but for `drawing` calls: real files need a time of their own. */
async function pass(
  { clock }: World,
  { running }: StartedWorker,
  ms: number,
  drawing: () => number = () => 0,
): Promise<void> {
  await clock.advance(ms);
  await waitFor('the worker to be done', () => running() <= drawing(), { everyMs: 1 });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

async function until(world: World, worker: StartedWorker, check: () => Promise<boolean>): Promise<void> {
  const limit = world.clock.now() + 4 * LIMITS.deadlineMs.interactive;
  while (!(await check())) {
    if (world.clock.now() > limit) throw new Error('it takes too long');
    await pass(world, worker, SECOND);
  }
}
