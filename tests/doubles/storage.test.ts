/**
 * The storage double is held to what Cloud Storage documents, over plain HTTP: neither the SDK nor our bucket takes
 * part, so that a mistake of theirs cannot hide one of the double.
 */
import { createHash } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { crc32c } from './storage/crc32c.ts';
import { inWireWorld } from './storage/wire-client.ts';

test('its CRC32C is the one of the standard', () => {
  // RFC 3720, B.4, and the check value of the algorithm.
  assert.is(crc32c(Buffer.alloc(32)), Buffer.from('8a9136aa', 'hex').toString('base64'));
  assert.is(crc32c(Buffer.from('123456789')), Buffer.from('e3069283', 'hex').toString('base64'));
  assert.is(crc32c(Buffer.alloc(0)), 'AAAAAA==');
});

test(
  'an upload answers with the object: sums, generation, type',
  inWireWorld(async ({ upload, clock }) => {
    const { status, body } = await upload('a%2Fb', 'hello', { resource: { metadata: { k: 'v' } } });
    assert.is(status, 200);
    const { name, size, contentType, metadata, metageneration, timeCreated } = body;
    assert.equal([name, size, contentType, metadata], ['a/b', '5', 'image/png', { k: 'v' }]);
    assert.is(body.crc32c, 'mnG7TA==');
    assert.is(body.md5Hash, createHash('md5').update('hello').digest('base64'));
    assert.equal([metageneration, timeCreated], ['1', new Date(clock.now()).toISOString()]);
  }),
);

test(
  'an upload with a precondition or a sum that does not hold stores nothing',
  inWireWorld(async ({ upload, call }) => {
    const first = await upload('a', 'one', { query: '&ifGenerationMatch=0' });
    assert.is((await upload('a', 'two', { query: '&ifGenerationMatch=0' })).status, 412);
    assert.is((await upload('a', 'two', { query: '&ifGenerationMatch=5' })).status, 412);
    assert.is((await upload('a', 'two', { resource: { crc32c: 'AAAAAA==' } })).status, 400);
    assert.is((await upload('a', 'two', { resource: { md5Hash: 'AAAAAA==' } })).status, 400);
    assert.equal((await call('GET', '/o/a')).body, first.body);
    assert.is((await upload('a', 'two', { query: `&ifGenerationMatch=${first.body.generation}` })).status, 200);
  }),
);

test(
  'a custom time moves forward only and stays once it is set',
  inWireWorld(async ({ upload, call }) => {
    await upload('a', 'x', { resource: { customTime: '2026-11-23T12:00:00Z', metadata: { k: 'v', l: 'w' } } });
    const patch = async (change: object) => (await call('PATCH', '/o/a', change)).status;
    assert.is(await patch({ customTime: '2026-11-23T11:59:59Z' }), 400);
    assert.is(await patch({ customTime: null }), 400);
    assert.is(await patch({ customTime: 'soon' }), 400);
    assert.is(await patch({ customTime: '2026-11-23T12:00:00Z', metadata: { l: null } }), 200);
    const { customTime, metadata, metageneration, contentType } = (await call('GET', '/o/a')).body;
    assert.equal([customTime, metadata], ['2026-11-23T12:00:00Z', { k: 'v' }]);
    assert.equal([metageneration, contentType], ['2', 'image/png']);
    assert.is((await call('PATCH', '/o/a?ifMetagenerationMatch=1', {})).status, 412);
    assert.is((await call('PATCH', '/o/b', {})).status, 404);
  }),
);

test(
  'with versioning what is replaced or deleted stays, until its generation is deleted',
  inWireWorld(
    async ({ upload, call, double }) => {
      const generations: unknown[] = [];
      for (const content of ['one', 'two']) generations.push((await upload('a', content)).body.generation);
      assert.is((await call('DELETE', '/o/a')).status, 204);
      assert.is((await call('GET', '/o/a')).status, 404);
      assert.is((await call('DELETE', '/o/a')).status, 404);
      assert.is((await call('GET', `/o/a?alt=media&generation=${generations[0]}`)).body.text, 'one');
      const listed = (await call('GET', '/o?versions=true')).body.items as {
        generation: string;
        timeDeleted: string;
      }[];
      assert.equal(
        listed.map(({ generation }) => generation),
        generations,
      );
      assert.ok(listed.every(({ timeDeleted }) => timeDeleted !== undefined));
      assert.is((await call('GET', '/o')).body.items, undefined);
      for (const generation of generations) await call('DELETE', `/o/a?generation=${generation}`);
      assert.is((await call('DELETE', `/o/a?generation=${generations[0]}`)).status, 404);
      assert.equal(double.versions('a'), []);
    },
    { versioning: true },
  ),
);

test(
  'without versioning what is replaced is gone',
  inWireWorld(async ({ upload, call }) => {
    const { generation } = (await upload('a', 'one')).body;
    await upload('a', 'two');
    assert.is((await call('GET', `/o/a?generation=${generation}`)).status, 404);
  }),
);

test(
  'a list has pages, a prefix and offsets',
  inWireWorld(async ({ upload, call }) => {
    for (const name of ['b', 'a%2Fb', 'a', 'a-b', 'c']) await upload(name, 'x');
    const names = async (query: string) => {
      const { body } = await call('GET', `/o?${query}`);
      const items = (body.items ?? []) as { name: string }[];
      return [items.map(({ name }) => name).join(' '), body.nextPageToken] as const;
    };
    assert.equal(await names(''), ['a a-b a/b b c', undefined]);
    assert.equal(await names('prefix=a'), ['a a-b a/b', undefined]);
    assert.equal(await names('startOffset=a-b&endOffset=c'), ['a-b a/b b', undefined]);
    const [first, token] = await names('maxResults=2');
    assert.is(first, 'a a-b');
    assert.equal(await names(`maxResults=3&pageToken=${token}`), ['a/b b c', undefined]);
    assert.is((await call('GET', '/o?pageToken=x')).status, 400);
  }),
);

test(
  'media comes by range',
  inWireWorld(async ({ upload, double }) => {
    await upload('a', '0123456789');
    const get = async (range: string) => {
      const headers = { authorization: `Bearer ${double.token}`, range };
      const response = await fetch(`${double.url}/storage/v1/b/easel-demo/o/a?alt=media`, { headers });
      return [response.status, response.headers.get('content-range'), await response.text()];
    };
    assert.equal(await get('bytes=2-4'), [206, 'bytes 2-4/10', '234']);
    assert.equal(await get('bytes=8-99'), [206, 'bytes 8-9/10', '89']);
    assert.equal(await get('bytes=8-'), [206, 'bytes 8-9/10', '89']);
    assert.equal(await get('bytes=-3'), [206, 'bytes 7-9/10', '789']);
    assert.is((await get('bytes=10-'))[0], 416);
    assert.equal(await get('bytes=a-b'), [200, null, '0123456789']);
  }),
);

test(
  'a copy of several calls goes by tokens, and counts as one object written',
  inWireWorld(
    async ({ upload, call }) => {
      await upload('a', '0123456789', { resource: { metadata: { k: 'v' } } });
      const path = '/o/a/rewriteTo/b/easel-demo/o/b';
      const progress: unknown[] = [];
      for (let token: unknown = ''; token !== undefined; ) {
        const { status, body } = await call('POST', token ? `${path}?rewriteToken=${token}` : path);
        assert.is(status, 200);
        token = body.rewriteToken;
        progress.push([body.done, body.totalBytesRewritten]);
      }
      assert.equal(progress, [
        [false, '4'],
        [false, '8'],
        [true, '10'],
      ]);
      assert.equal((await call('GET', '/o/b')).body.metadata, { k: 'v' });
      assert.is((await call('POST', `${path}?rewriteToken=used`)).status, 400);
    },
    { rewriteBytesPerCall: 4 },
  ),
);

test.run();
