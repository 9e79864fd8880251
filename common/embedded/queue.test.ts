import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type TestClock, testClock } from '../../tests/test-clock.ts';
import type { Log } from '../log.ts';
import { isPlatformError } from '../platform/errors.ts';
import { queueConformance } from '../platform/queue.conformance.ts';
import type { QueueLimits, QueueName, Task } from '../platform/queue.ts';
import { createSqliteQueue, type QueueOptions } from './queue.ts';
import { type Database, openDatabase } from './sqlite.ts';

const HOUR_MS = 3_600_000;
const AMPLE: QueueLimits = { concurrency: 50, ratePerSecond: 1_000 };

queueConformance('SQLite queue: conformance', async limits => {
  const dir = mkdtempSync(join(tmpdir(), 'easel-queue-'));
  const database = openDatabase(dir);
  const clock = testClock();
  const queue = createSqliteQueue(database, { clock, limits });
  return {
    queue,
    now: clock.now,
    start: async handler => queue.start(handler),
    pass: clock.advance,
    async close() {
      // Not awaited: a test that failed may have left a handler waiting for ever.
      void queue.stop();
      database.close();
      rmSync(dir, { recursive: true });
    },
  };
});

const test = suite('SQLite queue');

test(
  'what was enqueued survives a restart: tasks, delays, tries, pauses and what is done',
  inWorld(async world => {
    const first = world.open();
    const at: [string, number][] = [];
    first.queue.start(async ({ name }) => {
      at.push([name, world.clock.now()]);
      if (name === 'failing') throw new Error('again, please');
      if (name === 'running') await new Promise(() => {});
    });
    const startMs = world.clock.now();
    await first.queue.pause('bulk');
    await Promise.all([
      ...['done', 'failing', 'running'].map(name => first.queue.enqueue(task(name))),
      first.queue.enqueue({ ...task('late'), notBefore: startMs + 10_000 }),
      first.queue.enqueue(task('paused', 'bulk')),
    ]);
    await world.clock.advance(500);
    assert.equal(at.map(([name]) => name).toSorted(), ['done', 'failing', 'running']);
    first.kill();

    at.length = 0;
    const second = world.open();
    assert.is(await second.queue.state('bulk'), 'paused');
    assert.is(await second.queue.state('interactive'), 'running');
    assert.is(await second.queue.enqueue(task('done')), 'exists');
    second.queue.start(async ({ name }) => {
      at.push([name, world.clock.now()]);
      if (name === 'failing' && at.filter(([other]) => other === name).length === 1) throw new Error('again, please');
    });
    await world.clock.advance(20_000);
    assert.equal(at, [
      ['running', startMs + 500],
      ['failing', startMs + 1_000],
      // The second wait is twice the first one, though another process counted the first failure.
      ['failing', startMs + 3_000],
      ['late', startMs + 10_000],
    ]);
    assert.is(await second.queue.exists('bulk', 'paused'), 'waiting');
    await second.queue.resume('bulk');
    await world.clock.advance(0);
    assert.is(at.at(-1)?.[0], 'paused');
  }),
);

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
  'the next task is found through an index alone, however many wait or are of the same time',
  inWorld(async world => {
    const seen: string[] = [];
    const { database } = world.open();
    const prepare = <Row>(sql: string) => {
      seen.push(sql);
      return database.prepare<Row>(sql);
    };
    createSqliteQueue({ ...database, prepare }, { clock: world.clock, limits: limitsOf(AMPLE) });
    const plans = seen
      .filter(sql => /FROM queue_tasks|UPDATE queue_tasks/.test(sql))
      .map(sql =>
        database
          .prepare<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
          .all()
          .map(({ detail }) => detail),
      );
    assert.is(plans.length, 7);
    for (const plan of plans) {
      assert.not(
        plan.some(step => /SCAN queue_tasks|TEMP B-TREE/.test(step)),
        plan.join('\n'),
      );
    }
    const next = plans.find(plan => plan.includes('UNION ALL'))?.filter(step => step.startsWith('SEARCH'));
    assert.equal(next, [
      'SEARCH queue_tasks USING INDEX queue_tasks_waiting (queue=? AND not_before=? AND seq>?)',
      'SEARCH queue_tasks USING INDEX queue_tasks_waiting (queue=? AND not_before>?)',
    ]);
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
  'a name is free again an hour after its task was done or removed, and then leaves no row behind',
  inWorld(async world => {
    const { queue, database } = world.open();
    queue.start(async () => {});
    const rows = () => database.prepare<{ total: number }>('SELECT count(*) AS total FROM queue_tasks').get()?.total;
    await queue.enqueue({ ...task('removed'), notBefore: world.clock.now() + HOUR_MS });
    await queue.remove('interactive', 'removed');
    await Promise.all(Array.from({ length: 20 }, (_, n) => queue.enqueue(task(`t${n}`))));
    await world.clock.advance(HOUR_MS - 1);
    assert.is(await queue.enqueue(task('t1')), 'exists');
    assert.is(await queue.enqueue(task('removed')), 'exists');
    assert.is(rows(), 21);
    await world.clock.advance(1);
    assert.is(await queue.enqueue(task('t1')), 'created');
    assert.is(await queue.enqueue(task('removed')), 'created');
    for (let n = 0; n < 8; n++) await queue.enqueue(task(`u${n}`));
    await world.clock.advance(1);
    assert.is(rows(), 10);
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

test(
  'a queue that cannot be written refuses as unavailable and changes nothing',
  inWorld(async world => {
    const { queue, database } = world.open();
    setWritable(database, false);
    const calls = [() => queue.enqueue(task('a')), () => queue.pause('bulk'), () => queue.remove('bulk', 'a')];
    for (const call of calls) {
      const error = await call().catch((reason: unknown) => reason);
      assert.ok(isPlatformError(error, 'unavailable'), String(error));
    }
    setWritable(database, true);
    assert.is(await queue.state('bulk'), 'running');
    assert.is(await queue.exists('interactive', 'a'), 'gone');
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

test(
  'a stop starts nothing more and waits for what is under way, until its outcome is written',
  inWorld(async world => {
    const { queue } = world.open({ concurrency: 2, ratePerSecond: 1_000 });
    const ends: (() => void)[] = [];
    const names: string[] = [];
    queue.start(({ name }) => {
      names.push(name);
      return new Promise(resolve => ends.push(resolve));
    });
    for (const name of ['a', 'b', 'c']) await queue.enqueue(task(name));
    await world.clock.advance(0);
    let stopped = false;
    const stop = queue.stop().then(() => (stopped = true));
    await queue.enqueue(task('d'));
    ends[0]?.();
    await world.clock.advance(1_000);
    assert.is(stopped, false);
    ends[1]?.();
    await stop;
    for (const name of ['a', 'b']) assert.is(await queue.exists('interactive', name), 'gone');
    for (const name of ['c', 'd']) assert.is(await queue.exists('interactive', name), 'waiting');
    assert.equal(names, ['a', 'b']);
    await queue.stop();
  }),
);

test(
  'stopping without a start is fine, starting twice is not, and an unknown queue is invalid',
  inWorld(async world => {
    const { queue, database } = world.open();
    await createSqliteQueue(database, { clock: world.clock, limits: limitsOf(AMPLE) }).stop();
    queue.start(async () => {});
    assert.throws(() => queue.start(async () => {}), /started before/);
    const error = await queue.enqueue(task('a', 'nowhere' as QueueName)).catch((reason: unknown) => reason);
    assert.ok(isPlatformError(error, 'invalid'));
  }),
);

test.run();

interface World {
  readonly clock: TestClock;
  /** Opens database and queue; what was open before is left as a killed process would leave it. */
  open(limits?: QueueLimits, options?: Partial<QueueOptions>): Opened;
}

interface Opened {
  readonly database: Database;
  readonly queue: ReturnType<typeof createSqliteQueue>;
  /** Ends without a stop: what is under way stays so in the table. */
  kill(): void;
}

function inWorld(body: (world: World) => Promise<void>): () => Promise<void> {
  return async () => {
    const dir = mkdtempSync(join(tmpdir(), 'easel-queue-'));
    const clock = testClock();
    let opened: Opened | undefined;
    const open = (limits: QueueLimits = AMPLE, options: Partial<QueueOptions> = {}): Opened => {
      opened?.kill();
      const database = openDatabase(dir);
      const queue = createSqliteQueue(database, { clock, limits: limitsOf(limits), ...options });
      const kill = () => {
        void queue.stop();
        database.close();
      };
      opened = { database, queue, kill };
      return opened;
    };
    try {
      await body({ clock, open });
    } finally {
      opened?.kill();
      rmSync(dir, { recursive: true });
    }
  };
}

function limitsOf(limits: QueueLimits): Record<QueueName, QueueLimits> {
  return { interactive: limits, bulk: limits, upkeep: limits };
}

function task(name: string, queue: QueueName = 'interactive'): Task {
  return { queue, name, kind: 'job', payload: { v: 1 } };
}

/** The engine itself then refuses to write, as it does on a disk that became read-only. */
function setWritable(database: Database, writable: boolean): void {
  database.prepare(`PRAGMA query_only = ${writable ? 0 : 1}`).get();
}

function logInto(errors: string[]): Log {
  return { info: () => {}, warn: () => {}, error: event => void errors.push(event) };
}
