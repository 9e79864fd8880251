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

test.run();
