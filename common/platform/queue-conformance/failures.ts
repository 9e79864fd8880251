/**
 * Holds a queue to what it promises when a handler throws: the task comes again, and the others do not wait for it.
 */
import * as assert from 'uvu/assert';
import { enqueue, type InWorld, task, until } from './world.ts';

export function registerFailureTests(test: InWorld): void {
  test('a task whose handler throws is delivered again until it is done', async world => {
    let deliveries = 0;
    await world.start(async () => {
      deliveries++;
      if (deliveries < 3) throw new Error('The store cannot be reached.');
    });
    await enqueue(world, 'a');
    await until(world, 'the first try', () => deliveries === 1);
    assert.is(await world.queue.exists('interactive', 'a'), 'waiting');
    assert.is(await world.queue.enqueue(task('a')), 'exists');
    await until(world, 'the third try', () => deliveries === 3);
    await until(world, 'the end', async () => (await world.queue.exists('interactive', 'a')) === 'gone');
  });

  test(
    'a task that waits for another try does not hold up the others',
    async world => {
      const done: string[] = [];
      let healed = false;
      await world.start(async ({ name }) => {
        if (name === 'bad' && !healed) throw new Error('again, please');
        done.push(name);
      });
      await enqueue(world, 'bad', 'b', 'c');
      await until(world, 'the good ones', () => done.includes('b') && done.includes('c'));
      assert.not(done.includes('bad'));
      healed = true;
      await until(world, 'the bad one', () => done.includes('bad'));
    },
    { concurrency: 1, ratePerSecond: 500 },
  );
}
