import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { waitFor } from '../tests/wait-for.ts';
import { inWorld, type World } from '../tests/world.ts';
import { budgetState, overrideId, shareOf, spentMicroUsd } from './budget.ts';
import { shops, spend, switches } from './collections.ts';
import { submit } from './jobs/submit.ts';
import { sweep } from './jobs/sweep.ts';
import type { Log } from './log.ts';
import { CATALOGUE, DEFAULT_MODEL, estimateMicroUsd } from './models.ts';
import { dayOf } from './quota.ts';

const test = suite('the budget');
const SHOP = 'default';
const MINUTE = 60_000;
const entry = CATALOGUE.get(DEFAULT_MODEL);
const PRICE = entry ? estimateMicroUsd(entry, '1K') : 0;
const warnings: string[] = [];
const log: Log = {
  info: () => {},
  error: () => {},
  warn: (event, { code } = {}) => void (event.startsWith('budget') && warnings.push(code ?? '')),
};

test(
  'it overshoots by the calls in flight, never by more',
  inWorld(
    async world => {
      const slots = 8;
      const ids = await admit(world, 60);
      const worker = world.startWorker({ slots });
      await waitFor(
        'the budget to be used up',
        async () => (await world.engine.queue.state('interactive')) === 'paused',
      );
      await waitFor('the worker to be done', () => worker.running() === 0);
      const spent = await spentMicroUsd(world.engine, dayOf(world.clock.now()));
      assert.ok(spent >= 1_000_000 && spent <= 1_000_000 + slots * PRICE, `${spent} of 1000000, ${PRICE} a call`);
      assert.is(await spentMicroUsd(world.engine, dayOf(world.clock.now()), SHOP), spent, 'the shop has its own sum');
      const costs = (await Promise.all(ids.map(world.run))).flatMap(run => run.attempts.map(row => row.costMicroUsd));
      assert.is(
        costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
        spent,
        'and it is the sum of the ledgers',
      );
    },
    { budgetMicroUsd: 1_000_000 },
  ),
);

test(
  'anonymous sessions stop at 70 percent of the day, batches at 60, customers at the end of it',
  inWorld(
    async world => {
      const { engine } = world;
      const room = async () => {
        await world.clock.advance(1_000);
        const asked = (['customer', 'anonymous', 'bulk'] as const).map(share =>
          engine.budget.exhausted({ shop: SHOP, share }),
        );
        return (await Promise.all(asked)).map(exhausted => exhausted === undefined);
      };
      assert.equal(await room(), [true, true, true]);
      await spendSome(world, 599_999);
      assert.equal(await room(), [true, true, true]);
      await spendSome(world, 1);
      assert.equal(await room(), [true, true, false]);
      await spendSome(world, 100_000);
      assert.equal(await room(), [true, false, false]);
      const stranger = { ...(await world.submission()), owner: { session: 'ses_1' }, scopes: [] };
      assert.is((await submit(engine, stranger)).kind, 'budget exhausted');
      assert.is((await submit(engine, await world.submission())).kind, 'admitted');
      await spendSome(world, 300_000);
      assert.equal(await room(), [false, false, false]);
      assert.equal(warnings, ['budget_50', 'budget_75', 'budget_90', 'budget_100'], 'each threshold is told once');
    },
    { budgetMicroUsd: 1_000_000, log },
  ),
);

test(
  'a job of a stranger that was taken in before its share was used up waits, and the others are drawn',
  inWorld(
    async world => {
      const stranger = { ...(await world.submission()), owner: { session: 'ses_1' }, ownerUid: 'u1', scopes: [] };
      const admitted = await submit(world.engine, stranger);
      if (admitted.kind !== 'admitted') throw new Error(admitted.kind);
      await spendSome(world, 700_000);
      await world.clock.advance(1_000);
      const worker = world.startWorker();
      await waitFor('it to be put back', async () => (await world.run(admitted.job.id)).dispatch > 1);
      assert.is((await world.done((await world.admitted()).id)).status, 'succeeded');
      assert.is(await world.engine.queue.state('interactive'), 'running');
      for (let minute = 0; minute < 20; minute++) {
        await world.clock.advance(MINUTE);
        await waitFor('the worker to be done', () => worker.running() === 0);
        await sweep(world.engine);
      }
      const ended = await world.job(admitted.job.id);
      assert.equal([ended.status, ended.error?.code], ['expired', 'deadline_passed']);
      assert.is(world.model.calls.length, 1);
    },
    { budgetMicroUsd: 1_000_000 },
  ),
);

test(
  'a shop has a budget of its own, and another shop goes on',
  inWorld(async world => {
    const { engine, clock } = world;
    const now = clock.now();
    const shop = { id: 'small', name: 'Small', origins: [], freePrompts: false, createdAt: now, updatedAt: now };
    await engine.store.transaction(async tx => tx.set(shops, { ...shop, budgetMicroUsdPerDay: 50_000 }));
    const submission = { ...(await world.submission()), shop: 'small' };
    assert.is((await submit(engine, submission)).kind, 'admitted');
    world.startWorker();
    await world.done(submission.id);
    await spendSome(world, 50_000, 'small');
    await clock.advance(1_000);
    const next = { ...(await world.submission({ variation: 1 })), shop: 'small' };
    assert.is((await submit(engine, next)).kind, 'budget exhausted');
    assert.is((await submit(engine, await world.submission({ variation: 2 }))).kind, 'admitted');
  }),
);

test(
  'an override counts until its end; a lane that the budget paused goes on as soon as there is room',
  inWorld(
    async world => {
      const { engine, clock } = world;
      const [first = '', second = ''] = await admit(world, 2);
      const worker = world.startWorker({ slots: 1 });
      await waitFor('the pause', async () => (await engine.queue.state('interactive')) === 'paused');
      const raised = { id: overrideId(), on: true, reason: 'a busy night', since: clock.now(), microUsd: 5_000_000 };
      await engine.store.transaction(async tx => tx.set(switches, { ...raised, until: clock.now() + 60 * MINUTE }));
      assert.is((await budgetState(engine, clock.now())).capMicroUsd, 5_000_000);
      await clock.advance(MINUTE);
      await sweep(engine);
      assert.is(await engine.queue.state('interactive'), 'running');
      await sweep(engine);
      assert.is(await engine.queue.state('interactive'), 'running');
      await waitFor('the worker to be done', () => worker.running() === 0);
      for (const id of [first, second]) assert.is((await world.done(id)).status, 'succeeded');
      await clock.advance(60 * MINUTE);
      assert.is((await budgetState(engine, clock.now())).capMicroUsd, 1);
    },
    { budgetMicroUsd: 1 },
  ),
);

test(
  'closed intake refuses with its message until its end, but a repeat still finds its job',
  inWorld(async world => {
    const { engine, clock } = world;
    const submission = await world.submission({ key: 'k' });
    await submit(engine, submission);
    const closed = { id: 'intake', on: true, reason: 'printer broken', message: 'Back at noon.', since: clock.now() };
    const until = clock.now() + 10 * MINUTE;
    await engine.store.transaction(async tx => tx.set(switches, { ...closed, until }));
    await clock.advance(1_000);
    const refused = await submit(engine, await world.submission());
    assert.equal(refused, { kind: 'intake closed', message: 'Back at noon.', resetAt: until });
    assert.is((await submit(engine, submission)).kind, 'replayed');
    await clock.advance(10 * MINUTE);
    assert.is((await submit(engine, await world.submission({ variation: 2 }))).kind, 'admitted');
  }),
);

test('whose share a job uses is told by its lane and its owner', () => {
  assert.is(shareOf({ lane: 'interactive', owner: { customer: 'c', session: 's' } }), 'customer');
  assert.is(shareOf({ lane: 'economy', owner: { customer: 'c' } }), 'bulk');
  assert.is(shareOf({ lane: 'interactive', owner: {} }), 'customer');
  assert.is(shareOf({ lane: 'interactive', owner: { session: 's' } }), 'anonymous');
  assert.is(shareOf({ lane: 'bulk', owner: { customer: 'c' } }), 'bulk');
});

test.run();

async function admit(world: World, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    ids.push((await world.admitted({ customer: `shopper-${index}` })).id);
  }
  return ids;
}

/** Spend that other processes caused. */
async function spendSome({ engine, clock }: World, microUsd: number, shop = SHOP): Promise<void> {
  const day = dayOf(clock.now());
  await engine.store.transaction(async tx => {
    tx.increment(spend, `${day}-0`, { microUsd });
    tx.increment(spend, `${day}-${shop}-0`, { microUsd });
  });
}
