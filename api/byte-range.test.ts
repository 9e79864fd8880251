/**
 * Ranges, resumed downloads and copies that clients have already, over real HTTP.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PNG } from '../common/platform/bucket-conformance/world.ts';
import { inDirectoryWorld } from '../tests/bucket-world.ts';
import { assertRefused, readUrl, send } from '../tests/object-client.ts';

test(
  'one range of bytes is served, any other form gets the whole',
  inDirectoryWorld(async world => {
    await world.bucket.put('a', Buffer.from('0123456789'), PNG);
    const url = await readUrl(world, 'a');
    const served = [
      ['0-0', '0', '0-0'],
      ['0-9', '0123456789', '0-9'],
      ['4-', '456789', '4-9'],
      ['-3', '789', '7-9'],
    ];
    for (const [range, content, sent] of [...served, ['8-99', '89', '8-9'], ['-99', '0123456789', '0-9']]) {
      const { status, headers, body } = await send(url, { headers: { range: `bytes=${range}` } });
      assert.equal([status, body.toString()], [206, content], range);
      assert.is(headers['content-range'], `bytes ${sent}/10`);
      assert.is(headers['content-length'], String(content?.length));
    }
    for (const range of [
      'bytes=0-1,3-4',
      'bytes=5-2',
      'bytes=-',
      'bytes=a-b',
      'bytes=',
      'lines=0-1',
      'bytes 0-1',
      '0-1',
    ]) {
      const { status, headers, body } = await send(url, { headers: { range } });
      assert.equal([status, body.toString(), headers['content-range']], [200, '0123456789', undefined], range);
    }
    for (const range of ['bytes=10-', 'bytes=10-12', 'bytes=-0', 'bytes=99999999999999999999-']) {
      const answer = await send(url, { headers: { range } });
      assertRefused(answer, 416, 'range_not_satisfiable');
      assert.is(answer.headers['content-range'], 'bytes */10');
    }
  }),
);

test(
  'an empty object is served, and has no ranges',
  inDirectoryWorld(async world => {
    await world.bucket.put('a', new Uint8Array(), PNG);
    const url = await readUrl(world, 'a');
    const { status, headers } = await send(url);
    assert.equal([status, headers['content-length']], [200, '0']);
    assertRefused(await send(url, { headers: { range: 'bytes=0-' } }), 416, 'range_not_satisfiable');
  }),
);

test(
  'a download is resumed only into the version that it began with',
  inDirectoryWorld(async world => {
    await world.bucket.put('a', Buffer.from('0123456789'), PNG);
    const url = await readUrl(world, 'a');
    const etag = String((await send(url)).headers.etag);
    const resume = (condition: string) => send(url, { headers: { range: 'bytes=5-', 'if-range': condition } });
    assert.is((await resume(etag)).status, 206);
    for (const condition of [`W/${etag}`, '"other"', 'Mon, 23 Nov 2026 12:00:00 GMT']) {
      assert.equal((await resume(condition)).status, 200, condition);
    }
    await world.bucket.put('a', Buffer.from('9876543210'), PNG);
    const renewed = await resume(etag);
    assert.equal([renewed.status, renewed.body.toString()], [200, '9876543210']);
  }),
);

test(
  'a client that has the version gets 304',
  inDirectoryWorld(async world => {
    await world.bucket.put('a', Buffer.from('0123456789'), PNG);
    const url = await readUrl(world, 'a');
    const etag = String((await send(url)).headers.etag);
    for (const tags of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      for (const method of ['GET', 'HEAD']) {
        const { status, headers, body } = await send(url, {
          method,
          headers: { 'if-none-match': tags, range: 'bytes=0-1' },
        });
        assert.equal([status, body.length, headers.etag], [304, 0, etag], tags);
        assert.is(headers['cache-control'], 'private, max-age=3600');
      }
    }
    assert.is((await send(url, { headers: { 'if-none-match': '"x", "y"' } })).status, 200);
    await world.bucket.put('a', Buffer.from('0123456789'), PNG);
    assert.is((await send(url, { headers: { 'if-none-match': etag } })).status, 200);
  }),
);

test.run();
