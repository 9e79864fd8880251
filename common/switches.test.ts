import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inWorld } from '../tests/world.ts';
import { budgetState, overrideId } from './budget.ts';
import { overrideBudget, resetBudget } from './budget-override.ts';
import { switches } from './collections.ts';
import { closeIntake, openIntake } from './intake.ts';
import { submit } from './jobs/submit.ts';
import { seedShop } from './seed-shop.ts';
import { activeSwitch, INTAKE } from './switches.ts';

const test = suite("operators' switches");
const BY = { actor: 'test', reason: 'because' };
const MINUTE = 60_000;

test(
  'an override counts at once, is replaced by the next one, and ends when it is reset',
  inWorld(async ({ engine, clock }) => {
    const cap = async (shop?: string) => (await budgetState(engine, clock.now(), shop)).capMicroUsd;
    const until = clock.now() + MINUTE;
    await overrideBudget(engine, { microUsd: 20_000_000, until }, BY);
    assert.is(await cap(), 20_000_000);
    await overrideBudget(engine, { microUsd: 0, until }, BY);
    assert.is(await cap(), 0, 'all spending is stopped');
    await resetBudget(engine, undefined, BY);
    assert.is(await cap(), 10_000_000);
    assert.is((await engine.store.get(switches, overrideId()))?.on, false);
  }),
);

test(
  "a shop's override is its own, and needs the shop",
  inWorld(async ({ engine, clock }) => {
    const wish = { shop: 'default', microUsd: 1_000_000, until: clock.now() + MINUTE };
    assert.equal(await overrideBudget(engine, wish, BY), { refused: 'no such shop' });
    await seedShop(engine.store, { freePrompts: true, now: 0 });
    await overrideBudget(engine, wish, BY);
    assert.is((await budgetState(engine, clock.now(), 'default')).capMicroUsd, 1_000_000);
    assert.is((await budgetState(engine, clock.now())).capMicroUsd, 10_000_000);
    await clock.advance(MINUTE);
    assert.is((await budgetState(engine, clock.now(), 'default')).capMicroUsd, undefined);
  }),
);

test(
  'intake stays closed since the first closing, tells the last message, and opens for good',
  inWorld(async world => {
    const { engine, clock } = world;
    const since = clock.now();
    await closeIntake(engine, { message: 'Soon.' }, BY);
    await clock.advance(MINUTE);
    await closeIntake(engine, { message: 'Back at noon.', until: clock.now() + MINUTE }, BY);
    const closed = await activeSwitch(engine.store, INTAKE, clock.now());
    assert.equal([closed?.since, closed?.message, closed?.until], [since, 'Back at noon.', clock.now() + MINUTE]);
    assert.is((await submit(engine, await world.submission())).kind, 'intake closed');
    await openIntake(engine, BY);
    await clock.advance(1_000);
    assert.is((await submit(engine, await world.submission({ variation: 1 }))).kind, 'admitted');
    await clock.advance(MINUTE);
    await closeIntake(engine, {}, BY);
    const again = await activeSwitch(engine.store, INTAKE, clock.now());
    assert.equal([again?.since, again?.message], [clock.now(), undefined]);
  }),
);

test.run();
