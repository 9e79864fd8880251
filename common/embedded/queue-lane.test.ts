/**
 * When a queue's lane starts what: the order of its tasks, its rate, its timers.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AMPLE, HOUR_MS, inWorld, task } from './queue-world.ts';

const test = suite('SQLite queue: lanes');

test(
  'no more deliveries start than the rate allows: one second at once, then one at a time',
  inWorld(async world => {
    const { queue } = world.open({ concurrency: 1_000, ratePerSecond: 10 });
    const at: number[] = [];
    const startMs = world.clock.now();
    queue.start(async () => {
      at.push(world.clock.now() - startMs);
    });
    await Promise.all(Array.from({ length: 25 }, (_, n) => queue.enqueue(task(`t${n}`))));
    await world.clock.advance(10_000);
    assert.equal(at, [...Array.from({ length: 10 }, () => 0), ...Array.from({ length: 15 }, (_, n) => (n + 1) * 100)]);
    await Promise.all(Array.from({ length: 11 }, (_, n) => queue.enqueue(task(`u${n}`))));
    await world.clock.advance(10_000);
    assert.equal(at.slice(25), [...Array.from({ length: 10 }, () => 10_000), 10_100]);
  }),
);

test(
  'a rate below one a second is kept, too',
  inWorld(async world => {
    const { queue } = world.open({ concurrency: 5, ratePerSecond: 0.5 });
    const at: number[] = [];
    const startMs = world.clock.now();
    queue.start(async () => {
      at.push(world.clock.now() - startMs);
    });
    await Promise.all(['a', 'b', 'c'].map(name => queue.enqueue(task(name))));
    await world.clock.advance(10_000);
    assert.equal(at, [0, 2_000, 4_000]);
  }),
);

test(
  'tasks are delivered in the order of their times, and within one time as they came',
  inWorld(async world => {
    const { queue } = world.open({ concurrency: 1, ratePerSecond: 1_000 });
    const now = world.clock.now();
    await queue.enqueue({ ...task('later'), notBefore: now + 20 });
    for (const name of ['a', 'b', 'c']) await queue.enqueue(task(name));
    await queue.enqueue({ ...task('soon'), notBefore: now + 10 });
    await world.clock.advance(100);
    await queue.enqueue(task('d'));
    const names: string[] = [];
    queue.start(async ({ name }) => void names.push(name));
    await world.clock.advance(1_000);
    assert.equal(names, ['a', 'b', 'c', 'soon', 'later', 'd']);
  }),
);

test(
  'an idle queue sets no timer, and one for whatever is delayed',
  inWorld(async world => {
    const timers = new Set<{ ms: number }>();
    let longestMs = 0;
    const after = (ms: number, run: () => void) => {
      const timer = { ms };
      timers.add(timer);
      longestMs = Math.max(longestMs, ms);
      const cancel = world.clock.after(ms, () => {
        timers.delete(timer);
        run();
      });
      return () => {
        timers.delete(timer);
        cancel();
      };
    };
    const { queue } = world.open(AMPLE, { clock: { now: world.clock.now, after }, dispatchDeadlineMs: 1_000 });
    let delivered = 0;
    queue.start(async () => void delivered++);
    assert.is(timers.size, 0);
    await queue.enqueue(task('now'));
    await world.clock.advance(0);
    assert.equal([delivered, timers.size], [1, 0]);
    for (const days of [3, 1, 2])
      await queue.enqueue({ ...task(`d${days}`), notBefore: world.clock.now() + days * 24 * HOUR_MS });
    assert.is(timers.size, 1);
    await world.clock.advance(24 * HOUR_MS - 1);
    assert.equal([delivered, timers.size], [1, 1]);
    await world.clock.advance(1);
    assert.equal([delivered, timers.size], [2, 1]);
    // Beyond 24 days Node fires at once, and a wall clock may be set meanwhile: a longer wait is cut in pieces.
    assert.is(longestMs, 60_000);
    await queue.stop();
    assert.is(timers.size, 0);
  }),
);

test(
  '5,000 tasks that came at once are each delivered once',
  inWorld(async world => {
    const { queue } = world.open({ concurrency: 100, ratePerSecond: 1_000_000 });
    const names: string[] = [];
    queue.start(async ({ name }) => void names.push(name));
    const all = Array.from({ length: 5_000 }, (_, n) => `t${n}`);
    await Promise.all(all.map(name => queue.enqueue(task(name))));
    for (let rounds = 0; names.length < 5_000 && rounds < 100; rounds++) await world.clock.advance(0);
    assert.equal(names, all);
  }),
);

test(
  'a clock that is set back holds up no new task',
  inWorld(async world => {
    let setBackMs = 0;
    const clock = { now: () => world.clock.now() - setBackMs, after: world.clock.after };
    const { queue } = world.open({ concurrency: 10, ratePerSecond: 2 }, { clock });
    const names: string[] = [];
    queue.start(async ({ name }) => void names.push(name));
    for (const name of ['a', 'b']) await queue.enqueue(task(name));
    await world.clock.advance(0);
    setBackMs = HOUR_MS;
    for (const name of ['c', 'd']) await queue.enqueue(task(name));
    await world.clock.advance(1_000);
    assert.equal(names, ['a', 'b', 'c', 'd']);
  }),
);

test.run();
