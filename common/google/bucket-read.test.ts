/**
 * Reads from Cloud Storage when the wire misbehaves, and when a reader gives up: its neighbours must not notice.
 */
import type { Readable } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Misbehaviour } from '../../tests/doubles/storage/trouble.ts';
import { inStorageWorld } from '../../tests/doubles/storage-world.ts';
import { testClock } from '../../tests/test-clock.ts';
import { waitFor } from '../../tests/wait-for.ts';
import { bytesOf, PNG, patterned, rejectsWith } from '../platform/bucket-conformance/world.ts';

const PHOTO = patterned(3_000_000, 4);
const NEVER = new Promise<never>(() => {});

for (const what of [{ kind: 'refuse', status: 503 }, { kind: 'reset' }] satisfies Misbehaviour[]) {
  test(
    `a read that fails before its first byte is tried again (${what.kind})`,
    inStorageWorld(async ({ bucket, double }) => {
      await bucket.put('a', PHOTO, PNG);
      double.plan({ on: 'media', what, times: 3 });
      assert.ok(PHOTO.equals(await bytesOf(await bucket.read('a'))));
      double.plan({ on: 'media', what });
      assert.ok(PHOTO.subarray(5, 10).equals(await bytesOf(await bucket.read('a', { start: 5, end: 9 }))));
      assert.is(double.requestsOf('media'), 6);
    }),
  );
}

for (const what of [
  { kind: 'reset-download', afterBytes: 1_000_000 },
  { kind: 'truncate', toBytes: 2_999_999 },
  { kind: 'corrupt' },
] satisfies Misbehaviour[]) {
  test(
    `a whole read whose bytes are not the object's fails in the end (${what.kind})`,
    inStorageWorld(async ({ bucket, double }) => {
      await bucket.put('a', PHOTO, PNG);
      double.plan({ on: 'media', what });
      await rejectsWith('unavailable', async () => bytesOf(await bucket.read('a')));
      assert.ok(PHOTO.equals(await bytesOf(await bucket.read('a'))));
    }),
  );
}

test(
  'a bucket that is not there is unavailable, not an empty one',
  inStorageWorld(async world => {
    const bucket = world.reopen({ bucketName: 'another' });
    const calls: readonly (() => Promise<unknown>)[] = [
      () => bucket.put('a', PHOTO, PNG),
      () => bucket.put('a', PHOTO, { ...PNG, ifAbsent: true }),
      () => bucket.stat('a'),
      () => bucket.read('a'),
      () => bucket.copy('a', 'b'),
      () => bucket.touch('a'),
      () => bucket.delete('a'),
      () => bucket.list('', { limit: 1 }),
    ];
    for (const [index, call] of calls.entries()) await rejectsWith('unavailable', call, `call ${index}`);
  }),
);

test(
  'a reader that gives up, or whose download breaks, disturbs no other call',
  inStorageWorld(async ({ bucket, double }) => {
    await bucket.put('a', PHOTO, PNG);
    const goOn = Promise.withResolvers<void>();
    const slow = { kind: 'hold', until: goOn.promise } as const;
    double.plan({ on: 'media', what: { ...slow, at: 'download' } });
    double.plan({ on: 'media', what: { ...slow, at: 'download' } });
    double.plan({ on: 'media', what: { kind: 'reset-download', afterBytes: 10_000 } });
    double.plan({ on: 'insert', what: slow });
    const [kept, givenUp, broken] = [await bucket.read('a'), await bucket.read('a'), await bucket.read('a')];
    const [upload, download] = [bucket.put('b', PHOTO, PNG), bytesOf(kept)];
    await waitFor('the upload to be under way', () => double.requestsOf('insert') === 2);

    givenUp.destroy();
    await rejectsWith('unavailable', () => bytesOf(broken));
    await waitFor('both downloads to be cut off', () => double.cutOff() === 2);
    goOn.resolve();
    assert.is(await upload, 'created');
    assert.ok(PHOTO.equals(await download));
    assert.equal([double.requestsOf('insert'), double.requestsOf('media')], [2, 3]);
  }),
);

test(
  'a stream that nobody reads closes its connection when it is destroyed',
  inStorageWorld(async ({ bucket, double }) => {
    await bucket.put('a', PHOTO, PNG);
    double.plan({ on: 'media', what: { kind: 'hold', until: NEVER, at: 'download' }, times: 2 });
    const streams = [await bucket.read('a'), await bucket.read('a')];
    for (const stream of streams) stream.destroy();
    await waitFor('both to be cut off', () => double.cutOff() === 2);
  }),
);

test(
  'a download that stalls fails after half a minute, one whose reader takes its time does not',
  inStorageWorld(async world => {
    const clock = testClock();
    const bucket = world.reopen({ clock });
    await bucket.put('a', PHOTO, PNG);
    await bucket.put('small', Buffer.from('small'), PNG);
    const [leisurely, later] = [await bucket.read('a'), await bucket.read('small')];
    await waitFor('their buffers to be full', () => leisurely.readableLength > 0 && later.readableLength > 0);
    world.double.plan({ on: 'media', what: { kind: 'hold', until: NEVER, at: 'download' } });
    const stalled = await bucket.read('a');
    const stalledEnd = bytesOf(stalled).then(
      () => 'complete',
      error => error.kind,
    );
    await waitFor('its first bytes', () => stalled.readableFlowing !== null);
    for (let seconds = 0; seconds < 60; seconds += 10) await clock.advance(10_000);
    assert.is(await stalledEnd, 'unavailable');
    assert.ok(PHOTO.equals(await bytesOf(leisurely)));
    assert.is((await bytesOf(later)).toString(), 'small');
  }),
);

test(
  'an answer that does not come is waited for a quarter of a minute, and thrown away when it comes then',
  inStorageWorld(async world => {
    const clock = testClock();
    const bucket = world.reopen({ clock });
    // More than fits between two sockets: whoever does not read it keeps the double from finishing.
    const large = Buffer.alloc(16_000_000, 1);
    await bucket.put('a', large, PNG);
    const late = Promise.withResolvers<void>();
    world.double.plan({ on: 'media', what: { kind: 'hold', until: late.promise } });
    const read = bucket.read('a');
    await waitFor('the request', () => world.double.requestsOf('media') === 1);
    await clock.advance(15_000);
    await waitFor('the retry to be logged', () => world.logged.length === 1);
    await clock.advance(200);
    assert.ok(large.equals(await bytesOf(await read)));
    assert.equal(world.logged, ['storage_retry read TIME_LIMIT']);
    late.resolve();
    await waitFor('the late answer to be cut off', () => world.double.cutOff() === 1);
  }),
);

test(
  'reads give rise to no warning',
  inStorageWorld(async ({ bucket }) => {
    const warnings: string[] = [];
    const listen = (warning: Error) => void warnings.push(warning.message);
    process.on('warning', listen);
    await bucket.put('a', PHOTO, PNG);
    const streams: Readable[] = await Promise.all(Array.from({ length: 5 }, () => bucket.read('a')));
    await Promise.all(streams.map(bytesOf));
    await new Promise(resolve => setImmediate(resolve));
    process.off('warning', listen);
    assert.equal(warnings, []);
  }),
);

test.run();
