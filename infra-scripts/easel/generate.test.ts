/**
 * `easel generate` from the photo to the file: the real process against the real service, in a pipe.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { atService, ESCAPE, ID_LINE } from './easel-process.ts';

const test = suite('easel generate');

test(
  'photos in several styles become files, and what is there is never replaced',
  atService(async ({ run, directory }) => {
    const first = await run('generate cat.jpg --style fine-art-bw --style ink-wash --out pictures');
    assert.is(first.code, 0, first.err);
    const files = ['pictures/cat-fine-art-bw.jpg', 'pictures/cat-ink-wash.jpg'];
    assert.equal(first.out.trim().split('\n').sort(), files);
    for (const style of ['ink-wash', 'fine-art-bw']) {
      for (const word of ['sending', 'queued  number \\d+ in the queue.*  job_', 'succeeded in ']) {
        assert.match(first.err, new RegExp(`^cat.jpg, ${style} +${word}`, 'm'));
      }
    }
    assert.is((first.out + first.err).includes(ESCAPE), false);
    for (const file of files) {
      const { format, width } = await sharp(await readFile(join(directory, file))).metadata();
      assert.equal([format, width], ['jpeg', 819], file);
    }
    const again = await run('generate cat.jpg --style ink-wash --out pictures');
    assert.equal([again.code, again.out], [0, 'pictures/cat-ink-wash-2.jpg\n']);
    assert.match(again.err, 'reused, free');
    assert.match((await run('generate cat.jpg --style ink-wash --no-wait')).out, ID_LINE);
    assert.is((await readdir(join(directory, 'pictures'))).length, 3);
  }),
);

test(
  'with --json the job comes as the API has it, and the file beside it',
  atService(async ({ run, directory }, service) => {
    const line = 'generate cat.jpg --style fine-art-bw --variation 2 --customer 7 --custom-id order-1 --json';
    const { code, err, json } = await run(line);
    assert.equal([code, err], [0, '']);
    const [job = {}] = json();
    assert.match(`${job.id}\n`, ID_LINE);
    assert.equal([job.style, job.customId, job.charge], ['fine-art-bw', 'order-1', 'captured']);
    assert.equal([job.photo, job.file], ['cat.jpg', 'cat-fine-art-bw-v2.jpg']);
    assert.is((await sharp(await readFile(join(directory, String(job.file)))).metadata()).format, 'jpeg');
    const { body } = await service.call<Record<string, unknown>>('GET', `/v1/jobs/${job.id}`);
    assert.equal({ ...body, photo: job.photo, file: job.file }, job);

    const prompt = await run(['generate', 'cat.jpg', '--prompt', 'an oil painting', '--size', '512']);
    assert.equal([prompt.code, prompt.out], [0, 'cat-prompt.jpg\n'], prompt.err);
    assert.is((await sharp(await readFile(join(directory, 'cat-prompt.jpg'))).metadata()).height, 512);
  }),
);

test(
  'refusals have their exit code, sentence, code and Request-Id',
  atService(
    async ({ run }) => {
      const style = await run('generate cat.jpg --style ink-wsh');
      assert.is(style.code, 4);
      assert.match(
        style.err,
        /There is no style "ink-wsh"[\s\S]*Did you mean "ink-wash"\?[\s\S]*style_unknown, HTTP 400, Request-Id/,
      );
      const field = await run('jobs list --status tired');
      assert.equal([field.code, /\/status: .*expected one of/.test(field.err)], [4, true]);
      assert.is((await run('jobs show job_00000000000000000000000000')).code, 4);
      assert.is((await run('generate cat.jpg --style fine-art-bw --customer 7')).code, 0);

      const used = await run('generate cat.jpg --style charcoal --style ink-wash --customer 7 --out .');
      assert.is(used.code, 5);
      assert.match(used.err, /used up[\s\S]*New ones are available from \d.*quota_exceeded, HTTP 429/s);
      const json = await run('generate cat.jpg --style charcoal --customer 7 --json');
      assert.equal([json.code, json.out, JSON.parse(json.err).code], [5, '', 'quota_exceeded']);
      assert.match((await run('quota --customer 7')).out, /named +0 +1 /);
    },
    { QUOTA_NAMED_PER_DAY: '1' },
  ),
);

test(
  'a photo that is too large is refused with the sentence of the API',
  atService(async ({ run, directory }) => {
    const photo = Buffer.concat([await readFile(join(directory, 'cat.jpg')), Buffer.alloc(21 * 2 ** 20)]);
    await writeFile(join(directory, 'large.jpg'), photo);
    const large = await run('generate large.jpg cat.jpg --style fine-art-bw');
    assert.equal([large.code, large.out], [4, 'cat-fine-art-bw.jpg\n']);
    assert.match(large.err, /larger than 20 MiB[\s\S]*image_too_large, HTTP 413/);
  }),
);

test.run();
