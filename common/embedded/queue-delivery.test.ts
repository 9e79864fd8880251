/**
 * One task's attempts: when a failed one is followed by the next, and what happens when an outcome cannot be written.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Log } from '../log.ts';
import { AMPLE, HOUR_MS, inWorld, setWritable, task } from './queue-world.ts';

const test = suite('SQLite queue: deliveries');

test(
  'a failing task is tried again after 1 second, then 2, 4, and so on up to every minute',
  inWorld(async world => {
    const { queue } = world.open();
    const at: number[] = [];
    queue.start(async () => {
      at.push(world.clock.now());
      if (at.length < 10) throw new Error('again, please');
    });
    await queue.enqueue(task('a'));
    await world.clock.advance(HOUR_MS);
    const waits = at.slice(1).map((time, index) => (time - (at[index] ?? 0)) / 1_000);
    assert.equal(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
  }),
);

test(
  'a handler that throws before it returns a promise counts as failed like any other',
  inWorld(async world => {
    const { queue } = world.open();
    let tries = 0;
    queue.start(() => {
      if (++tries === 1) throw new Error('at once');
      return Promise.resolve();
    });
    await queue.enqueue(task('a'));
    await world.clock.advance(2_000);
    assert.is(tries, 2);
  }),
);

test(
  'a handler beyond its deadline gives up its slot and its task; what it does later counts for nothing',
  inWorld(async world => {
    const { queue } = world.open({ concurrency: 1, ratePerSecond: 1_000 }, { dispatchDeadlineMs: 5_000 });
    const ends: (() => void)[] = [];
    const names: string[] = [];
    queue.start(({ name }) => {
      names.push(name);
      return new Promise(resolve => ends.push(resolve));
    });
    await queue.enqueue(task('slow'));
    await queue.enqueue(task('next'));
    await world.clock.advance(4_999);
    assert.equal(names, ['slow']);
    await world.clock.advance(1);
    assert.equal(names, ['slow', 'next']);
    ends[1]?.();
    await world.clock.advance(1_000);
    assert.equal(names, ['slow', 'next', 'slow']);
    ends[0]?.();
    await world.clock.advance(0);
    assert.is(await queue.exists('interactive', 'slow'), 'waiting');
    ends[2]?.();
    await world.clock.advance(0);
    assert.is(await queue.exists('interactive', 'slow'), 'gone');
    await world.clock.advance(HOUR_MS);
    assert.is(names.length, 3);
  }),
);

test(
  'a task that is done is not delivered again while that cannot be written, and is told of',
  inWorld(async world => {
    const errors: string[] = [];
    const { queue, database } = world.open(AMPLE, { log: logInto(errors) });
    const names: string[] = [];
    queue.start(async ({ name }) => {
      names.push(name);
      setWritable(database, false);
    });
    await queue.enqueue(task('a'));
    await world.clock.advance(10_000);
    assert.equal(names, ['a']);
    assert.is(await queue.exists('interactive', 'a'), 'waiting');
    assert.ok(
      errors.length >= 5 && errors.every(event => event.startsWith('outcome of a task not written')),
      `${errors}`,
    );
    setWritable(database, true);
    await world.clock.advance(1_000);
    assert.is(await queue.exists('interactive', 'a'), 'gone');
    await queue.enqueue(task('b'));
    await world.clock.advance(HOUR_MS);
    assert.equal(names, ['a', 'b']);
  }),
);

test(
  'a failure that cannot be written is delivered again once it can',
  inWorld(async world => {
    const { queue, database } = world.open();
    let tries = 0;
    queue.start(async () => {
      if (++tries > 1) return;
      setWritable(database, false);
      throw new Error('again, please');
    });
    await queue.enqueue(task('a'));
    await world.clock.advance(10_000);
    assert.is(tries, 1);
    setWritable(database, true);
    await world.clock.advance(3_000);
    assert.is(tries, 2);
    assert.is(await queue.exists('interactive', 'a'), 'gone');
  }),
);

test.run();

function logInto(errors: string[]): Log {
  return { info: () => {}, warn: () => {}, error: event => void errors.push(event) };
}
