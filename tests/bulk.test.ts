/**
 * Many jobs at once in operators' hands: plan, apply, abort, and what a crash in between leaves. Platforms: embedded in
 * the test's process here; `tests/google/admin.emulator.ts` runs a plan and its application on google.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { abortBulk, applyBulk } from '../common/bulk/apply-bulk.ts';
import type { BulkAction } from '../common/bulk/bulk-action.ts';
import { PLAN_GOOD_MS, planBulk } from '../common/bulk/plan-bulk.ts';
import { stepBulk } from '../common/bulk/step-bulk.ts';
import { audit, bulkActions, runs } from '../common/collections.ts';
import type { Run } from '../common/job.ts';
import { sweep } from '../common/jobs/sweep.ts';
import type { PointName } from '../common/points.ts';
import { copiedId, copyJobs, failedPair } from './many-jobs.ts';
import { waitFor } from './wait-for.ts';
import { inWorld, openWorld, type World } from './world.ts';

const test = suite('bulk actions');
const BY = { actor: 'somebody', reason: 'The provider is well again.' };
const RETRY = { action: 'retry', filter: { status: 'failed' }, asked: { status: 'failed' }, wish: {} } as const;
const JOBS = 40;

test(
  'a plan tells what it finds, what it leaves alone and why, and what it costs; and changes no job',
  inWorld(async world => {
    const ids = await failedJobs(world, JOBS, number => oddOnes(number));
    const before = await Promise.all(ids.map(world.run));
    const { document } = await planBulk(world.engine, RETRY, BY);
    const { matched, eligible, skipped, codes, complete, estimateMicroUsd } = document.plan;
    assert.equal([matched, eligible, complete], [JOBS, JOBS - 6, true]);
    assert.equal(Object.fromEntries(skipped.map(({ name, count }) => [name, count])), {
      erased: 2,
      'retried twice already': 2,
      'photo not kept': 2,
    });
    assert.equal(codes, [{ name: 'overloaded', count: eligible }]);
    assert.ok(estimateMicroUsd > eligible * 30_000 && estimateMicroUsd < eligible * 40_000);
    assert.equal(await Promise.all(ids.map(world.run)), before);
    const forced = await planBulk(world.engine, { ...RETRY, wish: { force: true } }, BY);
    assert.is(forced.document.plan.eligible, JOBS - 4);
  }),
);

test(
  'applied, each job is tried again once, at the rate that was chosen, whatever is pressed twice',
  inWorld(async world => {
    const ids = await failedJobs(world, JOBS);
    world.startWorker();
    const { document, token } = await planBulk(world.engine, RETRY, BY);
    const late = await failedJobs(world, 1, () => ({ run: { finishedAt: world.clock.now() + 1 } }), 'late');
    const press = () => applyBulk(world.engine, document.id, { token, rate: 10, by: BY });
    assert.equal(await applyBulk(world.engine, document.id, { token: 'x', rate: 10, by: BY }), {
      refused: 'another token',
    });
    await Promise.all(Array.from({ length: 10 }, press));
    await waitFor('the first step', async () => (await actionOf(world, document)).position === 20);
    await world.clock.advance(1_900);
    assert.is((await actionOf(world, document)).position, 20, 'twenty take two seconds');
    await world.clock.advance(200);
    const done = await waitFor('the end', async () => {
      const action = await actionOf(world, document);
      return action.state === 'done' && action;
    });
    assert.equal([done.done, done.position, done.skipped], [JOBS, JOBS, []]);
    for (const id of ids) {
      assert.equal([(await world.done(id)).status, (await world.run(id)).run], ['succeeded', 2]);
    }
    assert.is((await world.run(late[0] ?? '')).run, 1, 'what ended after the plan is not touched');
    assert.is((await world.run(ids[0] ?? '')).lane, 'bulk');
    assert.equal(await press(), { document: done }, 'again changes nothing');
    const where = [['action', '==', 'bulk.apply']] as const;
    const { items } = await world.engine.store.list({ from: audit, where, orderBy: ['at', 'desc'], limit: 10 });
    assert.is(items.length, 1);
  }),
);

test(
  'an abort stops between two steps, and what is done stays done',
  inWorld(async world => {
    await failedJobs(world, JOBS);
    world.startWorker();
    const { document, token } = await planBulk(world.engine, RETRY, BY);
    await applyBulk(world.engine, document.id, { token, rate: 5, by: BY });
    await waitFor('the first step', async () => (await actionOf(world, document)).position === 10);
    await abortBulk(world.engine, document.id, BY);
    await world.clock.advance(60_000);
    await sweep(world.engine);
    await stepBulk(world.engine, document.id);
    const after = await actionOf(world, document);
    assert.equal([after.state, after.position, after.done, after.nextCheckAt], ['aborted', 10, 10, undefined]);
    assert.is(await runsOf(world, 2), 10);
    assert.equal(await abortBulk(world.engine, document.id, BY), { document: after });
  }),
);

test(
  'a plan is good for an hour, and a step whose bell was lost is rung again by the sweep',
  inWorld(async world => {
    await failedJobs(world, 3);
    const old = await planBulk(world.engine, RETRY, BY);
    await world.clock.advance(PLAN_GOOD_MS + 1);
    const late = { token: old.token, rate: 5, by: BY };
    assert.equal(await applyBulk(world.engine, old.document.id, late), { refused: 'outdated' });
    const { document, token } = await planBulk(world.engine, RETRY, BY);
    await applyBulk(world.engine, document.id, { token, rate: 5, by: BY });
    await world.engine.queue.remove('upkeep', `${document.id}-1`);
    world.startWorker();
    await world.clock.advance(31_000);
    await sweep(world.engine);
    await waitFor('the end', async () => (await actionOf(world, document)).state === 'done');
    assert.is(await runsOf(world, 2), 3);
  }),
);

test(
  'jobs are given up, expired and erased in bulk as by hand',
  inWorld(async world => {
    world.startWorker();
    await world.engine.queue.pause('interactive');
    const first = await world.admitted();
    await world.clock.advance(1_000);
    const second = await world.admitted({ variation: 1 });
    for (const [action, filter] of [
      ['expire', { status: 'queued', createdBefore: second.createdAt }],
      ['erase', { status: 'expired' }],
      ['cancel', { status: 'queued' }],
    ] as const) {
      const wish = { action, filter, asked: {}, wish: {} } as const;
      const { document, token } = await planBulk(world.engine, wish, BY);
      await applyBulk(world.engine, document.id, { token, rate: 50, by: BY });
      await waitFor(action, async () => (await actionOf(world, document)).state === 'done');
    }
    assert.equal([(await world.job(first.id)).status, (await world.job(second.id)).status], ['expired', 'canceled']);
    assert.ok((await world.job(first.id)).erasedAt !== undefined);
  }),
);

test('killed ten times on its way, at every point, an application tries each job again exactly once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'easel-bulk-'));
  try {
    const first = await openWorld(directory);
    const ids = await failedJobs(first, JOBS);
    const { document, token } = await planBulk(first.engine, RETRY, BY);
    await applyBulk(first.engine, document.id, { token, rate: 2, by: BY });
    await first.close();
    for (let kill = 0; kill < 10; kill++) await runUntilKilled(directory, document.id, kill);
    const last = await openWorld(directory);
    await last.clock.advance(11 * 60_000);
    last.startWorker();
    await waitFor('the end', async () => {
      await last.clock.advance(2_000);
      await sweep(last.engine);
      return (await actionOf(last, document)).state === 'done';
    });
    const { done, skipped } = await actionOf(last, document);
    assert.equal([done, skipped], [JOBS, []]);
    for (const id of ids) await last.done(id);
    assert.equal(new Set((await Promise.all(ids.map(last.run))).map(({ run }) => run)), new Set([2]));
    const { items } = await last.engine.store.list({
      ...{ from: audit, where: [['action', '==', 'job.retry']], orderBy: ['at', 'desc'], limit: 100 },
    });
    assert.is(items.length, JOBS, 'one entry each');
    await last.close();
  } finally {
    await rm(directory, { recursive: true });
  }
});

test.run();

const KILLED: readonly PointName[] = ['bulk-stepped', 'bulk-rung', 'rung'];

/**
 * A process that ends at a point of its work: whatever reaches the point waits for ever, and the world is left as a
 * killed process leaves it, for the store's commits are durable one by one.
 */
async function runUntilKilled(directory: string, id: string, kill: number): Promise<void> {
  const at = KILLED[kill % KILLED.length];
  let reached = 0;
  let dead = false;
  const died = Promise.withResolvers<void>();
  const world = await openWorld(directory, {
    point: async name => {
      if (name === at && ++reached > kill % 4) {
        dead = true;
        died.resolve();
      }
      // The queue takes a task whose handler has thrown for one to deliver again, as it does after a crash.
      if (dead) throw new Error('the process is gone');
    },
  });
  await world.clock.advance(kill * 60_000);
  world.startWorker();
  await world.engine.queue.pause('bulk');
  await waitFor(`kill ${kill} at ${at}`, async () => {
    await world.clock.advance(500);
    return dead || (await world.engine.store.get(bulkActions, id))?.state === 'done';
  });
  await world.engine.queue.resume('bulk');
  await world.close();
}

async function failedJobs(
  world: World,
  count: number,
  differs: (number: number) => { run?: Partial<Run> } = () => ({}),
  customer = 'customer-1',
): Promise<string[]> {
  const { id } = await world.admitted({ customer });
  await world.engine.queue.remove('interactive', `${id}-1`);
  const failed = failedPair({ run: await world.run(id), job: await world.job(id) }, world.clock.now());
  // Each wish is another one, or they would wait for one another as twins do.
  const differing = (number: number) => ({
    run: { generationKey: `${customer}-${number}`.padEnd(64, '0'), ...differs(number).run },
  });
  return copyJobs(world.engine.store, failed, count, differing, customer === 'late' ? 900 : 0);
}

function oddOnes(number: number): { run?: Partial<Run> } {
  if (number < 2) return { run: { prompt: '' } };
  if (number < 4) return { run: { run: 3 } };
  if (number < 6) return { run: { inputPath: '' } };
  return {};
}

async function actionOf({ engine }: World, { id }: Pick<BulkAction, 'id'>): Promise<BulkAction> {
  const found = await engine.store.get(bulkActions, id);
  if (!found) throw new Error(`there is no action ${id}`);
  return found;
}

/** How many of the jobs are in that run. */
async function runsOf(world: World, number: number): Promise<number> {
  const ids = Array.from({ length: JOBS }, (_, index) => copiedId(index));
  const all = await Promise.all(ids.map(id => world.engine.store.get(runs, id)));
  return all.filter(run => run?.run === number).length;
}
