/**
 * Puts and copies on Cloud Storage when the wire misbehaves: what is lost, refused, repeated or damaged on its way.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Operation } from '../../tests/doubles/storage/exchange.ts';
import type { Misbehaviour } from '../../tests/doubles/storage/trouble.ts';
import { inStorageWorld, openStorageWorld, type StorageWorld } from '../../tests/doubles/storage-world.ts';
import { seededRandom, testClock } from '../../tests/test-clock.ts';
import { waitFor } from '../../tests/wait-for.ts';
import { contentOf, PNG, patterned, rejectsWith } from '../platform/bucket-conformance/world.ts';

const PHOTO = patterned(1_500_000, 9);

for (const what of [{ kind: 'do-then-refuse', status: 503 }, { kind: 'do-then-reset' }] satisfies Misbehaviour[]) {
  for (const ifAbsent of [true, false]) {
    test(`a put whose answer is lost is done once (${what.kind}, ifAbsent ${ifAbsent})`, async () => {
      const world = await openStorageWorld({ versioning: true });
      try {
        world.double.plan({ on: 'insert', what });
        assert.is(await world.bucket.put('a/b', PHOTO, { ...PNG, ifAbsent }), 'created');
        assert.is(world.double.versions('a/b').length, 1);
        assert.equal([requests(world, 'insert'), requests(world, 'stat')], [1, 1]);
      } finally {
        await world.close();
      }
    });
  }
}

for (const what of [
  { kind: 'refuse', status: 503 },
  { kind: 'refuse-early', status: 503 },
  { kind: 'refuse', status: 408 },
  { kind: 'reset' },
  { kind: 'reset-upload', afterBytes: 400_000 },
] satisfies Misbehaviour[]) {
  test(`a put that fails before it is done is sent again (${JSON.stringify(what)})`, async () => {
    const world = await openStorageWorld({ versioning: true });
    try {
      world.double.plan({ on: 'insert', what, times: 2 });
      assert.is(await world.bucket.put('a/b', PHOTO, { ...PNG, ifAbsent: true }), 'created');
      assert.is(await world.bucket.put('a/b', PHOTO, { ...PNG, ifAbsent: true }), 'exists');
      assert.equal(
        world.double.versions('a/b').map(({ bytes }) => bytes.equals(PHOTO)),
        [true],
      );
    } finally {
      await world.close();
    }
  });
}

test(
  'a refusal that says so has done nothing: the same put goes out again without a look',
  inStorageWorld(async world => {
    world.double.plan({ on: 'insert', what: { kind: 'refuse', status: 429, reason: 'rateLimitExceeded' } });
    world.double.plan({ on: 'insert', what: { kind: 'refuse', status: 403, reason: 'rateLimitExceeded' } });
    assert.is(await world.bucket.put('a', PHOTO, PNG), 'created');
    assert.equal([requests(world, 'insert'), requests(world, 'stat')], [3, 0]);
    assert.equal(world.logged, [
      'storage_retry store 429 rateLimitExceeded',
      'storage_retry store 403 rateLimitExceeded',
    ]);
  }),
);

test(
  'an object that is there is told by one request',
  inStorageWorld(async world => {
    await world.bucket.put('a', PHOTO, PNG);
    assert.is(await world.bucket.put('a', PHOTO, { ...PNG, ifAbsent: true }), 'exists');
    assert.equal([requests(world, 'insert'), requests(world, 'stat'), world.logged.length], [2, 0, 0]);
  }),
);

test(
  'a put that is not allowed is not tried again',
  inStorageWorld(async world => {
    for (const status of [401, 403, 409, 501]) {
      const before = requests(world, 'insert');
      world.double.plan({ on: 'insert', what: { kind: 'refuse', status } });
      await rejectsWith('unavailable', () => world.bucket.put('a', PHOTO, PNG), String(status));
      assert.is(requests(world, 'insert'), before + 1);
    }
    assert.is(await world.bucket.stat('a'), undefined);
  }),
);

test(
  'a put gives up after five tries',
  inStorageWorld(async world => {
    world.double.plan({ on: 'insert', what: { kind: 'refuse', status: 503 }, times: 9 });
    await rejectsWith('unavailable', () => world.bucket.put('a', PHOTO, { ...PNG, ifAbsent: true }));
    assert.equal([requests(world, 'insert'), requests(world, 'stat')], [5, 4]);
  }),
);

test(
  'of a lost put with ifAbsent and another one in between, the other wins',
  inStorageWorld(async world => {
    const other = Promise.withResolvers<void>();
    world.double.plan({ on: 'insert', what: { kind: 'refuse', status: 503 } });
    world.double.plan({ on: 'stat', what: { kind: 'hold', until: other.promise } });
    const mine = world.bucket.put('a', Buffer.from('mine'), { ...PNG, ifAbsent: true });
    await waitFor('the look', () => requests(world, 'stat') === 1);
    assert.is(await world.reopen({ random: seededRandom(2) }).put('a', Buffer.from('theirs'), PNG), 'created');
    other.resolve();
    assert.is(await mine, 'exists');
    assert.is(await contentOf(world.bucket, 'a'), 'theirs');
  }),
);

test(
  'a repeated put replaces the version that it has looked at and no newer one',
  inStorageWorld(async world => {
    const [{ bucket, double }, theirs] = [world, world.reopen({ random: seededRandom(2) })];
    await theirs.put('a', Buffer.from('first'), PNG);
    const newer = Promise.withResolvers<void>();
    double.plan({ on: 'insert', what: { kind: 'refuse', status: 503 } });
    double.plan({ on: 'insert', what: { kind: 'hold', until: newer.promise } });
    const mine = bucket.put('a', Buffer.from('mine'), PNG);
    await waitFor('the second try', () => requests(world, 'insert') === 3);
    await theirs.put('a', Buffer.from('second'), PNG);
    newer.resolve();
    assert.is(await mine, 'created');
    const conditions = double.requests.filter(({ operation }) => operation === 'insert').map(conditionOf);
    // First, mine unconditionally, mine against "first", second, mine against "second".
    assert.equal(conditions, ['', '', '1795435200000000', '', '1795435200000001']);
    assert.is(await contentOf(bucket, 'a'), 'mine');
  }),
);

test(
  'bytes that are damaged on their way, or behind the door, are sent again',
  inStorageWorld(async world => {
    for (const unnoticed of [false, true]) {
      for (const ifAbsent of [true, false]) {
        const path = `a/${unnoticed}/${ifAbsent}`;
        world.double.plan({ on: 'insert', what: { kind: 'corrupt', unnoticed }, times: 2 });
        assert.is(await world.bucket.put(path, PHOTO, { ...PNG, ifAbsent }), 'created');
        assert.is(world.double.versions(path).at(-1)?.bytes.equals(PHOTO), true, path);
      }
    }
  }),
);

test(
  'bytes that are damaged each time are unavailable and not stored',
  inStorageWorld(async world => {
    world.double.plan({ on: 'insert', what: { kind: 'corrupt' }, times: 9 });
    await rejectsWith('unavailable', () => world.bucket.put('a', PHOTO, PNG));
    assert.is(await world.bucket.stat('a'), undefined);
  }),
);

test(
  'a put that hangs is tried again after a minute',
  inStorageWorld(async world => {
    const clock = testClock();
    const bucket = world.reopen({ clock });
    world.double.plan({ on: 'insert', what: { kind: 'hold', until: new Promise(() => {}) } });
    const put = bucket.put('a', PHOTO, { ...PNG, ifAbsent: true });
    await waitFor('the upload', () => requests(world, 'insert') === 1);
    await clock.advance(59_999);
    assert.equal(world.logged, []);
    await clock.advance(1);
    await waitFor('the retry to be logged', () => world.logged.length === 1);
    await clock.advance(200);
    assert.is(await put, 'created');
    assert.equal(world.logged, ['storage_retry store TIME_LIMIT']);
  }),
);

test.run();

function requests({ double }: StorageWorld, operation: Operation): number {
  return double.requestsOf(operation);
}

function conditionOf({ rawQuery }: { rawQuery: string }): string {
  return new URLSearchParams(rawQuery).get('ifGenerationMatch') ?? '';
}
