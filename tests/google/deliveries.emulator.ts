/**
 * As `tests/deliveries.test.ts`, on the google platform: the double of Cloud Tasks delivers each task five times and in
 * another order, some at the same moment, some before the submit has its answer, and the claims meet on Firestore's own
 * locks. Fewer jobs: the emulator takes two seconds whenever two claims of one job meet.
 */
import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Misbehaviour } from '../doubles/tasks.ts';
import { createTestModel } from '../doubles/test-model.ts';
import { holdOneCallEach, holdOneChargeEach } from '../one-charge.ts';
import { type Recorded, recordTransactions, sharedByJobs } from '../recorded-store.ts';
import { seededRandom } from '../test-clock.ts';
import { waitFor } from '../wait-for.ts';
import { openWholeWorld, type WholeWorld } from './whole-world.ts';

export const FILE_LIMIT_MS = 300_000;

const test = suite('deliveries on google');
const JOBS = 100;
const CUSTOMERS = 20;
const SUBMITS_TOGETHER = 8;
/** Of the queue; those that come again by misbehaviour come beside it. */
const CONCURRENCY = 16;
const TIMES = 5;
/** A task comes once by itself, and four times so long after that began; the dice choose which. */
const AGAIN_MS = [0, 20, 100, 500, 1_000, 2_000, 4_000];
const LATE_MS = 1_000;
const LIMIT_MS = 120_000;
const SEED = Number(process.env.DELIVERIES_SEED ?? Date.now() % 2 ** 31);
console.log(`DELIVERIES_SEED=${SEED}`);

test(`every task of ${JOBS} jobs comes five times, shuffled: one model call and one charge a job`, async () => {
  const deliveries = new Map<string, number>();
  let recorded: readonly Recorded[] = [];
  const world = await openWholeWorld({
    model: createTestModel(),
    environment: { QUOTA_CUSTOM_PER_DAY: '10', BUDGET_USD_PER_DAY: '1000' },
    concurrency: CONCURRENCY,
    // Room for all that come at once: one that is put back would make another task.
    slots: JOBS * TIMES,
    aroundStore(store) {
      const recording = recordTransactions(store);
      recorded = recording.recorded;
      return recording.store;
    },
    onDelivery: name => deliveries.set(name, (deliveries.get(name) ?? 0) + 1),
  });
  try {
    world.tasks.misbehave(misbehaviour());
    await submitAll(world);
    // A delivery whose answer is 5xx comes once more, so there may be more than five.
    const isOver = () =>
      deliveries.size === JOBS &&
      deliveries.values().every(times => times >= TIMES) &&
      world.tasks.tasks('easel-interactive').length + world.tasks.underDelivery() === 0;
    await waitFor('every delivery to end', isOver, { limitMs: LIMIT_MS });

    const drawn = { engine: world.worker, model: world.model, jobs: JOBS, customers: CUSTOMERS };
    holdOneCallEach(drawn);
    await holdOneChargeEach(drawn);
    holdNoSharing(recorded);
  } finally {
    await world.close();
  }
});

test.run();

/** All of it follows from the seed and the task's name. */
function misbehaviour(): Misbehaviour {
  const { fraction } = seededRandom(SEED);
  const diceOf = (name: string) => seededRandom(SEED ^ createHash('sha256').update(name).digest().readUInt32BE(0));
  return {
    call: ({ method, name }) => (method === 'createTask' && diceOf(name).fraction() < 0.25 ? 'after-delivery' : 'ok'),
    task(id) {
      const dice = diceOf(id);
      const again = () => AGAIN_MS[Math.floor(dice.fraction() * AGAIN_MS.length)] ?? 0;
      const lateMs = dice.fraction() < 0.5 ? 0 : dice.fraction() * LATE_MS;
      return { lateMs, againAfterMs: Array.from({ length: TIMES - 1 }, again) };
    },
    shuffle: fraction,
  };
}

async function submitAll({ api, keys }: WholeWorld): Promise<void> {
  const limit = pLimit(SUBMITS_TOGETHER);
  const submit = (number: number) => {
    const fields = { prompt: `wish ${number}`, customerId: `customer-${number % CUSTOMERS}` };
    const options = { token: keys.server, headers: { 'Idempotency-Key': `wish-${number}` } };
    // A submit that lost too often against the claims is told so, and comes again as any client's would.
    const isTaken = async () => [200, 202].includes((await api.submit(fields, options)).status);
    return waitFor(`submit ${number}`, isTaken, { limitMs: LIMIT_MS });
  };
  await Promise.all(Array.from({ length: JOBS }, (_, number) => limit(() => submit(number))));
}

/** Every claim and finish, those of late and double deliveries included. */
function holdNoSharing(recorded: readonly Recorded[]): void {
  const claims = recorded.filter(({ verb }) => verb === 'claim');
  const finishes = recorded.filter(({ verb }) => verb === 'finish');
  assert.ok(claims.length >= JOBS * TIMES && finishes.length >= JOBS, `${claims.length} and ${finishes.length}`);
  assert.equal([...sharedByJobs([...claims, ...finishes])], []);
}
