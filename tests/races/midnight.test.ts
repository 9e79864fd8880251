/**
 * What happens to quota and spend at midnight (UTC): whatever was counted on a day is given back to that day, and the
 * next one starts fresh. Platform: embedded; days are decided above the seams.
 *
 * `RACES_SEED=… node tests/run.ts tests/races/midnight.test.ts` makes the order of a printed seed again.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spentMicroUsd } from '../../common/budget.ts';
import { quotas } from '../../common/collections.ts';
import { cancel } from '../../common/jobs/cancel.ts';
import { claim } from '../../common/jobs/claim.ts';
import { finish } from '../../common/jobs/finish.ts';
import type { Submission } from '../../common/jobs/submission.ts';
import { submit } from '../../common/jobs/submit.ts';
import { CATALOGUE, costMicroUsd, DEFAULT_MODEL } from '../../common/models.ts';
import { dayOf, endOfDay, scopesOf } from '../../common/quota.ts';
import { inApiWorld } from '../api-world.ts';
import { USAGE } from '../doubles/test-model.ts';
import { seededRandom } from '../test-clock.ts';
import { inWorld, type World } from '../world.ts';
import { DELIVERED } from './settlement-plan.ts';

const test = suite('midnight');
/** Pictures a day in own words in `tests/world.ts`. */
const LIMIT = 3;
const CUSTOMER = 'customer-7';
const BLOCKED = { kind: 'failed', code: 'content_blocked', called: true } as const;
const PHOTO = new Uint8Array(1);
const SEED = Number(process.env.RACES_SEED ?? Date.now() % 2 ** 31);
console.log(`RACES_SEED=${SEED}`);

test(
  'a hold taken before midnight goes back to its day after midnight; the new day starts fresh and hears nothing of it',
  inWorld(async world => {
    const { engine } = world;
    const yesterday = await almostMidnight(world);
    const [blocked = '', canceled = '', drawn = ''] = await admitAll(world, CUSTOMER, LIMIT);
    await claim(engine, blocked);
    await claim(engine, drawn);
    assert.is((await submit(engine, await wish(world, CUSTOMER))).kind, 'quota exceeded');

    const today = await midnight(world);
    const [early = ''] = await admitAll(world, CUSTOMER, LIMIT);
    await finish(engine, blocked, 1, BLOCKED);
    await cancel(engine, canceled);
    await finish(engine, drawn, 1, DELIVERED);
    assert.equal(await counted(world, CUSTOMER, yesterday), [1, 1], 'one picture is kept, one call was in vain');
    assert.equal(await counted(world, CUSTOMER, today), [LIMIT, 0]);
    assert.is(
      (await submit(engine, await wish(world, CUSTOMER))).kind,
      'quota exceeded',
      'what came back is no use today',
    );

    await cancel(engine, early);
    assert.equal(await counted(world, CUSTOMER, yesterday), [1, 1]);
    assert.equal(await counted(world, CUSTOMER, today), [LIMIT - 1, 0]);
  }),
);

test(
  'a call that was begun before midnight is spent on that day, whenever its cost is known',
  inWorld(async world => {
    const { engine } = world;
    const yesterday = await almostMidnight(world);
    const [id = ''] = await admitAll(world, CUSTOMER, 1);
    await claim(engine, id);
    assert.ok((await spentMicroUsd(engine, dayOf(yesterday))) > 0, 'the estimate');
    const today = await midnight(world);
    await finish(engine, id, 1, DELIVERED);
    const entry = CATALOGUE.get(DEFAULT_MODEL);
    assert.ok(entry);
    assert.is(await spentMicroUsd(engine, dayOf(yesterday)), costMicroUsd(entry, USAGE));
    assert.is(await spentMicroUsd(engine, dayOf(today)), 0);
  }),
);

test(
  "who came before midnight and was admitted after it had the old day's quota; who was refused may come back at once",
  inWorld(async world => {
    const { engine, clock } = world;
    const yesterday = await almostMidnight(world);
    const came = await Promise.all(Array.from({ length: LIMIT + 2 }, () => wish(world, CUSTOMER)));
    const today = await midnight(world);
    const answers = [];
    for (const submission of came) answers.push(await submit(engine, submission));
    assert.equal(await counted(world, CUSTOMER, yesterday), [LIMIT, 0]);
    const resetAt = answers.flatMap(answer => (answer.kind === 'quota exceeded' ? [answer.resetAt] : []));
    assert.equal(resetAt, Array(2).fill(endOfDay(yesterday)));
    assert.ok(endOfDay(yesterday) <= clock.now());
    await admitAll(world, CUSTOMER, LIMIT);
    assert.equal(await counted(world, CUSTOMER, today), [LIMIT, 0]);
  }),
);

test(
  'with 40 customers at midnight all releases go to the old day while 200 new submits race for the new one',
  inWorld(async world => {
    const { engine } = world;
    const random = seededRandom(SEED);
    const customers = Array.from({ length: 40 }, (_, index) => `customer-${index}`);
    const yesterday = await almostMidnight(world);
    const jobs = (await Promise.all(customers.map(one => admitAll(world, one, LIMIT)))).flat();
    await Promise.all(jobs.map(id => claim(engine, id)));

    const today = await midnight(world);
    const soon = async (work: () => Promise<unknown>) => {
      for (let turns = random.fraction() * 12; turns > 1; turns--) await new Promise(resolve => setImmediate(resolve));
      await work();
    };
    const submits = await Promise.all(customers.flatMap(one => Array.from({ length: 5 }, () => wish(world, one))));
    await Promise.all([
      ...jobs.map(id => soon(() => finish(engine, id, 1, BLOCKED))),
      ...submits.map(submission => soon(() => submit(engine, submission))),
    ]);
    for (const one of customers) {
      assert.equal(await counted(world, one, yesterday), [0, LIMIT], one);
      assert.equal(await counted(world, one, today), [LIMIT, 0], one);
    }
  }),
);

test(
  'over HTTP the wait that a refusal names is the time to midnight, and it is enough',
  inApiWorld(async world => {
    await almostMidnight(world);
    const as = await world.key('server');
    const submitted = (number: number) => world.submit({ as }, { prompt: `wish ${number}`, customerId: CUSTOMER });
    for (let number = 0; number < LIMIT; number++) assert.is((await submitted(number)).status, 202);
    const refused = await submitted(LIMIT);
    assert.equal([refused.status, refused.headers['retry-after']], [429, '1']);
    await world.clock.advance(1_000);
    for (let number = 0; number < LIMIT; number++) assert.is((await submitted(10 + number)).status, 202);
    assert.equal([(await submitted(99)).headers['retry-after']], [String(86_400)]);
  }),
);

test.run();

/** A second before the end of the day; resolves with the time. */
async function almostMidnight({ clock }: World): Promise<number> {
  await clock.advance(endOfDay(clock.now()) - clock.now() - 1_000);
  return clock.now();
}

async function midnight({ clock }: World): Promise<number> {
  await clock.advance(endOfDay(clock.now()) - clock.now());
  return clock.now();
}

let wishes = 0;

function wish(world: World, customer: string): Promise<Submission> {
  return world.submission({ customer, pool: 'custom', prompt: `wish ${wishes++}`, photo: PHOTO });
}

async function admitAll(world: World, customer: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    const submitted = await submit(world.engine, await wish(world, customer));
    assert.is(submitted.kind, 'admitted');
    ids.push('job' in submitted ? submitted.job.id : '');
  }
  return ids;
}

/** What the document of the customer and day says: pictures held, and calls in vain. */
async function counted({ engine }: World, customer: string, at: number): Promise<(number | undefined)[]> {
  const [scope] = scopesOf('default', { customer }, 'custom', engine.settings, at);
  const quota = await engine.store.get(quotas, scope?.id ?? '');
  return [quota?.held, quota?.releasedCalls];
}
