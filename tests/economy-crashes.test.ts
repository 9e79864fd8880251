/**
 * A worker that dies between any two steps of an upstream batch: it stands still for ever at a named point, another one
 * finds what it left when its hold has run out, and in the end every job has its picture, one batch was created and
 * billed, and each picture was paid for once. Platforms: embedded; tests/google/economy.emulator.ts on google.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sweep } from '../common/jobs/sweep.ts';
import type { Point, PointName } from '../common/points.ts';
import { type EconomyWorld, halfPrice, inEconomyWorld } from './doubles/gemini-batch/world.ts';

const test = suite('a worker that dies with an upstream batch');
const MINUTE = 60_000;
/** On the way to the provider; then on the way back, where a point is passed once for each of four items. */
const BEFORE = [
  'upstream-begun',
  'upstream-claimed',
  'upstream-uploaded',
  'upstream-creating',
  'upstream-created',
  'upstream-noted',
] as const;
const AFTER = ['verified', 'uploaded', 'upstream-stored', 'finished', 'upstream-copied', 'upstream-settled'] as const;

for (const name of BEFORE) test(`at ${name}`, diesAt(name, 1));
for (const name of AFTER) {
  const passes = name === 'upstream-settled' ? [1] : [1, 2, 4];
  for (const pass of passes) test(`at ${name}, the ${pass}. time it comes there`, diesAt(name, pass));
}

test(
  'the answer to its creation is lost: the batch is adopted, not created a second time',
  inEconomyWorld(async world => {
    const ids = await world.submitted(3);
    world.double.plan('create', 'lost');
    for (let minute = 0; minute < 4; minute++) await world.step();
    assert.is(world.double.asked('create'), 1);
    assert.is((await world.upstream())[0]?.name, world.held().name);
    await endsWell(world, ids);
  }),
);

test(
  'a lost batch is found among more than a page of others',
  inEconomyWorld(async world => {
    const ids = await world.submitted(2);
    world.double.plan('create', 'lost');
    await world.step();
    const batches = world.double.batches as unknown as { push(batch: object): void };
    const [held] = world.double.batches;
    for (let index = 0; index < 120; index++)
      batches.push({ ...held, name: `batches/other${index}`, displayName: `other-${index}` });
    for (let minute = 0; minute < 3; minute++) await world.step();
    assert.is((await world.upstream())[0]?.name, held?.name);
    assert.is(ids.length, 2);
  }),
);

test(
  'its creation never reached the provider: it is looked for, not found, and created',
  inEconomyWorld(async world => {
    const ids = await world.submitted(3);
    world.double.plan('create', 'reset', { status: 503 }, { status: 429 });
    for (let minute = 0; minute < 12; minute++) await world.step();
    assert.is(world.double.asked('create'), 4);
    assert.ok(world.double.asked('list') >= 3);
    await endsWell(world, ids);
  }),
);

test(
  'a batch is looked after by the sweeper when the bell for it was lost',
  inEconomyWorld(async world => {
    const ids = await world.submitted(2);
    await world.step();
    const [batch] = await world.upstream();
    await world.engine.queue.remove('upkeep', `${batch?.id}-${batch?.dispatch}`);
    await world.clock.advance(20 * MINUTE);
    await sweep(world.engine);
    const [after] = await world.upstream();
    assert.is(await world.engine.queue.exists('upkeep', `${after?.id}-${after?.dispatch}`), 'waiting');
    assert.equal(
      (await world.runsOf(ids)).map(({ status }) => status),
      ['running', 'running'],
      'no lease is taken away',
    );
  }),
);

test.run();

function diesAt(name: PointName, pass: number): () => Promise<void> {
  let left = Number.POSITIVE_INFINITY;
  let stalled = () => {};
  const point: Point = at => {
    if (at !== name || --left > 0 || left < 0) return undefined;
    stalled();
    return new Promise(() => {});
  };
  return inEconomyWorld(
    async world => {
      const ids = await world.submitted(4);
      const death = new Promise<'dead'>(resolve => {
        stalled = () => resolve('dead');
      });
      if ((BEFORE as readonly string[]).includes(name)) {
        left = pass;
        assert.is(await Promise.race([world.step(), death]), 'dead');
        await revive(world);
      } else {
        await world.step();
        await world.double.end(world.held(), 'BATCH_STATE_SUCCEEDED', () => 'picture');
        left = pass;
        assert.is(await Promise.race([world.step(), death]), 'dead');
        await revive(world);
      }
      await endsWell(world, ids);
    },
    { point },
  );
}

/** Its hold, and whatever else it held, has run out; another process sweeps, gathers and tends. */
async function revive(world: EconomyWorld): Promise<void> {
  world.restart();
  await world.clock.advance(5 * MINUTE);
  await sweep(world.engine);
  for (let minute = 0; minute < 3; minute++) await world.step();
}

async function endsWell(world: EconomyWorld, ids: readonly string[]): Promise<void> {
  const held = world.held();
  if (held.billed.length === 0) await world.double.end(held, 'BATCH_STATE_SUCCEEDED', () => 'picture');
  for (let minute = 0; minute < 3; minute++) await world.step();
  for (const run of await world.runsOf(ids)) {
    assert.equal(
      [run.status, run.lane, run.charge],
      ['succeeded', 'economy', 'captured'],
      JSON.stringify(run.attempts),
    );
    assert.equal(
      run.attempts.map(({ outcome }) => outcome),
      ['succeeded'],
    );
  }
  assert.is(held.billed.length, ids.length);
  assert.is(await world.spent(), halfPrice(held.billed));
  assert.is(world.model.calls.length, 0);
  const states = (await world.upstream()).map(({ state, items }) => [state, items.length]);
  assert.equal(
    states.filter(([, items]) => items !== 0),
    [['settled', ids.length]],
  );
}
