/**
 * The SQLite queue: the conformance suite, and what only a queue within the process can get wrong: restarts, stops, a
 * database that cannot be written.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { testClock } from '../../tests/test-clock.ts';
import { isPlatformError } from '../platform/errors.ts';
import { queueConformance } from '../platform/queue.conformance.ts';
import type { QueueName } from '../platform/queue.ts';
import { createSqliteQueue } from './queue.ts';
import { AMPLE, inWorld, limitsOf, setWritable, task } from './queue-world.ts';
import { openDatabase } from './sqlite.ts';

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
