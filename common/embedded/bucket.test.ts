/**
 * The directory bucket: the conformance suite, and what only a directory can get wrong: folders, links, the disk that is gone.
 */
import { mkdir, readdir, readFile, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inDirectoryWorld, openDirectoryWorld } from '../../tests/bucket-world.ts';
import { waitFor } from '../../tests/wait-for.ts';
import { bucketConformance } from '../platform/bucket.conformance.ts';
import { contentOf, PNG, patterned, rejectsWith, statOf } from '../platform/bucket-conformance/world.ts';

bucketConformance('directory bucket', openDirectoryWorld);

test(
  'a picture is opened by image software although a trailer follows it',
  inDirectoryWorld(async ({ bucket, directory }) => {
    const raw = sharp(patterned(48 * 32 * 3, 1), { raw: { width: 48, height: 32, channels: 3 } });
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const picture = await raw.clone().toFormat(format).toBuffer();
      await bucket.put(`pictures/${format}`, picture, { contentType: `image/${format}`, metadata: { model: 'm' } });
      const file = sharp(join(directory, 'pictures', format), { failOn: 'warning' });
      const { width, height, format: found } = await file.metadata();
      assert.equal([width, height, found], [48, 32, format]);
      const pixels = await file.raw().toBuffer();
      assert.ok(pixels.equals(await sharp(picture).raw().toBuffer()));
    }
  }),
);

test(
  'times are those of the clock, to the millisecond',
  inDirectoryWorld(async ({ bucket, clock }) => {
    for (let step = 0; step < 20; step++) {
      await clock.advance(123_457);
      await bucket.put('a', Buffer.from('x'), PNG);
      const createdAt = clock.now();
      await clock.advance(1);
      await bucket.touch('a');
      const object = await statOf(bucket, 'a');
      assert.equal([object.createdAt, object.touchedAt], [createdAt, createdAt + 1]);
    }
  }),
);

test(
  "people's photos are for the owner of the directory alone",
  inDirectoryWorld(async ({ bucket, directory }) => {
    await bucket.put('a/b', Buffer.from('x'), PNG);
    const modes = ['', 'a', 'a/b'].map(async place => (await stat(join(directory, place))).mode & 0o777);
    assert.equal(await Promise.all(modes), [0o700, 0o700, 0o600]);
  }),
);

test(
  'an object cannot be the folder of another one, and refusing that changes nothing',
  inDirectoryWorld(async ({ bucket, home }) => {
    await bucket.put('a/b', Buffer.from('x'), PNG);
    for (const path of ['a', 'a/b/c', 'a/b/c/d']) {
      for (const ifAbsent of [true, false]) {
        await rejectsWith('invalid', () => bucket.put(path, Buffer.from('y'), { ...PNG, ifAbsent }), path);
      }
      await rejectsWith('invalid', () => bucket.copy('a/b', path), path);
    }
    assert.is(await contentOf(bucket, 'a/b'), 'x');
    assert.equal((await readdir(home, { recursive: true })).sort(), [
      'objects',
      'objects/.tmp',
      'objects/a',
      'objects/a/b',
    ]);
  }),
);

test(
  'a folder goes with its last object',
  inDirectoryWorld(async ({ bucket, directory }) => {
    for (const path of ['a/b/c', 'a/b/d', 'e']) await bucket.put(path, Buffer.from('x'), PNG);
    await bucket.delete('a/b/c');
    assert.equal((await readdir(directory)).sort(), ['.tmp', 'a', 'e']);
    await bucket.delete('a/b/d');
    await bucket.delete('e');
    assert.equal(await readdir(directory), ['.tmp']);
  }),
);

test(
  'a link is not followed out of the bucket',
  inDirectoryWorld(async ({ bucket, home, directory }) => {
    await bucket.put('private', Buffer.from('private'), PNG);
    await rename(join(directory, 'private'), join(home, 'outside'));
    const outside = await readFile(join(home, 'outside'));
    await symlink(join(home, 'outside'), join(directory, 'link'));
    await rejectsWith('unavailable', () => bucket.stat('link'));
    await rejectsWith('unavailable', () => bucket.read('link'));
    await rejectsWith('unavailable', () => bucket.touch('link'));
    assert.equal(await bucket.list('', { limit: 10 }), []);
    assert.is(await bucket.put('link', Buffer.from('x'), { ...PNG, ifAbsent: true }), 'exists');
    assert.is(await bucket.put('link', Buffer.from('x'), PNG), 'created');
    assert.is(await contentOf(bucket, 'link'), 'x');
    assert.ok(outside.equals(await readFile(join(home, 'outside'))));
  }),
);

test(
  'files that are no objects are passed over',
  inDirectoryWorld(async ({ bucket, directory }) => {
    await bucket.put('a/b', Buffer.from('x'), PNG);
    for (const name of ['.DS_Store', 'README.md', 'Thumbs', 'a/B', 'a/b.jpg'])
      await writeFile(join(directory, name), 'x');
    await mkdir(join(directory, 'lost+found'));
    assert.equal(
      (await bucket.list('', { limit: 10 })).map(object => object.path),
      ['a/b'],
    );
  }),
);

test(
  'a directory that cannot be made or used is unavailable',
  inDirectoryWorld(async world => {
    await world.bucket.put('a', Buffer.from('x'), PNG);
    await rm(join(world.directory, '.tmp'), { recursive: true });
    await writeFile(join(world.directory, '.tmp'), 'a file where the folder should be');
    await rejectsWith('unavailable', () => world.bucket.put('b', Buffer.from('x'), PNG));
    await rejectsWith('unavailable', () => world.bucket.cleanTemporary());
    assert.is(await contentOf(world.bucket, 'a'), 'x');
    await rejectsWith('unavailable', async () => world.reopen());
  }),
);

test(
  'a directory that vanishes is unavailable, not empty, and is not made anew',
  inDirectoryWorld(async ({ bucket, home, directory }) => {
    await bucket.put('a/b', Buffer.from('x'), PNG);
    await rename(directory, join(home, 'elsewhere'));
    const calls: readonly (() => Promise<unknown>)[] = [
      () => bucket.put('a/b', Buffer.from('x'), PNG),
      () => bucket.put('c', Buffer.from('x'), { ...PNG, ifAbsent: true }),
      () => bucket.stat('a/b'),
      () => bucket.read('a/b'),
      () => bucket.copy('a/b', 'c'),
      () => bucket.touch('a/b'),
      () => bucket.delete('a/b'),
      () => bucket.list('', { limit: 1 }),
    ];
    for (const [index, call] of calls.entries()) await rejectsWith('unavailable', call, `call ${index}`);
    assert.equal(await readdir(home), ['elsewhere']);
    await rename(join(home, 'elsewhere'), directory);
    assert.is(await contentOf(bucket, 'a/b'), 'x');
  }),
);

test(
  'a directory that vanishes during a put is not made anew',
  inDirectoryWorld(async ({ home, directory, reopen }) => {
    const bucket = reopen({ point: () => rename(directory, join(home, 'elsewhere')) });
    await rejectsWith('unavailable', () => bucket.put('a/b', Buffer.from('x'), PNG));
    assert.equal(await readdir(home), ['elsewhere']);
  }),
);

test(
  'no call leaves a file open, and a stream that is given up closes its own',
  inDirectoryWorld(async ({ bucket, home }) => {
    await bucket.put('a', patterned(1_000_000, 1), PNG);
    await bucket.stat('a');
    await bucket.copy('a', 'b');
    await bucket.touch('a');
    await bucket.list('', { limit: 10 });
    await rejectsWith('invalid', () => bucket.read('a', { start: 2_000_000, end: 2_000_001 }));
    const [unread, begun] = [await bucket.read('a'), await bucket.read('a')];
    await begun[Symbol.asyncIterator]().next();
    unread.destroy();
    begun.destroy();
    await waitFor('both streams to close', () => unread.closed && begun.closed);
    assert.equal(await openFilesIn(home), []);
  }),
);

/** Linux tells; elsewhere the streams' own `closed` has to do. */
async function openFilesIn(home: string): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd').catch(() => []);
  const files = await Promise.all(descriptors.map(name => readlink(join('/proc/self/fd', name)).catch(() => '')));
  return files.filter(file => file.startsWith(home));
}

test.run();
