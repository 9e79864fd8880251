/**
 * Damage: whatever happens to the bytes of an object's file, the bucket says so and never gives out something else.
 */
import { readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type DirectoryWorld, inDirectoryWorld } from '../../tests/bucket-world.ts';
import type { ObjectStat } from '../platform/bucket.ts';
import { bytesOf, contentOf, PNG, patterned, rejectsWith, statOf } from '../platform/bucket-conformance/world.ts';
import { isPlatformError } from '../platform/errors.ts';

const CONTENT = 'ten bytes!';

function inWorld(run: (world: DirectoryWorld & { file: string; stat: ObjectStat }) => Promise<void>) {
  return inDirectoryWorld(async world => {
    await world.bucket.put('a', Buffer.from(CONTENT), { ...PNG, metadata: { key: 'value' } });
    await run({ ...world, file: join(world.directory, 'a'), stat: await statOf(world.bucket, 'a') });
  });
}

/** What a caller gets to see: exactly what was put, or `unavailable`. */
async function seen({ bucket, stat }: { bucket: DirectoryWorld['bucket']; stat: ObjectStat }): Promise<boolean> {
  try {
    const found = await bucket.stat('a');
    assert.equal({ ...found, touchedAt: 0 }, { ...stat, touchedAt: 0 });
    assert.is(await contentOf(bucket, 'a'), CONTENT);
    return true;
  } catch (error) {
    if (isPlatformError(error, 'damaged')) return false;
    throw error;
  }
}

test(
  'an object of which any single bit is flipped is never given out',
  inWorld(async world => {
    const good = await readFile(world.file);
    for (let bit = 0; bit < good.length * 8; bit += 3) {
      const bad = Buffer.from(good);
      bad.writeUInt8(bad.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      await writeFile(world.file, bad);
      assert.is(await seen(world), false, `bit ${bit & 7} of byte ${bit >> 3} of ${good.length}`);
    }
    await writeFile(world.file, good);
    assert.is(await seen(world), true);
  }),
);

test(
  'an object that was cut anywhere or has something appended is never given out',
  inWorld(async world => {
    const good = await readFile(world.file);
    await writeFile(world.file, Buffer.concat([good, Buffer.from('\n')]));
    assert.is(await seen(world), false);
    await writeFile(world.file, Buffer.concat([Buffer.from('x'), good]));
    assert.is(await seen(world), false);
    await writeFile(world.file, good);
    for (let length = good.length - 1; length >= 0; length--) {
      await truncate(world.file, length);
      assert.is(await seen(world), false, `${length} of ${good.length} bytes`);
    }
  }),
);

test(
  'every call that needs a damaged object says so; replacing and deleting it mends',
  inWorld(async ({ bucket, file }) => {
    await truncate(file, 30);
    await rejectsWith('damaged', () => bucket.stat('a'));
    await rejectsWith('damaged', () => bucket.read('a'));
    await rejectsWith('damaged', () => bucket.copy('a', 'b'));
    await rejectsWith('damaged', () => bucket.touch('a'));
    await rejectsWith('damaged', () => bucket.list('', { limit: 10 }));
    assert.equal(await bucket.list('', { limit: 10, after: 'a' }), []);
    assert.is(await bucket.put('a', Buffer.from('x'), { ...PNG, ifAbsent: true }), 'exists');
    await bucket.put('a', Buffer.from('new'), PNG);
    assert.is(await contentOf(bucket, 'a'), 'new');
    await truncate(file, 0);
    await bucket.delete('a');
    assert.is(await bucket.stat('a'), undefined);
  }),
);

test(
  'a large object with a wrong byte breaks off before its end',
  inWorld(async ({ bucket, file }) => {
    const bytes = patterned(500_000, 9);
    await bucket.put('a', bytes, PNG);
    const bad = await readFile(file);
    bad.writeUInt8(bad.readUInt8(250_000) ^ 1, 250_000);
    await writeFile(file, bad);
    const stream = await bucket.read('a');
    let received = 0;
    stream.on('data', (chunk: Uint8Array) => (received += chunk.length));
    const failure = await new Promise(resolve => stream.on('error', resolve));
    assert.ok(isPlatformError(failure, 'damaged'));
    assert.ok(received < bytes.length);
    await rejectsWith('damaged', () => bucket.copy('a', 'b'));
    assert.is(await bucket.stat('b'), undefined);
  }),
);

test(
  'an object that becomes shorter while it is read breaks off',
  inWorld(async ({ bucket, file }) => {
    await bucket.put('a', patterned(2_000_000, 9), PNG);
    const stream = await bucket.read('a');
    const part = await bucket.read('a', { start: 50_000, end: 1_500_000 });
    await truncate(file, 100_000);
    await rejectsWith('damaged', () => bytesOf(stream));
    await rejectsWith('damaged', () => bytesOf(part));
  }),
);

test(
  'a stat does not tell a size that the file cannot have',
  inWorld(async ({ bucket, file }) => {
    const good = await readFile(file);
    for (const bad of [good.subarray(1), Buffer.concat([Buffer.from('x'), good])]) {
      await writeFile(file, bad);
      await rejectsWith('damaged', () => bucket.stat('a'));
      await rejectsWith('damaged', () => bucket.read('a', { start: 0, end: 0 }));
    }
  }),
);

test(
  'an object keeps its content when only its time is changed',
  inWorld(async world => {
    await utimes(world.file, 1000, 1000);
    assert.is(await seen(world), true);
    assert.is((await statOf(world.bucket, 'a')).touchedAt, 1_000_000);
  }),
);

test.run();
