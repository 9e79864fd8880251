/**
 * The promise against double pictures, at size: whatever a queue does with its tasks, a job is drawn once and charged
 * once, and jobs do not get into each other's way. Platforms: embedded here, google in
 * `tests/google/deliveries.emulator.ts`, with fewer jobs.
 *
 * `DELIVERIES_SEED=… node tests/run.ts tests/deliveries.test.ts` makes the plan of a printed seed again.
 */
import pLimit from 'p-limit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { submit } from '../common/jobs/submit.ts';
import { createWorker } from '../worker/app.ts';
import { createTestModel } from './doubles/test-model.ts';
import { holdOneCallEach, holdOneChargeEach } from './one-charge.ts';
import { type Recorded, recordTransactions, sharedByJobs } from './recorded-store.ts';
import { type ShuffledQueue, shuffleQueue } from './shuffled-queue.ts';
import { seededRandom } from './test-clock.ts';
import { inWorld, type World } from './world.ts';

export const FILE_LIMIT_MS = 240_000;

const test = suite('deliveries');
const JOBS = Number(process.env.DELIVERIES_JOBS ?? 1_000);
const CUSTOMERS = JOBS / 5;
const TIMES = Number(process.env.DELIVERIES_TIMES ?? 5);
const WORKERS = 3;
const SUBMITS_TOGETHER = 20;
const SEED = Number(process.env.DELIVERIES_SEED ?? Date.now() % 2 ** 31);
console.log(`DELIVERIES_SEED=${SEED}`);

test(`every task of ${JOBS} jobs comes ${TIMES} times, shuffled: one model call and one charge a job`, () =>
  inShuffledWorld(async (world, { shuffled, recorded }) => {
    await submitAll(world);
    await shuffled.drain();

    const delivered = [...shuffled.deliveries.values()];
    assert.equal([delivered.length, new Set(delivered)], [JOBS, new Set([TIMES])], 'deliveries of each task');
    assert.equal(shuffled.faults, []);
    const { inside = 0, 'at once': atOnce = 0, later = 0, last = 0 } = Object.fromEntries(shuffled.moments);
    const moments = JSON.stringify({ inside, atOnce, later, last });
    assert.ok(Math.min(inside, atOnce, later, last) >= JOBS / 10, `deliveries of every kind: ${moments}`);
    assert.ok(
      shuffled.overlaps() >= JOBS / 2,
      `${shuffled.overlaps()} came while another of the same task was under way`,
    );
    console.log(`${moments}, ${shuffled.overlaps()} beside another of the same task`);

    const calls = world.model.calls.length;
    console.log(`${JOBS} jobs, ${JOBS * TIMES} deliveries, ${(calls / JOBS).toFixed(2)} model calls a job`);
    const drawn = { engine: world.engine, model: world.model, jobs: JOBS, customers: CUSTOMERS };
    holdOneCallEach(drawn);
    await holdOneChargeEach(drawn);
    await holdOnePictureEach(world);
    holdNoSharing(recorded);
  })());

test.run();

interface Shuffled {
  readonly shuffled: ShuffledQueue;
  readonly recorded: readonly Recorded[];
}

/** A world with three workers, whose queue shuffles and whose store notes what is touched. */
function inShuffledWorld(body: (world: World, parts: Shuffled) => Promise<void>): () => Promise<void> {
  let parts: Shuffled | undefined;
  const inIt = async (world: World) => {
    if (!parts) throw new Error('the world was opened without its wrappers');
    const { signal } = new AbortController();
    const worker = { engine: world.engine, model: world.model, draining: signal, stopping: signal };
    parts.shuffled.deliverTo(Array.from({ length: WORKERS }, () => createWorker({ ...worker, slots: 8 }).handle));
    await body(world, parts);
  };
  return inWorld(inIt, {
    model: createTestModel(slowAnswers()),
    budgetMicroUsd: 1_000_000_000,
    around(platform) {
      const { store, recorded } = recordTransactions(platform.store);
      const shuffled = shuffleQueue(platform.queue, { seed: SEED, times: TIMES, together: 40 });
      parts = { shuffled, recorded };
      return { store, queue: shuffled.queue };
    },
  });
}

/** A call takes some turns of the event loop, so that other deliveries come while its job is being drawn. */
function slowAnswers(): (() => Promise<void>)[] {
  const { fraction } = seededRandom(SEED);
  return Array.from({ length: JOBS }, () => {
    const turns = Math.floor(fraction() * 50);
    return async () => {
      for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve));
    };
  });
}

async function submitAll(world: World): Promise<void> {
  const limit = pLimit(SUBMITS_TOGETHER);
  const submissions = [];
  for (let number = 0; number < JOBS; number++) {
    submissions.push(await world.submission({ customer: `customer-${number % CUSTOMERS}`, prompt: `wish ${number}` }));
  }
  const answers = await Promise.all(submissions.map(one => limit(() => submit(world.engine, one))));
  assert.ok(answers.every(({ kind }) => kind === 'admitted'));
}

async function holdOnePictureEach({ engine }: World): Promise<void> {
  const paths: string[] = [];
  for (let page = ['cache/']; page.length > 0; ) {
    const after = paths.at(-1);
    page = (await engine.bucket.list('cache/', { limit: 1_000, ...(after ? { after } : {}) })).map(({ path }) => path);
    paths.push(...page);
  }
  assert.equal([paths.length, paths.filter(path => !path.endsWith('-preview')).length], [2 * JOBS, JOBS]);
}

/** Every claim and finish of the thousand jobs, those of late and double deliveries included. */
function holdNoSharing(recorded: readonly Recorded[]): void {
  const claims = recorded.filter(({ verb }) => verb === 'claim');
  const finishes = recorded.filter(({ verb }) => verb === 'finish');
  assert.equal([claims.length, finishes.length], [JOBS * TIMES, JOBS]);
  assert.equal([...sharedByJobs([...claims, ...finishes])], []);
}
