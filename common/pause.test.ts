import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inWorld } from '../tests/world.ts';
import { sweep } from './jobs/sweep.ts';
import { pauseQueue, queueState, resumeQueue } from './pause.ts';

const test = suite("an operator's pauses");
const BY = { actor: 'test' };
const MINUTE = 60_000;

test(
  'the queue itself tells whether it is paused, and our record why',
  inWorld(async ({ engine, clock }) => {
    assert.equal(await queueState(engine, 'bulk'), { paused: false });
    const until = clock.now() + MINUTE;
    await pauseQueue(engine, 'bulk', { reason: 'slow', because: 'operator', until }, BY);
    const { paused, noted } = await queueState(engine, 'bulk');
    assert.equal([paused, noted?.reason, noted?.because, noted?.until], [true, 'slow', 'operator', until]);
    await engine.queue.resume('bulk');
    assert.equal(await queueState(engine, 'bulk'), { paused: false }, 'a record that is out of date is not shown');
    await engine.queue.pause('upkeep');
    assert.equal(await queueState(engine, 'upkeep'), { paused: true }, 'paused past us');
    await resumeQueue(engine, 'upkeep', BY);
    assert.equal(await queueState(engine, 'upkeep'), { paused: false });
  }),
);

test(
  'a pause with an end is over at the first sweep after it',
  inWorld(async ({ engine, clock }) => {
    await pauseQueue(engine, 'bulk', { reason: 'slow', because: 'operator', until: clock.now() + MINUTE }, BY);
    await sweep(engine);
    assert.is((await queueState(engine, 'bulk')).paused, true);
    await clock.advance(MINUTE);
    await sweep(engine);
    assert.is((await queueState(engine, 'bulk')).paused, false);
  }),
);

test(
  "an operator's pause is not replaced by one of the worker, which would end by itself",
  inWorld(async ({ engine, clock }) => {
    await pauseQueue(engine, 'interactive', { reason: 'stop', because: 'operator' }, BY);
    const spent = { reason: 'the budget is used up', because: 'budget', until: clock.now() + MINUTE } as const;
    await pauseQueue(engine, 'interactive', spent);
    await clock.advance(MINUTE);
    await sweep(engine);
    const { paused, noted } = await queueState(engine, 'interactive');
    assert.equal([paused, noted?.reason, noted?.until], [true, 'stop', undefined]);
  }),
);

test(
  "a pause of the worker is replaced by an operator's, who wants more than that",
  inWorld(async ({ engine, clock }) => {
    const spent = { reason: 'the budget is used up', because: 'budget', until: clock.now() + MINUTE } as const;
    await pauseQueue(engine, 'interactive', spent);
    await pauseQueue(engine, 'interactive', { reason: 'stop', because: 'operator' }, BY);
    await clock.advance(MINUTE);
    await sweep(engine);
    assert.is((await queueState(engine, 'interactive')).noted?.reason, 'stop');
  }),
);

test('a sweep between the note of a pause and the pause itself takes nothing away', async () => {
  let between = async () => {};
  await inWorld(
    async ({ engine, clock }) => {
      between = async () => void (await sweep(engine));
      const until = clock.now() + 2 * MINUTE;
      await pauseQueue(engine, 'bulk', { reason: 'used up', because: 'budget', until });
      assert.is((await queueState(engine, 'bulk')).noted?.until, until);
    },
    {
      around: ({ queue }) => ({
        queue: {
          ...queue,
          async pause(name) {
            await between();
            await queue.pause(name);
          },
        },
      }),
    },
  )();
});

test(
  'a queue that somebody resumed past us is taken note of within two sweeps',
  inWorld(async ({ engine, clock }) => {
    await pauseQueue(engine, 'bulk', { reason: 'stop', because: 'operator' }, BY);
    await engine.queue.resume('bulk');
    await clock.advance(MINUTE);
    await sweep(engine);
    await engine.queue.pause('bulk');
    assert.equal(await queueState(engine, 'bulk'), { paused: true });
  }),
);

test.run();
