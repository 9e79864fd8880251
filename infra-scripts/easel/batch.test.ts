/**
 * `easel batch` from the photos to the files: the real process against the real service, in a pipe.
 */
import { mkdir, readdir, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { square } from '../../tests/batch-lines.ts';
import { atService, ESCAPE } from './easel-process.ts';

export const FILE_LIMIT_MS = 180_000;
const test = suite('easel batch');

test(
  'photos in styles become a batch, are watched to the end, and are saved once',
  atService(async ({ run, directory }) => {
    await mkdir(join(directory, 'photos'));
    await writeFile(join(directory, 'photos/dog.png'), await square('#336699'));
    const submitted = await run(
      'batch submit cat.jpg photos/dog.png --style ink-wash,charcoal --deliver-by 8h --custom-id november',
    );
    assert.is(submitted.code, 0, submitted.err);
    const id = submitted.out.trim();
    assert.match(id, /^batch_[a-z0-9]{26}$/);
    const watched = await run(`batch watch ${id}`);
    assert.is(watched.code, 0, watched.err);
    assert.match(watched.out, /█{24} {2}4\/4 {2}4 done {2}\$0\.00 {2}succeeded\n$/);
    assert.is(watched.out.includes(ESCAPE), false, 'plain lines in a pipe');

    const first = await run(`batch download ${id} --out out`);
    assert.is(first.code, 0, first.err);
    const files = ['cat-charcoal.jpg', 'cat-ink-wash.jpg', 'dog-charcoal.jpg', 'dog-ink-wash.jpg'];
    assert.equal((await readdir(join(directory, 'out'))).sort(), files);
    assert.equal(
      first.out.trim().split('\n').sort(),
      files.map(file => `out/${file}`),
    );
    await unlink(join(directory, 'out/dog-charcoal.jpg'));
    const kept = await stat(join(directory, 'out/cat-charcoal.jpg'));
    const again = await run(`batch download ${id} --out out --json`);
    assert.is(again.code, 0, again.err);
    assert.equal(
      again.json().map(({ customId, skipped }) => [customId, skipped]),
      [
        ['cat-ink-wash', true],
        ['cat-charcoal', true],
        ['dog-ink-wash', true],
        ['dog-charcoal', false],
      ].sort(([a], [b]) => order(again, a) - order(again, b)),
    );
    assert.is((await stat(join(directory, 'out/cat-charcoal.jpg'))).mtimeMs, kept.mtimeMs);
    assert.equal((await readdir(join(directory, 'out'))).sort(), files, 'no part of a file stays');

    assert.match((await run('batch list')).out, new RegExp(`${id} +items +bulk +4 .*november`));
    const shown = await run(`batch show ${id}`);
    assert.match(shown.out, /status +succeeded[\s\S]*jobs +4 total, 4 succeeded/);
    assert.is((await run(`batch retry ${id} --only failed`)).code, 0);
    assert.is((await run(`batch cancel ${id}`)).code, 0);
    assert.is((await run(`batch watch ${id}`)).code, 0, 'what is done stays as it ended');
  }),
);

/** Lines are printed as the files are done. */
function order(finished: { json: () => Record<string, unknown>[] }, customId: unknown): number {
  return finished.json().findIndex(line => line.customId === customId);
}

test(
  'what is wrong is told before anything is sent, and an item that fails is told by the exit code',
  atService(async ({ run, directory }) => {
    const none = await run('batch submit cat.jpg');
    assert.equal([none.code, /--style or --prompt/.test(none.err)], [2, true]);
    assert.is((await run('batch submit cat.txt --style charcoal')).code, 2);
    assert.is((await run('batch submit cat.jpg --style charcoal --deliver-by soon')).code, 2);
    assert.is((await run('batch submit cat.jpg --style charcoal --max-cost lots')).code, 2);
    assert.is((await run('batch show batch_00000000000000000000000000')).code, 4);

    await writeFile(join(directory, 'broken.png'), 'no picture');
    const { out } = await run('batch submit broken.png cat.jpg --style charcoal');
    const watched = await run(`batch watch ${out.trim()} --json`);
    assert.equal([watched.code, watched.json().at(-1)?.status], [1, 'partial'], watched.err);
    const saved = await run(`batch download ${out.trim()}`);
    assert.equal([saved.code, saved.out], [1, 'cat-charcoal.jpg\n'], saved.err);
    assert.match(saved.err, /1 saved, 0 there before, 1 without a picture/);

    const strange = await run('batch submit cat.jpg --style no-such');
    const ended = await run(`batch watch ${strange.out.trim()}`);
    assert.equal([ended.code, /line 1\/style: There is no style "no-such"/.test(ended.err)], [1, true], ended.err);
  }),
);

test.run();
