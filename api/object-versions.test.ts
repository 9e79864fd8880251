/**
 * The objects route while something happens behind its back: objects replaced, clients gone, a bucket that fails.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Bucket } from '../common/platform/bucket.ts';
import { PNG, patterned, statOf } from '../common/platform/bucket-conformance/world.ts';
import { PlatformError } from '../common/platform/errors.ts';
import { type DirectoryWorld, inDirectoryWorld, type WorldOptions } from '../tests/bucket-world.ts';
import { assertRefused, readUrl, send } from '../tests/object-client.ts';
import { waitFor } from '../tests/wait-for.ts';

/** A bucket whose object is changed behind the route's back, each time between its `stat` and its `read`. */
function changedBeforeRead(change: (bucket: DirectoryWorld['bucket'], read: number) => Promise<unknown>): WorldOptions {
  let reads = 0;
  return {
    routed: bucket => ({
      ...bucket,
      read: async (path, range) => {
        await change(bucket, ++reads);
        return bucket.read(path, range);
      },
    }),
  };
}

test(
  'an object that is replaced while it is opened is sent in one version, under the ETag of that version',
  inDirectoryWorld(
    async world => {
      await world.bucket.put('a', Buffer.from('the long old version'), PNG);
      for (const range of ['', 'bytes=0-2', 'bytes=8-']) {
        const { status, headers, body } = await send(await readUrl(world, 'a'), { headers: range ? { range } : {} });
        if (range === 'bytes=8-') {
          assert.is(status, 416);
        } else {
          assert.is(body.toString(), range ? 'new' : 'new 1');
          assert.is(headers.etag, `"${(await statOf(world.bucket, 'a')).etag}"`);
        }
        await world.bucket.put('a', Buffer.from('the long old version'), PNG);
      }
    },
    changedBeforeRead(async (bucket, read) => {
      if (read % 2 === 1) await bucket.put('a', Buffer.from(`new ${read}`), PNG);
    }),
  ),
);

test(
  'an object that is deleted while it is opened is not found',
  inDirectoryWorld(
    async world => {
      await world.bucket.put('a', Buffer.from('x'), PNG);
      assertRefused(await send(await readUrl(world, 'a')), 404, 'not_found');
    },
    changedBeforeRead(bucket => bucket.delete('a')),
  ),
);

test(
  'an object that is replaced again and again is unavailable at last',
  inDirectoryWorld(
    async world => {
      await world.bucket.put('a', Buffer.from('x'), PNG);
      assertRefused(await send(await readUrl(world, 'a')), 503, 'unavailable');
    },
    changedBeforeRead((bucket, read) => bucket.put('a', Buffer.from(`x${read}`), PNG)),
  ),
);

/** Collects the streams that the route was given, so that a test can see them closed. */
function watched(streams: Readable[], overrides: (bucket: Bucket) => Partial<Bucket> = () => ({})): WorldOptions {
  return {
    routed: bucket => ({
      ...bucket,
      ...overrides(bucket),
      read: async (path, range) => {
        const stream = await bucket.read(path, range);
        streams.push(stream);
        return stream;
      },
    }),
  };
}

test('a client that goes away during a download leaves no file open', () => {
  const streams: Readable[] = [];
  return inDirectoryWorld(async world => {
    await world.bucket.put('a', patterned(20_000_000, 1), PNG);
    const request = httpRequest(await readUrl(world, 'a'), { agent: false }).end();
    request.on('error', () => {});
    await new Promise(resolve => request.on('response', response => response.once('data', resolve)));
    assert.equal(
      streams.map(stream => stream.closed),
      [false],
    );
    request.destroy();
    await waitFor('the stream to close', () => streams.every(stream => stream.closed));
  }, watched(streams))();
});

test(
  'a damaged object never arrives as a complete one',
  inDirectoryWorld(async world => {
    for (const length of [100, 1_000_000]) {
      await world.bucket.put('a', patterned(length, 1), PNG);
      const file = await readFile(join(world.directory, 'a'));
      file.writeUInt8(file.readUInt8(50) ^ 1, 50);
      await writeFile(join(world.directory, 'a'), file);
      const arrived = await send(await readUrl(world, 'a')).then(
        () => true,
        () => false,
      );
      assert.is(arrived, false, `${length} bytes`);
    }
  }),
);

test('a bucket that fails after the object was opened leaves no file open', () => {
  const streams: Readable[] = [];
  let stats = 0;
  const options = watched(streams, bucket => ({
    stat: async path => {
      if (++stats % 2 === 0) throw new PlatformError('unavailable', 'as planned');
      return bucket.stat(path);
    },
  }));
  return inDirectoryWorld(async world => {
    await world.bucket.put('a', Buffer.from('x'), PNG);
    assertRefused(await send(await readUrl(world, 'a')), 503, 'unavailable');
    await waitFor('the stream to close', () => streams.length === 1 && streams.every(stream => stream.closed));
  }, options)();
});

test.run();
