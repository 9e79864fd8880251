import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { extensionFor, pictureName, prepareDirectory, savePicture } from './picture-file.ts';

const test = suite('picture files');

test('a picture is called after its photo, style and variation', () => {
  const name = (photo: string, style: string, variation = 0) => pictureName({ photo, style, variation });
  assert.is(name('holiday/my cat.v1.JPG', 'ink-wash'), 'my cat.v1-ink-wash');
  assert.is(name('cat.jpg', 'charcoal', 2), 'cat-charcoal-v2');
  assert.is(name('cat', 'prompt'), 'cat-prompt');
  assert.is(name('cat.jpg', '../../etc/x y'), 'cat-.._.._etc_x_y');
});

test('the content type gives the extension', () => {
  const types = ['image/jpeg', 'IMAGE/PNG', 'image/webp; charset=x', 'text/html', ''];
  assert.equal(types.map(extensionFor), ['jpg', 'png', 'webp', 'bin', 'bin']);
});

test(
  'no file is ever replaced, even by ten pictures of one name at once',
  inDirectory(async directory => {
    const place = join(directory, 'new', 'place');
    await prepareDirectory(place);
    const save = (text: string) => savePicture(place, { name: 'cat', contentType: 'image/jpeg' }, Buffer.from(text));
    assert.is(await save('first'), join(place, 'cat.jpg'));
    assert.is(await save('second'), join(place, 'cat-2.jpg'));
    const more = await Promise.all(Array.from({ length: 10 }, (_, index) => save(`more ${index}`)));
    assert.is(new Set(more).size, 10);
    assert.is((await readdir(place)).length, 12);
    assert.is(await readFile(join(place, 'cat.jpg'), 'utf8'), 'first');
  }),
);

test(
  'a place that cannot be written is found out before',
  inDirectory(async directory => {
    await savePicture(directory, { name: 'file', contentType: 'image/png' }, Buffer.from('x'));
    await prepareDirectory(join(directory, 'file.png', 'below')).then(
      () => assert.unreachable('a directory below a file'),
      (error: NodeJS.ErrnoException) => assert.is(error.code, 'ENOTDIR'),
    );
    assert.equal(await readdir(directory), ['file.png']);
  }),
);

test.run();

function inDirectory(work: (directory: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const directory = await mkdtemp(join(tmpdir(), 'easel-files-'));
    try {
      await work(directory);
    } finally {
      await rm(directory, { recursive: true });
    }
  };
}
