/**
 * Holds a queue to what it promises of deliveries: each task as it was given, not before its time, and within the limits
 * of its queue.
 */
import * as assert from 'uvu/assert';
import type { QueueName, Task } from '../queue.ts';
import { enqueue, type InWorld, record, task, until } from './world.ts';

export function registerDeliveryTests(test: InWorld): void {
  test('a task is delivered as it was enqueued', async world => {
    const payload = { jobId: 'job_1', text: 'ünïcode "quoted" \n 🎨', v: 1, zero: 0, below: -7, half: 0.5, empty: '' };
    const given: Task[] = [
      { queue: 'interactive', name: 'a', kind: 'job', payload },
      { queue: 'upkeep', name: 'B_-9', kind: 'upkeep', payload: {} },
      { queue: 'bulk', name: 'n'.repeat(200), kind: 'job', payload: { v: 2 ** 53 - 1 } },
    ];
    const got = await record(world);
    for (const one of given) assert.is(await world.queue.enqueue(one), 'created');
    await until(world, 'all', () => got.size === 3);
    for (const one of given) {
      const { queue, name, kind, payload: arrived } = got.get(one.name)?.[0] ?? {};
      assert.equal({ queue, name, kind, payload: arrived }, one);
    }
  });

  test('tasks enqueued before the start are delivered after it', async world => {
    await enqueue(world, 'a', 'b');
    const got = await record(world);
    await until(world, 'both', () => got.size === 2);
  });

  test('a delayed task is not delivered before its time, and then is', async world => {
    const times = new Map<string, number>();
    await world.start(async ({ name }) => {
      times.set(name, world.now());
    });
    const notBefore = world.now() + 2_000;
    await world.queue.enqueue({ ...task('late'), notBefore });
    await world.queue.enqueue({ ...task('past'), notBefore: world.now() - 60_000 });
    await enqueue(world, 'now');
    await until(world, 'those without a delay', () => times.has('now') && times.has('past'));
    await until(world, 'the late one', () => times.has('late'));
    assert.ok((times.get('late') ?? 0) >= notBefore);
  });
}

export function registerLimitTests(test: InWorld): void {
  test(
    'never more tasks are under delivery than the concurrency allows, and as many are',
    async world => {
      const gates = new Map<string, () => void>();
      const ended = new Set<string>();
      let most = 0;
      await world.start(async ({ name }) => {
        await new Promise<void>(resolve => {
          gates.set(name, resolve);
          most = Math.max(most, gates.size);
        });
        gates.delete(name);
        ended.add(name);
      });
      const tasks = Array.from({ length: 12 }, (_, index) => `t${index}`);
      await enqueue(world, ...tasks);
      while (ended.size < 12) {
        const expected = Math.min(3, 12 - ended.size);
        await until(world, 'the next tasks', () => gates.size >= expected);
        await world.pass(200);
        const before = ended.size;
        gates.values().next().value?.();
        await until(world, 'one to end', () => ended.size > before);
      }
      assert.is(most, 3);
    },
    { concurrency: 3, ratePerSecond: 500 },
  );

  test(
    'each queue has limits of its own: one that is busy does not hold up the others',
    async world => {
      const got = new Set<QueueName>();
      let open = () => {};
      const gate = new Promise<void>(resolve => (open = resolve));
      await world.start(async ({ queue }) => {
        got.add(queue);
        if (queue === 'bulk') await gate;
      });
      await world.queue.enqueue(task('a', 'bulk'));
      await until(world, 'the bulk task', () => got.has('bulk'));
      await world.queue.enqueue(task('a', 'interactive'));
      await world.queue.enqueue(task('a', 'upkeep'));
      await until(world, 'the others', () => got.size === 3);
      open();
      await until(world, 'the end', async () => (await world.queue.exists('bulk', 'a')) === 'gone');
    },
    { concurrency: 1, ratePerSecond: 500 },
  );
}
