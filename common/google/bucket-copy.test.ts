/**
 * Copies on Cloud Storage: a copy is one more write whose answer may be lost, of a source that may change under it.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inStorageWorld, type StorageWorld } from '../../tests/doubles/storage-world.ts';
import { waitFor } from '../../tests/wait-for.ts';
import { contentOf, PNG, patterned, rejectsWith, statOf } from '../platform/bucket-conformance/world.ts';

const PHOTO = patterned(1_500_000, 9);

test(
  'a copy whose answer is lost is done once',
  inStorageWorld(
    async world => {
      await world.bucket.put('from', PHOTO, PNG);
      world.double.plan({ on: 'rewrite', what: { kind: 'do-then-reset' } });
      await world.bucket.copy('from', 'to');
      assert.is(world.double.versions('to').length, 1);
      assert.is(world.double.requestsOf('rewrite'), 1);
    },
    { versioning: true },
  ),
);

test(
  'a copy whose source is replaced under it copies the new version',
  inStorageWorld(async world => {
    await world.bucket.put('from', Buffer.from('old'), PNG);
    const webp = { contentType: 'image/webp', metadata: { version: 'new' } };
    await copyDuring(world, () => world.bucket.put('from', Buffer.from('new'), webp));
    const { contentType, metadata } = await statOf(world.bucket, 'to');
    assert.equal({ contentType, metadata }, webp);
    assert.is(await contentOf(world.bucket, 'to'), 'new');
  }),
);

test(
  'a copy whose source is deleted under it is missing',
  inStorageWorld(async world => {
    await world.bucket.put('from', Buffer.from('old'), PNG);
    await rejectsWith('missing', () => copyDuring(world, () => world.bucket.delete('from')));
    assert.is(await world.bucket.stat('to'), undefined);
  }),
);

test(
  'a copy that takes several calls keeps type, metadata and a life of its own',
  inStorageWorld(
    async ({ bucket, double, letTimePass }) => {
      await bucket.put('from', PHOTO, { contentType: 'image/webp', metadata: { a: 'b' } });
      await letTimePass(5_000);
      await bucket.copy('from', 'to');
      assert.is(double.requestsOf('rewrite'), 4);
      const [source, copy] = [await statOf(bucket, 'from'), await statOf(bucket, 'to')];
      assert.equal(copy, {
        ...source,
        path: 'to',
        etag: copy.etag,
        createdAt: source.createdAt + 5_000,
        touchedAt: source.touchedAt + 5_000,
      });
    },
    { rewriteBytesPerCall: 400_000 },
  ),
);

test.run();

/** Copies `from` to `to`; the change happens after the source was looked at and before the copy is carried out. */
async function copyDuring({ bucket, double }: StorageWorld, change: () => Promise<unknown>): Promise<void> {
  const changed = Promise.withResolvers<unknown>();
  double.plan({ on: 'rewrite', what: { kind: 'hold', until: changed.promise } });
  const copy = bucket.copy('from', 'to');
  await waitFor('the copy', () => double.requestsOf('rewrite') === 1);
  changed.resolve(await change());
  await copy;
}
