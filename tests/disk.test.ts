/**
 * A disk that does not do what it should, under the real service: what is torn or cannot be written is noticed and said,
 * and never served as a success. A full disk is in `bad-input.test.ts`. Platform: embedded; on google disks are Google's.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, open, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { claim } from '../common/jobs/claim.ts';
import { recover } from '../common/jobs/recover.ts';
import { DAY_MS } from '../common/limits.ts';
import { download, type Service, withService } from './service.ts';
import { waitFor } from './wait-for.ts';
import { openWorld } from './world.ts';

const test = suite('disk and data');
const WISH = { style: 'charcoal', options: '{"size":"512"}', customerId: 'customer-1' };
const PAGE_BYTES = 4_096;

test(
  'a database that is cut off or overwritten is refused, or answers with errors, and never with a success that is none',
  withService(async service => {
    const { id } = (await service.submit(WISH)).body;
    await service.done(id);
    await service.terminate();
    const file = join(service.directory, 'easel.db');
    const { size } = await stat(file);
    await truncate(file, size - 2 * PAGE_BYTES);
    await tellsTheTruth(service, id);
    await service.kill();
    const handle = await open(file, 'r+');
    await handle.write(Buffer.alloc(PAGE_BYTES, 0xff), 0, PAGE_BYTES, PAGE_BYTES);
    await handle.close();
    await tellsTheTruth(service, id);
  }),
);

test(
  'of a picture with one flipped bit no complete download is handed out',
  withService(async service => {
    const { id } = (await service.submit(WISH)).body;
    const { output } = await service.done(id);
    const url = output?.url ?? '';
    assert.is((await download(url)).status, 200);
    const path = /\/(cache\/[0-9a-f/]+)/.exec(url)?.[1] ?? '';
    const handle = await open(join(service.directory, 'objects', path), 'r+');
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, 5_000);
    await handle.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, 5_000);
    await handle.close();
    const again = await download(url).catch((error: unknown) => {
      if (!(error instanceof TypeError)) throw error;
      return { status: 0 };
    });
    assert.is.not(again.status, 200, 'an answer that breaks off, or an error');
  }),
);

test('a directory that cannot be written is refused with a sentence', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'easel-readonly-'));
  // Whoever is root may write everywhere, except where the file system itself is read-only.
  const mount = `mount --bind ${directory} ${directory} && mount -o remount,bind,ro ${directory}`;
  const start = `DATA_DIR=${directory} PORT=0 exec ${process.execPath} infra-scripts/local/start.ts`;
  const able = spawnSync('unshare', ['-m', 'sh', '-c', mount]).status === 0;
  if (!able) console.log('NOT TESTED: this machine lets nobody mount a directory read-only');
  else {
    const env = { PATH: process.env.PATH, MALLOC_ARENA_MAX: '2' };
    const { status, stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', `${mount} && ${start}`], {
      env,
      timeout: 60_000,
    });
    assert.is(status, 1, String(stdout));
    assert.match(`${stdout}${stderr}`, /cannot be opened .*Set DATA_DIR to a directory that takes files/);
  }
  await rm(directory, { recursive: true });
});

for (const [title, stepMs] of [
  ['ahead', DAY_MS],
  ['behind', -DAY_MS],
] as const) {
  test(`a clock that is a day ${title} after a restart keeps no job and doubles none`, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'easel-clock-'));
    const first = await openWorld(directory);
    await first.clock.advance(2 * DAY_MS);
    const [held, waiting] = [await first.admitted(), await first.admitted({ prompt: 'another' })];
    assert.is((await claim(first.engine, held.id)).kind, 'claimed');
    const now = first.clock.now();
    await first.close();
    const second = await openWorld(directory);
    try {
      await second.clock.advance(now + stepMs - second.clock.now());
      await recover(second.engine);
      second.startWorker();
      assert.is((await second.done(held.id)).done, true);
      // Its task has a time that the clock has yet to reach.
      if (stepMs < 0) await second.clock.advance(DAY_MS);
      const ends = [await second.done(held.id), await second.done(waiting.id)].map(({ status }) => status);
      // Of a job that has waited for a day nobody can tell that it did not.
      assert.equal(ends, stepMs > 0 ? ['failed', 'expired'] : ['succeeded', 'succeeded']);
      const charges = [await second.job(held.id), await second.job(waiting.id)].map(({ charge }) => charge);
      assert.equal(charges, stepMs > 0 ? ['released', 'released'] : ['captured', 'captured']);
    } finally {
      await second.close();
      await rm(directory, { recursive: true });
    }
  });
}

test.run();

/** Whatever is left of the database: the job as it was, or an error. */
async function tellsTheTruth(service: Service, id: string): Promise<void> {
  const refused = await service.start().then(
    () => false,
    () => true,
  );
  if (refused) {
    await waitFor('the sentence', () => /The database in \S+ is damaged .*easel restore/.test(service.output()));
    return;
  }
  const { status, body } = await service.call('GET', `/v1/jobs/${id}`);
  assert.ok(status >= 500 || (status === 200 && body.status === 'succeeded'), `${status} ${body.status}`);
}
