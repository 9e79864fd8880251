/**
 * `easel doctor`, `backup` and `restore` as operators have them: the real process beside the real service, which goes on
 * working while it is copied. Platform: embedded; google is backed up by Google's own means.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { download, type Service, withService } from '../../tests/service.ts';
import { atDesk } from './easel-process.ts';

const test = suite('easel doctor, backup and restore');
const STYLE = { style: 'charcoal', options: '{"size":"512"}' };

test(
  'a service is copied while it works; what the copy holds is there after a restore, and the doctor finds what is not',
  withService(async service => {
    const { admin } = await service.keys();
    await atDesk({ EASEL_ADMIN_KEY: admin, DATA_DIR: service.directory }, async ({ run }) => {
      const doctor = () => run('doctor', { EASEL_URL: service.url() });
      const { id } = await service.submit({ ...STYLE, customerId: 'customer-1' }).then(({ body }) => body);
      await service.done(id);
      const sound = await doctor();
      assert.equal(
        [sound.code, /^no fault found; the newest 1 ended jobs and 1 photos/.test(sound.out)],
        [0, true],
        sound.err,
      );

      const late = await service.submit({ ...STYLE, style: 'ink-wash', customerId: 'customer-2' });
      const to = join(service.directory, '..', `easel-copy-${process.pid}`);
      try {
        const copied = await run(`backup ${to}`);
        assert.equal([copied.code, /: [12] jobs, /.test(copied.out)], [0, true], copied.err);
        assert.is((await run(`backup ${to}`)).code, 1, 'over another backup');
        await service.done(late.body.id);
        await startOver(service);
        const restored = await run(`restore ${to}`);
        assert.is(restored.code, 0, restored.err);
        assert.match(restored.out, `restored into ${service.directory}: `);
        assert.is((await run(`restore ${to}`)).code, 1, 'over what is there');
      } finally {
        await rm(to, { recursive: true, force: true });
      }
      await service.start();
      assert.is((await service.done(id)).status, 'succeeded');
      const { output } = await service.done(id);
      assert.is((await download(output?.url ?? '')).status, 200);

      await breakPicture(service, output?.url ?? '');
      const unsound = await doctor();
      assert.equal([unsound.code, unsound.out.includes(id)], [6, true]);
      assert.match(unsound.out, /^fault output_damaged \(1\): /);
    });
  }),
);

test.run();

/** The disk is gone. */
async function startOver(service: Service): Promise<void> {
  await service.terminate();
  for (const name of ['easel.db', 'easel.db-wal', 'objects', 'keys.json', 'secrets.json']) {
    await rm(join(service.directory, name), { recursive: true, force: true });
  }
}

async function breakPicture({ directory }: Service, url: string): Promise<void> {
  const path = /\/(cache\/[0-9a-f/]+)/.exec(url)?.[1] ?? '';
  await writeFile(join(directory, 'objects', path), 'torn');
}
