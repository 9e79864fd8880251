/**
 * Holds a queue to what it promises of a task's name: it rings once, from the call on until an hour after the end.
 */
import * as assert from 'uvu/assert';
import { isPlatformError } from '../errors.ts';
import { QUEUES } from '../queue.ts';
import { AFTER_FIRST_BACKOFF_MS, type InWorld, record, task, until } from './world.ts';

export function registerTakenNameTests(test: InWorld): void {
  test('a name that waits, runs or was done answers `exists` and rings once', async world => {
    let open = () => {};
    const gate = new Promise<void>(resolve => (open = resolve));
    let deliveries = 0;
    await world.queue.pause('interactive');
    assert.is(await world.queue.enqueue(task('a')), 'created');
    assert.is(await world.queue.enqueue({ ...task('a'), payload: { v: 2 } }), 'exists', 'waiting');
    assert.is(await world.queue.exists('interactive', 'a'), 'waiting');
    await world.start(async ({ payload }) => {
      deliveries++;
      assert.equal(payload, { v: 1 });
      await gate;
    });
    await world.queue.resume('interactive');
    await until(world, 'the delivery', () => deliveries === 1);
    assert.is(await world.queue.enqueue(task('a')), 'exists', 'under delivery');
    assert.is(await world.queue.exists('interactive', 'a'), 'waiting');
    open();
    await until(world, 'the end', async () => (await world.queue.exists('interactive', 'a')) === 'gone');
    assert.is(await world.queue.enqueue(task('a')), 'exists', 'done');
    assert.is(await world.queue.exists('interactive', 'a'), 'gone');
    await world.pass(AFTER_FIRST_BACKOFF_MS);
    assert.is(deliveries, 1);
  });

  test('a delayed task and one never heard of', async world => {
    await world.queue.enqueue({ ...task('late'), notBefore: world.now() + 3_600_000 });
    assert.is(await world.queue.exists('interactive', 'late'), 'waiting');
    assert.is(await world.queue.exists('interactive', 'never'), 'gone');
    assert.is(await world.queue.exists('bulk', 'late'), 'gone');
    assert.is(await world.queue.enqueue(task('late')), 'exists');
  });

  test('of many calls at once with one name, one creates it', async world => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.queue.enqueue(task('a'))));
    assert.is(answers.filter(answer => answer === 'created').length, 1);
    const got = await record(world);
    await until(world, 'the end', async () => (await world.queue.exists('interactive', 'a')) === 'gone');
    await world.pass(AFTER_FIRST_BACKOFF_MS);
    assert.is(got.get('a')?.length, 1);
  });
}

export function registerNameTests(test: InWorld): void {
  test('the same name in another queue, or in another case, is another task', async world => {
    for (const queue of QUEUES) assert.is(await world.queue.enqueue(task('a', queue)), 'created');
    assert.is(await world.queue.enqueue(task('A')), 'created');
    const got = await record(world);
    await until(world, 'all', () => got.get('a')?.length === 3 && got.get('A')?.length === 1);
    assert.equal(new Set(got.get('a')?.map(({ queue }) => queue)), new Set(QUEUES));
  });

  test('a malformed name is invalid', async world => {
    for (const name of ['', 'a b', 'a/b', 'ä', 'a.b', 'n'.repeat(201)]) {
      const error = await world.queue.enqueue(task(name)).catch((reason: unknown) => reason);
      assert.ok(isPlatformError(error, 'invalid'), `"${name}": ${error}`);
    }
  });
}
