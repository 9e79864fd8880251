/**
 * Holds a queue to what it promises of pauses: no new delivery of this queue, nothing lost, the others go on.
 */
import * as assert from 'uvu/assert';
import { enqueue, type InWorld, record, task, until } from './world.ts';

export function registerPauseTests(test: InWorld): void {
  test('a paused queue delivers nothing, takes on tasks, and delivers them all when it goes on', async world => {
    const got = await record(world);
    assert.is(await world.queue.state('interactive'), 'running');
    await world.queue.pause('interactive');
    await world.queue.pause('interactive');
    assert.is(await world.queue.state('interactive'), 'paused');
    const tasks = Array.from({ length: 500 }, (_, index) => `t${index}`);
    await enqueue(world, ...tasks);
    await world.pass(2_000);
    assert.is(got.size, 0);
    for (const name of tasks) assert.is(await world.queue.exists('interactive', name), 'waiting');
    await world.queue.resume('interactive');
    await world.queue.resume('interactive');
    assert.is(await world.queue.state('interactive'), 'running');
    await until(world, 'all', () => got.size === 500);
  });

  test('a pause stops new deliveries of its queue alone, and interrupts none', async world => {
    let open = () => {};
    const gate = new Promise<void>(resolve => (open = resolve));
    const got: string[] = [];
    const ended: string[] = [];
    await world.start(async ({ name }) => {
      got.push(name);
      if (name === 'first') await gate;
      ended.push(name);
    });
    await enqueue(world, 'first');
    await until(world, 'the delivery', () => got.includes('first'));
    await world.queue.pause('interactive');
    await enqueue(world, 'second');
    await world.queue.enqueue(task('other', 'bulk'));
    await until(world, 'the other queue', () => ended.includes('other'));
    open();
    await until(world, 'the end', async () => (await world.queue.exists('interactive', 'first')) === 'gone');
    assert.equal(ended, ['other', 'first']);
    assert.is(await world.queue.state('bulk'), 'running');
    await world.queue.resume('interactive');
    await until(world, 'the second', () => ended.includes('second'));
  });
}
