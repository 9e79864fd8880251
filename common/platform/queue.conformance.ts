/**
 * What every queue must do, sentence by sentence of `queue.ts`. Each platform's test calls `queueConformance` with a way
 * to open an empty world: queues with the given limits, something that delivers, and a time that can pass. The suite
 * relies on at least one delivery in any order, so that a queue that delivers over HTTP can pass it too.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isPlatformError } from './errors.ts';
import { QUEUES, type Queue, type QueueLimits, type QueueName, type Task, type TaskHandler } from './queue.ts';

export interface QueueWorld {
  readonly queue: Queue;
  /** The time that the queue goes by, milliseconds since the epoch. */
  now(): number;
  /** Delivers to this handler from now on. Called once at most. */
  start(handler: TaskHandler): Promise<void>;
  /** Lets so much of the queue's time pass: a test clock is moved, a real one is waited for. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export type OpenQueueWorld = (limits: Readonly<Record<QueueName, QueueLimits>>) => Promise<QueueWorld>;

/** Longer than the first wait of any platform before it tries a task again. */
const AFTER_FIRST_BACKOFF_MS = 3_000;

export function queueConformance(name: string, open: OpenQueueWorld): void {
  const test = suite(name);
  const inWorld: InWorld = (title, body, limits = { concurrency: 50, ratePerSecond: 500 }) =>
    test(title, async () => {
      const world = await open({ interactive: limits, bulk: limits, upkeep: limits });
      try {
        await body(world);
      } finally {
        await world.close();
      }
    });
  deliveries(inWorld);
  names(inWorld);
  failures(inWorld);
  removals(inWorld);
  pauses(inWorld);
  test.run();
}

type InWorld = (title: string, body: (world: QueueWorld) => Promise<void>, limits?: QueueLimits) => void;

function deliveries(test: InWorld): void {
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

function names(test: InWorld): void {
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

function failures(test: InWorld): void {
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

function removals(test: InWorld): void {
  test('a removed task is not delivered, and removing a missing one is no error', async world => {
    await enqueue(world, 'a', 'b');
    await world.queue.remove('interactive', 'a');
    await world.queue.remove('interactive', 'a');
    await world.queue.remove('interactive', 'never');
    await world.queue.remove('bulk', 'b');
    assert.is(await world.queue.exists('interactive', 'a'), 'gone');
    assert.is(await world.queue.enqueue(task('a')), 'exists', 'the name stays taken');
    const got = await record(world);
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

function pauses(test: InWorld): void {
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

function task(name: string, queue: QueueName = 'interactive'): Task {
  return { queue, name, kind: 'job', payload: { v: 1 } };
}

async function enqueue(world: QueueWorld, ...all: readonly string[]): Promise<void> {
  const answers = await Promise.all(all.map(name => world.queue.enqueue(task(name))));
  assert.ok(answers.every(answer => answer === 'created'));
}

/** Starts with a handler that is done at once, and returns what it got, by name. */
async function record(world: QueueWorld): Promise<Map<string, Task[]>> {
  const got = new Map<string, Task[]>();
  await world.start(async one => {
    got.set(one.name, [...(got.get(one.name) ?? []), one]);
  });
  return got;
}

/** Lets time pass in small steps until `check` is true; 30 seconds of the queue's time are the limit. */
async function until(world: QueueWorld, what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  for (let passedMs = 0; passedMs <= 30_000; passedMs += 50) {
    if (await check()) return;
    await world.pass(50);
  }
  throw new Error(`waited in vain for ${what}`);
}
