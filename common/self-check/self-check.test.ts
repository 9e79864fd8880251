/**
 * Everything that the self-check is to find is planted here, and found; and a service that works gives no cause. Platform:
 * embedded; the queries are declared and so hold on both.
 */
import { readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inWorld, type World } from '../../tests/world.ts';
import { runs } from '../collections.ts';
import type { Run } from '../job.ts';
import { claim } from '../jobs/claim.ts';
import { sweep } from '../jobs/sweep.ts';
import { pauseQueue } from '../pause.ts';
import { FINDINGS, type FindingCode } from './findings.ts';
import { selfCheck } from './self-check.ts';

const test = suite('self-check');
const FOUR_MINUTES_MS = 240_000;

test(
  'a service that works gives no cause, before, during and after a job',
  inWorld(async world => {
    assert.equal(await codes(world), []);
    const { id } = await world.admitted();
    assert.equal(await codes(world), []);
    world.startWorker();
    await world.done(id);
    await sweep(world.engine);
    assert.equal(await codes(world), []);
    assert.equal((await selfCheck(world.engine)).looked, { jobs: 1, photos: 1 });
  }),
);

test(
  'a job that nobody looks at, a lease that nobody took over and a sweeper that is gone are found',
  inWorld(async world => {
    await sweep(world.engine);
    const { id } = await world.admitted();
    assert.is((await claim(world.engine, id)).kind, 'claimed');
    await world.clock.advance(world.engine.limits.leaseMs + FOUR_MINUTES_MS);
    assert.equal(await codes(world), ['lease_left', 'overdue', 'sweeper_late']);
    const { findings } = await selfCheck(world.engine);
    assert.equal(findings.find(({ code }) => code === 'overdue')?.examples, [id]);
    await sweep(world.engine);
    assert.equal(await codes(world), []);
  }),
);

test(
  'an unsettled end and documents that disagree are found',
  inWorld(async world => {
    const id = await drawn(world);
    await change(world, id, { charge: 'held' });
    assert.equal(await codes(world), ['face_differs', 'unsettled']);
    await change(world, id, { charge: 'captured', status: 'failed' });
    assert.equal(await codes(world), ['face_differs']);
  }),
);

test(
  'a picture that is gone and one that is broken are found',
  inWorld(async world => {
    const id = await drawn(world);
    const { outputPath = '' } = await world.run(id);
    const file = join(world.directory, 'objects', outputPath);
    await truncate(file, 100);
    assert.equal(await codes(world), ['output_damaged']);
    await rm(file);
    assert.equal(await codes(world), ['output_missing']);
  }),
);

test(
  'a paused queue is noted, one whose pause is over is a fault, and so is no sweep that ends it',
  inWorld(async world => {
    const until = world.clock.now() + 60_000;
    await pauseQueue(world.engine, 'bulk', { reason: 'a test', until, because: 'operator' });
    assert.equal(await codes(world), ['queue_paused']);
    await world.clock.advance(60_000 + FOUR_MINUTES_MS);
    assert.equal(await codes(world), ['queue_stuck']);
    await sweep(world.engine);
    assert.equal(await codes(world), []);
  }),
);

test(
  'a photo that no job names is noted after an hour',
  inWorld(async world => {
    await world.engine.bucket.put('inputs/job_gone/0123', Buffer.from('x'), { contentType: 'image/png' });
    assert.equal(await codes(world), []);
    await world.clock.advance(3_600_000);
    assert.equal(await codes(world), ['photo_orphaned']);
  }),
);

test('docs/reliability.md says of every finding what it means and what to do', async () => {
  const page = await readFile(new URL('../../docs/reliability.md', import.meta.url), 'utf8');
  for (const [code, { severity, what, todo }] of Object.entries(FINDINGS)) {
    assert.match(page, `| \`${code}\` (${severity}) | ${what} | ${todo} |`);
  }
});

test.run();

async function codes({ engine }: World): Promise<FindingCode[]> {
  return (await selfCheck(engine)).findings.map(({ code }) => code).sort();
}

async function drawn(world: World): Promise<string> {
  const { id } = await world.admitted();
  world.startWorker();
  await world.done(id);
  return id;
}

async function change({ engine, run }: World, id: string, fields: Partial<Run>): Promise<void> {
  const before = await run(id);
  await engine.store.transaction(async tx => tx.set(runs, { ...before, ...fields }));
}
