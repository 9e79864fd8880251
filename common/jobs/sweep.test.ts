import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { waitFor } from '../../tests/wait-for.ts';
import { inWorld, openWorld } from '../../tests/world.ts';
import { runs } from '../collections.ts';
import { isDone } from '../job.ts';
import { LIMITS } from '../limits.ts';
import { pauseQueue } from '../pause.ts';
import { picturePath } from '../picture.ts';
import { claim } from './claim.ts';
import { erase, eraseObjects } from './erase.ts';
import { recover } from './recover.ts';
import { sweep } from './sweep.ts';

const test = suite('sweep and recover');
const MINUTE = 60_000;

test(
  'a paused queue with 500 waiting jobs breeds no task in 60 sweeps, and resumed all of them run',
  inWorld(
    async world => {
      await world.engine.queue.pause('interactive');
      world.startWorker({ slots: 16 });
      const jobs = [];
      for (let count = 0; count < 500; count++) jobs.push(await world.admitted({ customer: `customer-${count}` }));
      let rung = 0;
      for (let count = 0; count < 60; count++) {
        await world.clock.advance(MINUTE);
        const report = await sweep(world.engine);
        rung += report.rung;
        assert.equal([report.ended, report.failed], [0, 0]);
      }
      assert.is(rung, 0);
      const open = await world.engine.store.list({ from: runs, limit: 1_000 });
      assert.ok(open.items.every(run => run.dispatch === 1 && run.status === 'queued'));

      await world.engine.queue.resume('interactive');
      await waitFor(
        'all 500 to end',
        async () => {
          await world.clock.advance(20);
          return (await world.engine.store.list({ from: runs, limit: 1_000 })).items.every(run => isDone(run.status));
        },
        { limitMs: 60_000 },
      );
      const ended = await world.engine.store.list({ from: runs, limit: 1_000 });
      assert.ok(ended.items.every(run => run.status === 'succeeded'));
      assert.is(world.model.calls.length, 500);
    },
    { budgetMicroUsd: 1_000_000_000 },
  ),
);

test(
  'when the budget is used up the queue is paused until midnight, and goes on then',
  inWorld(
    async world => {
      const first = await world.admitted({ customer: 'a' });
      const second = await world.admitted({ customer: 'b' });
      world.startWorker({ slots: 1 });
      await world.done(first.id);
      await waitFor('the pause', async () => (await world.engine.queue.state('interactive')) === 'paused');
      assert.is((await world.job(second.id)).status, 'queued');
      await world.clock.advance(6 * 60 * MINUTE);
      await sweep(world.engine);
      assert.is(await world.engine.queue.state('interactive'), 'paused');
      await world.clock.advance(6 * 60 * MINUTE);
      await sweep(world.engine);
      assert.is((await world.done(second.id)).status, 'succeeded', 'and its deadline has not passed meanwhile');
      assert.is((await world.run(second.id)).attempts.length, 1);
    },
    { budgetMicroUsd: 30_000 },
  ),
);

test(
  'a pause with an end is ended by the sweeper',
  inWorld(async world => {
    await pauseQueue(world.engine, 'bulk', {
      because: 'operator',
      reason: 'test',
      until: world.clock.now() + 10 * MINUTE,
    });
    await world.clock.advance(9 * MINUTE);
    await sweep(world.engine);
    assert.is(await world.engine.queue.state('bulk'), 'paused');
    await world.clock.advance(2 * MINUTE);
    await sweep(world.engine);
    assert.is(await world.engine.queue.state('bulk'), 'running');
  }),
);

test(
  'a run whose worker is gone is rung again once its lease has run out',
  inWorld(async world => {
    const { id } = await world.admitted();
    await claim(world.engine, id);
    await world.clock.advance(LIMITS.leaseMs / 2);
    assert.is((await sweep(world.engine)).rung, 0);
    await world.clock.advance(LIMITS.leaseMs);
    assert.is((await sweep(world.engine)).rung, 1);
    const run = await world.run(id);
    assert.equal([run.status, run.attempts[0]?.outcome, run.dispatch], ['queued', 'crashed', 2]);
  }),
);

test(
  'two sweeps at once ring once',
  inWorld(async world => {
    const { id } = await world.admitted();
    await world.engine.queue.remove('interactive', `${id}-1`);
    await world.clock.advance(MINUTE);
    const reports = await Promise.all([sweep(world.engine), sweep(world.engine)]);
    assert.is(
      reports.reduce((sum, { rung }) => sum + rung, 0),
      1,
    );
    assert.is((await world.run(id)).dispatch, 2);
  }),
);

test(
  'a job that nobody came for expires by the sweep alone',
  inWorld(async world => {
    const { id } = await world.admitted();
    await world.engine.queue.remove('interactive', `${id}-1`);
    await world.clock.advance(LIMITS.deadlineMs.interactive + 1);
    assert.is((await sweep(world.engine)).ended, 1);
    assert.equal([(await world.job(id)).status, (await world.job(id)).charge], ['expired', 'released']);
    assert.is((await world.run(id)).nextCheckAt, undefined);
  }),
);

test(
  'erasing takes photo, picture and prompt away, even if the first bell for it is lost',
  inWorld(async world => {
    world.startWorker();
    const { id } = await world.admitted();
    await world.done(id);
    const before = await world.run(id);
    await world.platform.queue.pause('upkeep');
    await erase(world.engine, id);
    await world.platform.queue.remove('upkeep', `${id}-${before.dispatch + 1}-erase`);
    await world.platform.queue.resume('upkeep');
    await world.clock.advance(1_000);
    assert.ok(await world.engine.bucket.stat(before.inputPath), 'nothing has come for it yet');
    assert.is((await sweep(world.engine)).rung, 1);
    await waitFor('the objects to go', async () => (await world.run(id)).pending.length === 0);
    for (const path of [
      before.inputPath,
      picturePath(before.generationKey),
      `${picturePath(before.generationKey)}-preview`,
    ]) {
      assert.is(await world.engine.bucket.stat(path), undefined);
    }
    const [run, job] = [await world.run(id), await world.job(id)];
    assert.equal([run.prompt, job.output, job.erasedAt !== undefined, job.status], ['', undefined, true, 'succeeded']);
    assert.is(run.nextCheckAt, undefined);
    await eraseObjects(world.engine, id);
    assert.equal(await erase(world.engine, id), job, 'twice is once');
  }),
);

test('after a crash every held run is free again at once, and unrung ones are rung', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'easel-recover-'));
  try {
    const before = await openWorld(directory);
    const held = await before.admitted();
    await claim(before.engine, held.id);
    const unrung = await before.admitted({ customer: 'another' });
    await before.engine.queue.remove('interactive', `${unrung.id}-1`);
    await before.close();

    const after = await openWorld(directory);
    assert.is(await recover(after.engine), 1);
    const run = await after.run(held.id);
    assert.equal([run.status, run.attempts[0]?.outcome, run.attempts[0]?.billed], ['queued', 'crashed', 'possibly']);
    assert.is((await after.run(unrung.id)).dispatch, 2);
    after.startWorker();
    assert.is((await after.done(held.id)).status, 'succeeded');
    assert.is((await after.done(unrung.id)).status, 'succeeded');
    await after.close();
  } finally {
    await rm(directory, { recursive: true });
  }
});

test.run();
