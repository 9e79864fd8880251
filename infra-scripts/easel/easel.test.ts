/**
 * The command line as its users have it: the real process against the real service, in a pipe.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withService } from '../../tests/service.ts';
import { atDesk, atService, ID_LINE, SMALL } from './easel-process.ts';

const test = suite('easel against a service');

test(
  'a job is listed, shown, watched, downloaded and erased',
  atService(async ({ run, directory }) => {
    const submitted = await run('generate cat.jpg --style fine-art-bw --no-wait --customer 7');
    const id = submitted.out.trim();
    assert.match(submitted.out, ID_LINE);
    const watched = await run(`jobs watch ${id}`);
    assert.is(watched.code, 0);
    assert.match(watched.out, new RegExp(`^${id}  succeeded in [\\d.]+s$`, 'm'));
    assert.equal((await run(`jobs watch ${id} --json`)).json().at(-1)?.status, 'succeeded');

    const listed = await run('jobs list --customer 7 --status succeeded --since 1h');
    assert.match(
      listed.out,
      /^ID +STATUS +STYLE +CREATED +TOOK\njob_\w+ +succeeded +fine-art-bw +\S.* (?:ago|now) +[\d.]+s\n$/,
    );
    assert.equal((await run('jobs list --status failed')).out, '');
    const shown = await run(`jobs show ${id}`);
    for (const fact of ['status    succeeded', 'charge    captured', '1  ', '819 × 1024 image/jpeg', 'http://127']) {
      assert.match(shown.out, fact);
    }
    assert.is((await run(`jobs show ${id} --json`)).out.includes(`\n  "id": "${id}",\n`), true);

    const saved = await run(`jobs download ${id} --out got`);
    assert.equal([saved.code, saved.out], [0, `got/${id}.jpg\n`]);
    const preview = await run(`jobs download ${id} --preview --out got --json`);
    assert.equal(preview.json()[0]?.file, `got/${id}-preview.webp`);
    for (const file of [`${id}.jpg`, `${id}-preview.webp`]) {
      assert.ok((await sharp(await readFile(join(directory, 'got', file))).metadata()).width, file);
    }

    assert.is((await run(`jobs erase ${id}`)).code, 2);
    const erased = await run(`jobs erase ${id} --yes`);
    assert.equal([erased.code, erased.out], [0, `${id}  erased\n`]);
    const gone = await run(`jobs download ${id}`);
    assert.is(gone.code, 4);
    assert.match(gone.err, /were erased[\s\S]*erased, HTTP 410, Request-Id \S+/);
  }),
);

test(
  'jobs are canceled one by one, and a missing one keeps none of the others',
  atService(async ({ run }, service) => {
    const { id } = await service.done((await service.submit(SMALL)).body.id);
    const canceled = await run(['jobs', 'cancel', 'job_00000000000000000000000000', id, '--json']);
    assert.is(canceled.code, 4);
    assert.equal(
      canceled.json().map(job => [job.id, job.status]),
      [[id, 'succeeded']],
    );
    assert.match(canceled.err, /"code":"not_found".*"exitCode":4.*"id":"job_0+"/);
    const late = await run(['jobs', 'cancel', id]);
    assert.equal([late.code, late.out], [0, `${id}  succeeded before, and stays so\n`]);
  }),
);

test(
  'more jobs than a page holds are listed by following the cursors',
  atService(async ({ run }, service) => {
    await service.done((await service.submit(SMALL)).body.id);
    for (let left = 104; left > 0; left -= 8) {
      await Promise.all(Array.from({ length: 8 }, () => service.submit({ ...SMALL, customId: 'many' })));
    }
    const count = async (line: string) => (await run(line)).out.trim().split('\n').length;
    assert.is(await count('jobs list --all --json'), 105);
    assert.is(await count('jobs list --limit 103 --json'), 103);
    const page = await run('jobs list');
    assert.is(page.out.trim().split('\n').length, 1 + 20);
    assert.match(page.err, 'These are the newest 20');
    assert.is(await count('jobs list --custom-id many --since 1h --all --json'), 104);
  }),
);

test(
  'styles, quota and health, for people and for programs',
  atService(async ({ run }, service) => {
    assert.match((await run('styles')).out, /^STYLE +SHAPE .*\nink-wash +4:5 +1K +named +Modern/);
    const styles = (await service.call('GET', '/v1/styles')).body;
    assert.equal(JSON.parse((await run('styles --json')).out), styles);
    assert.match((await run('quota --customer 7')).out, /^POOL +LEFT +OF +NEW ONES\nnamed +10 +10 +\d.* \(in /);
    assert.match((await run('quota')).out, /named +no limit/);
    const { pools } = JSON.parse((await run('quota --customer 7 --json')).out);
    assert.is(pools.custom.remaining, 3);
    const health = await run('health', { EASEL_KEY: '', DATA_DIR: '/nowhere' });
    assert.equal([health.code, /^status +ready$/m.test(health.out)], [0, true]);
    assert.equal(JSON.parse((await run('health --json')).out).ready.store, 'ok');
    assert.match((await run('version')).out, /^easel \d+\.\d+\.\d+ /);
  }),
);

test(
  'address and key are found in the data directory, the environment and the flags',
  withService(async service => {
    const port = new URL(service.url()).port;
    const { server } = await service.keys();
    await atDesk({}, async ({ run }) => {
      assert.is((await run('quota', { DATA_DIR: service.directory, PORT: port })).code, 0);
      assert.is((await run('quota', { EASEL_URL: service.url(), EASEL_KEY: server })).code, 0);
      assert.is((await run(`quota --url ${service.url()} --data-dir ${service.directory}`)).code, 0);
      const wrong = await run('quota', { EASEL_URL: service.url(), EASEL_KEY: 'sk_wrong' });
      assert.equal([wrong.code, /unauthorized, HTTP 401, Request-Id/.test(wrong.err)], [4, true]);
    });
  }),
);

test('the installed command starts, and through npm it works where it was typed', async () => {
  await atDesk({}, async ({ directory }) => {
    const bin = fileURLToPath(new URL('./bin.js', import.meta.url));
    const env = {
      PATH: process.env.PATH,
      npm_lifecycle_event: 'easel',
      INIT_CWD: directory,
      EASEL_URL: 'http://x.test',
    };
    const run = promisify(execFile);
    assert.match((await run(process.execPath, [bin, '--version'], { env })).stdout, /^easel \d/);
    const refused = await run(process.execPath, [bin, 'generate', 'cat.jpg', '--style', 'x'], { env }).catch(
      error => error,
    );
    // It has found the photo of that directory, and then missed the key.
    assert.match(refused.stderr, 'http://x.test needs a key.');
  });
});

test.run();
