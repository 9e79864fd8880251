/**
 * Backups of a data directory in whose service jobs are being taken in, drawn and erased meanwhile: whatever a backup
 * holds is of one moment, whole, and goes on where it is put back.
 */
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inWorld, openWorld, type World } from '../../tests/world.ts';
import { jobs, runs } from '../collections.ts';
import { erase } from '../jobs/erase.ts';
import { recover } from '../jobs/recover.ts';
import { isPlatformError } from '../platform/errors.ts';
import { selfCheck } from '../self-check/self-check.ts';
import { backUp, restore } from './backup.ts';

const test = suite('backup and restore');
const BACKUPS = 3;
const CUSTOMERS = 12;
/** For as many jobs as can come while three backups are taken. */
const PLENTY = { budgetMicroUsd: 1_000_000_000 };

test(
  'taken while jobs come, are drawn and erased, each backup is sound and goes on where it is put back',
  inWorld(async world => {
    await inFolder(async folder => {
      world.startWorker();
      let busy = true;
      const working = work(world, () => busy);
      for (let number = 0; number < BACKUPS; number++) {
        const to = join(folder, `backup-${number}`);
        const report = await backUp(world.directory, to, world.clock.now());
        assert.equal(report.damaged, []);
        assert.equal((await readdir(folder)).includes(`backup-${number}.partial`), false);
        await goesOn(to, join(folder, `data-${number}`), report.jobs);
      }
      busy = false;
      assert.ok((await working) > CUSTOMERS, 'jobs came meanwhile');
    });
  }, PLENTY),
);

test(
  'a backup is refused where something is, without an Easel, and of a broken database; nothing is left then',
  inWorld(async world => {
    await inFolder(async folder => {
      await refused(backUp(folder, join(folder, 'to'), 0), 'There is no Easel in');
      await refused(backUp(world.directory, folder, 0), 'is there already');
      await refused(restore(folder, join(folder, 'data')), 'is no backup of Easel');
      await world.admitted();
      await backUp(world.directory, join(folder, 'good'), 0);
      await refused(restore(join(folder, 'good'), world.directory), 'holds an Easel already');
      await truncate(join(folder, 'good', 'easel.db'), 8_192);
      await restore(join(folder, 'good'), join(folder, 'data')).then(
        () => assert.unreachable('a torn database was restored'),
        () => {},
      );
      assert.equal((await readdir(join(folder, 'data'))).includes('easel.db'), false);
    });
  }),
);

test(
  'an object that is broken already is copied as it is, and named',
  inWorld(async world => {
    await inFolder(async folder => {
      const { id } = await world.admitted();
      const { inputPath } = await world.run(id);
      await writeFile(join(world.directory, 'objects', inputPath), 'torn');
      assert.equal((await backUp(world.directory, join(folder, 'to'), 0)).damaged, [inputPath]);
    });
  }),
);

test.run();

/** Admits, and now and then erases, until it is told to stop; how many jobs there were. */
async function work(world: World, busy: () => boolean): Promise<number> {
  let count = 0;
  for (; busy() && count < 500; count++) {
    const { id } = await world.admitted({ customer: `customer-${count}`, prompt: `wish ${count}` });
    if (count % 5 === 4) await erase(world.engine, id);
  }
  return count;
}

async function goesOn(backup: string, dataDir: string, jobsExpected: number): Promise<void> {
  const copied = await restore(backup, dataDir);
  assert.is(copied.jobs, jobsExpected);
  const world = await openWorld(dataDir, PLENTY);
  try {
    assert.is(await world.engine.store.count({ from: jobs }), jobsExpected);
    await recover(world.engine);
    world.startWorker();
    const { items } = await world.engine.store.list({ from: runs, limit: 1_000 });
    for (const { id } of items) await world.done(id);
    const faults = (await selfCheck(world.engine)).findings.filter(({ severity }) => severity === 'fault');
    assert.equal(faults, []);
  } finally {
    await world.close();
  }
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-backup-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function refused(attempt: Promise<unknown>, sentence: string): Promise<void> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(isPlatformError(error, 'unavailable'), String(error));
  assert.match((error as Error).message, sentence);
}
