/**
 * The objects route over real HTTP: what a signed URL's answer looks like, beyond what every platform promises.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PNG, statOf } from '../common/platform/bucket-conformance/world.ts';
import { inDirectoryWorld } from '../tests/bucket-world.ts';
import { assertRefused, HOUR_MS, readUrl, send } from '../tests/object-client.ts';

test(
  'a picture comes with headers that let it be shown, kept for a while and do nothing else',
  inDirectoryWorld(async world => {
    await world.bucket.put('a/b', Buffer.from('0123456789'), PNG);
    const { etag } = await statOf(world.bucket, 'a/b');
    const { status, headers, body } = await send(await readUrl(world, 'a/b'));
    assert.is(status, 200);
    assert.is(body.toString(), '0123456789');
    const expected = {
      'content-type': 'image/png',
      'content-length': '10',
      'content-disposition': 'inline',
      etag: `"${etag}"`,
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=3600',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'cross-origin',
    };
    for (const [name, value] of Object.entries(expected)) assert.is(headers[name], value, name);
  }),
);

test(
  'nobody may keep a picture longer than its URL works',
  inDirectoryWorld(async world => {
    await world.bucket.put('a', Buffer.from('x'), PNG);
    const url = await readUrl(world, 'a');
    await world.clock.advance(HOUR_MS - 1500);
    assert.is((await send(url)).headers['cache-control'], 'private, max-age=1');
    await world.clock.advance(1500);
    assertRefused(await send(url), 403, 'url_expired');
  }),
);

test('HEAD answers as GET does, without opening the object', () => {
  let reads = 0;
  return inDirectoryWorld(
    async world => {
      await world.bucket.put('a', Buffer.from('0123456789'), { contentType: 'text/plain' });
      const url = await readUrl(world, 'a', 'x.txt');
      const got = await send(url);
      assert.is(reads, 1);
      const head = await send(url, { method: 'HEAD', headers: { range: 'bytes=0-1' } });
      assert.is(reads, 1);
      assert.is(head.status, 200);
      assert.is(head.body.length, 0);
      assert.equal({ ...head.headers, date: '' }, { ...got.headers, date: '' });
      assert.is((await send(await readUrl(world, 'b'), { method: 'HEAD' })).status, 404);
    },
    {
      routed: bucket => ({
        ...bucket,
        read: (path, range) => {
          reads++;
          return bucket.read(path, range);
        },
      }),
    },
  )();
});

test(
  'a download name is quoted',
  inDirectoryWorld(async world => {
    await world.bucket.put('a', Buffer.from('x'), PNG);
    const { headers } = await send(await readUrl(world, 'a', 'my "best"; cat\\.png'));
    assert.is(headers['content-disposition'], 'attachment; filename="my \\"best\\"; cat\\\\.png"');
  }),
);

test(
  'each refusal has its code',
  inDirectoryWorld(async world => {
    await world.bucket.put('a', Buffer.from('x'), PNG);
    const url = await readUrl(world, 'a');
    assertRefused(await send(await readUrl(world, 'missing')), 404, 'not_found');
    assertRefused(await send(`${url}0`), 403, 'url_invalid');
    assertRefused(await send(url.split('?')[0] ?? ''), 403, 'url_invalid');
    assertRefused(await send(url.replace('/objects/a', '/objects/%61')), 403, 'url_invalid');
    assertRefused(await send(url, { method: 'PUT', body: Buffer.from('x') }), 403, 'url_invalid');
    for (const method of ['POST', 'DELETE', 'PATCH']) {
      const answer = await send(url, { method });
      assertRefused(answer, 405, 'method_not_allowed');
      assert.is(answer.headers.allow, 'GET, HEAD, PUT');
    }
  }),
);

test(
  'other paths are left to other routes',
  inDirectoryWorld(async world => {
    const { origin } = new URL(await readUrl(world, 'a'));
    for (const path of ['/', '/objects', '/v1/objects/a', '/objectsa']) {
      assert.match((await send(origin + path)).body.toString(), 'route_not_found');
    }
  }),
);

test.run();
