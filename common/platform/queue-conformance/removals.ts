/**
 * Holds a queue to what it promises of removals: a waiting task does not come, one under way does not come again.
 */
import * as assert from 'uvu/assert';
import { AFTER_FIRST_BACKOFF_MS, enqueue, type InWorld, record, task, until } from './world.ts';

export function registerRemovalTests(test: InWorld): void {
  test('a removed task is not delivered, and removing a missing one is no error', async world => {
    // Nothing is under delivery then, which a removal does not interrupt.
    await world.queue.pause('interactive');
    await enqueue(world, 'a', 'b');
    await world.queue.remove('interactive', 'a');
    await world.queue.remove('interactive', 'a');
    await world.queue.remove('interactive', 'never');
    await world.queue.remove('bulk', 'b');
    assert.is(await world.queue.exists('interactive', 'a'), 'gone');
    assert.is(await world.queue.enqueue(task('a')), 'exists', 'the name stays taken');
    const got = await record(world);
    await world.queue.resume('interactive');
    await until(world, 'the other one', () => got.has('b'));
    await world.pass(AFTER_FIRST_BACKOFF_MS);
    assert.not(got.has('a'));
  });

  test('a task removed under delivery is not interrupted, but not tried again', async world => {
    let fail = () => {};
    const gate = new Promise<void>((_, reject) => (fail = () => reject(new Error('again, please'))));
    let deliveries = 0;
    await world.start(async () => {
      deliveries++;
      await gate;
    });
    await enqueue(world, 'a');
    await until(world, 'the delivery', () => deliveries === 1);
    await world.queue.remove('interactive', 'a');
    assert.is(await world.queue.exists('interactive', 'a'), 'gone');
    fail();
    await world.pass(AFTER_FIRST_BACKOFF_MS);
    assert.is(deliveries, 1);
    assert.is(await world.queue.exists('interactive', 'a'), 'gone');
  });
}
