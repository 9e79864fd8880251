import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { testClock } from '../tests/test-clock.ts';
import { createSlots } from './slots.ts';

const test = suite('slots');

function gate() {
  let open = () => {};
  const closed = new Promise<void>(resolve => {
    open = resolve;
  });
  return { closed, open };
}

test('a task that finds no slot in time is told so, and never runs later', async () => {
  const clock = testClock();
  const slots = createSlots({ clock, slots: 1, waitMs: 5_000 });
  const { closed, open } = gate();
  const first = slots.use('interactive', () => closed.then(() => 'first'));
  let ran = false;
  const second = slots.use('interactive', async () => {
    ran = true;
  });
  await clock.advance(5_000);
  assert.is(await second, 'no slot');
  open();
  assert.is(await first, 'first');
  await clock.advance(1);
  assert.is(ran, false);
  assert.is(await slots.use('interactive', async () => 'next'), 'next', 'the slot is free again');
});

test('bulk work takes at most half of the slots, interactive work may take all', async () => {
  const clock = testClock();
  const slots = createSlots({ clock, slots: 4, waitMs: 5_000 });
  const { closed, open } = gate();
  const bulk = Array.from({ length: 4 }, () => slots.use('bulk', () => closed));
  await clock.advance(1);
  assert.is(slots.running(), 2);
  const interactive = Array.from({ length: 2 }, () => slots.use('interactive', () => closed));
  await clock.advance(1);
  assert.is(slots.running(), 4);
  open();
  await Promise.all([...bulk, ...interactive]);
  await clock.advance(1);
  assert.is(slots.running(), 0);
});

test('a work that fails gives its slot back and passes its error on', async () => {
  const slots = createSlots({ clock: testClock(), slots: 1, waitMs: 5_000 });
  await slots
    .use('bulk', () => Promise.reject(new Error('no')))
    .then(
      () => assert.unreachable(),
      (error: Error) => assert.is(error.message, 'no'),
    );
  assert.is(await slots.use('bulk', async () => 'in'), 'in');
});

test('"too many" halves the slots once per round of calls, and as many successes as there are slots add one', async () => {
  const clock = testClock();
  const slots = createSlots({ clock, slots: 8, waitMs: 5_000 });
  const calledAt = clock.now();
  await clock.advance(1_000);
  for (let call = 0; call < 8; call++) slots.tooMany(calledAt);
  assert.is(slots.open(), 4, 'eight calls that began together are one piece of news');
  slots.tooMany(clock.now() + 1);
  await clock.advance(1_000);
  slots.tooMany(clock.now());
  slots.tooMany(clock.now() + 1);
  assert.is(slots.open(), 1, 'never none');

  const growth = [2, 3, 4, 5, 6, 7, 8];
  for (const open of growth) {
    for (let success = 0; success < open - 1; success++) {
      assert.is(slots.open(), open - 1);
      slots.succeeded();
    }
    assert.is(slots.open(), open);
  }
  for (let success = 0; success < 100; success++) slots.succeeded();
  assert.is(slots.open(), 8, 'never more than the process was given');
});

test('fewer slots hold for what comes next, and bulk work keeps to half of them', async () => {
  const clock = testClock();
  const slots = createSlots({ clock, slots: 8, waitMs: 5_000 });
  slots.tooMany(clock.now());
  const { closed, open } = gate();
  const bulk = Array.from({ length: 8 }, () => slots.use('bulk', () => closed));
  await clock.advance(1);
  assert.is(slots.running(), 2);
  const interactive = Array.from({ length: 8 }, () => slots.use('interactive', () => closed));
  await clock.advance(1);
  assert.is(slots.running(), 4);
  open();
  await Promise.all([...bulk, ...interactive]);
});

test.run();
