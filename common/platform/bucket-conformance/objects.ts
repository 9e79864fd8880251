/**
 * Holds a bucket to what `put`, `stat`, `read`, `copy`, `touch` and `delete` promise one caller alone.
 */
import * as assert from 'uvu/assert';
import { bytesOf, contentOf, PNG, patterned, rejectsWith, statOf, type TestInWorld } from './world.ts';

export function registerPutTests(test: TestInWorld): void {
  test('an object comes back as it was put', async ({ bucket }) => {
    const bytes = patterned(1_500_000, 1);
    const metadata = { model: 'a-1', sha256: 'ff00', note: 'Größe "quoted" \\ 🐈', Empty0: '' };
    assert.is(await bucket.put('cache/ab/abcd', bytes, { contentType: 'image/webp', metadata }), 'created');
    assert.ok(bytes.equals(await bytesOf(await bucket.read('cache/ab/abcd'))));
    const { path, bytes: length, contentType, metadata: kept } = await statOf(bucket, 'cache/ab/abcd');
    assert.equal(
      { path, length, contentType },
      { path: 'cache/ab/abcd', length: 1_500_000, contentType: 'image/webp' },
    );
    assert.equal({ ...kept }, metadata);
  });

  test('an object may be empty and without metadata', async ({ bucket }) => {
    await bucket.put('empty', new Uint8Array(), PNG);
    const stat = await statOf(bucket, 'empty');
    assert.is(stat.bytes, 0);
    assert.equal({ ...stat.metadata }, {});
    assert.is(await contentOf(bucket, 'empty'), '');
  });

  test('a put replaces bytes, type and metadata, and every write has another ETag', async ({ bucket }) => {
    const etags = new Set<string>();
    for (const [content, value] of [
      ['one', '1'],
      ['two two', '2'],
      ['two two', '2'],
    ] as const) {
      const input = { contentType: `image/x${value}`, metadata: { value } };
      assert.is(await bucket.put('a', Buffer.from(content), input), 'created');
      const stat = await statOf(bucket, 'a');
      assert.equal(
        [stat.bytes, stat.contentType, { ...stat.metadata }],
        [content.length, `image/x${value}`, { value }],
      );
      assert.is(await contentOf(bucket, 'a'), content);
      assert.not.match(stat.etag, '"');
      etags.add(stat.etag);
    }
    assert.is(etags.size, 3);
  });

  test('a put with ifAbsent leaves an object that is there untouched', async ({ bucket }) => {
    assert.is(await bucket.put('a/b', Buffer.from('first'), { ...PNG, ifAbsent: true }), 'created');
    const before = await statOf(bucket, 'a/b');
    const other = { contentType: 'image/webp', metadata: { x: 'y' }, ifAbsent: true };
    assert.is(await bucket.put('a/b', Buffer.from('second'), other), 'exists');
    assert.equal(await statOf(bucket, 'a/b'), before);
    assert.is(await contentOf(bucket, 'a/b'), 'first');
  });
}

export function registerReadTests(test: TestInWorld): void {
  test('what is not there has no stat and throws missing', async ({ bucket }) => {
    await bucket.put('there/is/one', Buffer.from('x'), PNG);
    for (const path of ['nothing', 'there', 'there/is', 'there/is/two', 'there/is/one/more']) {
      assert.is(await bucket.stat(path), undefined, path);
      await rejectsWith('missing', () => bucket.read(path), `read ${path}`);
      await rejectsWith('missing', () => bucket.read(path, { start: 0, end: 0 }), `read a range of ${path}`);
      await rejectsWith('missing', () => bucket.copy(path, 'elsewhere'), `copy ${path}`);
      await rejectsWith('missing', () => bucket.touch(path), `touch ${path}`);
    }
    assert.is(await bucket.stat('elsewhere'), undefined);
  });

  test('a range includes both of its ends and stops at the last byte', async ({ bucket }) => {
    await bucket.put('a', Buffer.from('0123456789'), PNG);
    const cases = [
      [0, 9, '0123456789'],
      [0, 0, '0'],
      [9, 9, '9'],
      [3, 5, '345'],
      [7, 100, '789'],
    ] as const;
    for (const [start, end, expected] of cases) {
      assert.is((await bytesOf(await bucket.read('a', { start, end }))).toString(), expected);
    }
    const large = patterned(700_000, 4);
    await bucket.put('b', large, PNG);
    const middle = await bytesOf(await bucket.read('b', { start: 100_001, end: 600_000 }));
    assert.ok(middle.equals(large.subarray(100_001, 600_001)));
  });

  test('a range that starts behind the end or is none is invalid', async ({ bucket }) => {
    await bucket.put('a', Buffer.from('0123456789'), PNG);
    await bucket.put('empty', new Uint8Array(), PNG);
    for (const [start, end] of [
      [10, 10],
      [10, 20],
      [-1, 3],
      [4, 3],
      [0.5, 3],
      [0, Number.NaN],
    ] as const) {
      await rejectsWith('invalid', () => bucket.read('a', { start, end }), `${start} to ${end}`);
    }
    await rejectsWith('invalid', () => bucket.read('empty', { start: 0, end: 0 }));
  });
}

export function registerLifeTests(test: TestInWorld): void {
  test('a copy has bytes, type and metadata of its source and replaces what was there', async ({ bucket }) => {
    await bucket.put('from', Buffer.from('the source'), { contentType: 'image/webp', metadata: { a: 'b' } });
    await bucket.put('to/x', Buffer.from('old'), PNG);
    const [source, old] = [await statOf(bucket, 'from'), await statOf(bucket, 'to/x')];
    for (const to of ['to/x', 'to/new', 'from']) {
      await bucket.copy('from', to);
      const { bytes, contentType, metadata } = await statOf(bucket, to);
      assert.equal([bytes, contentType, { ...metadata }], [source.bytes, 'image/webp', { a: 'b' }]);
      assert.is(await contentOf(bucket, to), 'the source');
    }
    assert.is.not((await statOf(bucket, 'to/x')).etag, old.etag);
  });

  test('a touch renews the life of an object and changes nothing else', async ({ bucket, letTimePass }) => {
    await bucket.put('a', Buffer.from('x'), { ...PNG, metadata: { k: 'v' } });
    const before = await statOf(bucket, 'a');
    await letTimePass(1500);
    await bucket.touch('a');
    const after = await statOf(bucket, 'a');
    assert.ok(after.touchedAt >= before.touchedAt + 1000, 'touchedAt is later');
    assert.equal({ ...after, touchedAt: 0, etag: '' }, { ...before, touchedAt: 0, etag: '' });
    assert.is(await contentOf(bucket, 'a'), 'x');
  });

  test('a put starts a life anew', async ({ bucket, letTimePass }) => {
    await bucket.put('a', Buffer.from('x'), PNG);
    const before = await statOf(bucket, 'a');
    await letTimePass(1500);
    await bucket.put('a', Buffer.from('y'), PNG);
    const after = await statOf(bucket, 'a');
    assert.ok(after.createdAt >= before.createdAt + 1000 && after.touchedAt >= before.touchedAt + 1000);
    assert.ok(Number.isSafeInteger(after.createdAt) && Number.isSafeInteger(after.touchedAt));
  });

  test('a delete takes away one object, and a second delete is no error', async ({ bucket }) => {
    for (const path of ['d/a', 'd/ab', 'd-a']) await bucket.put(path, Buffer.from(path), PNG);
    await bucket.delete('d/a');
    await bucket.delete('d/a');
    await bucket.delete('d');
    await bucket.delete('never/was');
    assert.is(await bucket.stat('d/a'), undefined);
    assert.is(await contentOf(bucket, 'd/ab'), 'd/ab');
    assert.is(await contentOf(bucket, 'd-a'), 'd-a');
    assert.is(await bucket.put('d/a', Buffer.from('again'), { ...PNG, ifAbsent: true }), 'created');
  });
}
