/**
 * The directory bucket's own form of signed URLs; what every platform promises about them is in the conformance suite.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { testClock } from '../../tests/test-clock.ts';
import { signedUrls } from './bucket-urls.ts';

const clock = testClock();
const SECOND = 1000;

function urls({ base = 'http://127.0.0.1:8080', key = 1 } = {}) {
  return signedUrls({ baseUrl: () => base, signingKey: Buffer.alloc(32, key), clock });
}

/** Path and query, as the request line has them. */
function targetOf(url: string): string {
  return url.replace(/^https?:\/\/[^/]+/, '');
}

test('a read is allowed as it was signed, to GET and HEAD', async () => {
  const expiresAt = clock.now() + 60 * SECOND;
  const plain = targetOf(await urls().signedReadUrl('a/b', { expiresAt }));
  for (const method of ['GET', 'HEAD']) {
    assert.equal(urls().verify({ method, url: plain }), { allowed: 'read', path: 'a/b', expiresAt });
  }
  const downloadName = 'a "b" \\ c&d=e+f%20.png';
  const named = targetOf(await urls().signedReadUrl('a/b', { expiresAt, downloadName }));
  assert.equal(urls().verify({ method: 'GET', url: named }), { allowed: 'read', path: 'a/b', expiresAt, downloadName });
});

test('an upload is allowed with its bounds, to PUT', async () => {
  const upload = { expiresAt: clock.now() + 60 * SECOND, contentType: 'image/svg+xml', bytesMin: 1, bytesMax: 20 };
  const { url, headers } = await urls().signedUploadUrl('in/1', upload);
  assert.equal(headers, { 'content-type': 'image/svg+xml' });
  assert.equal(urls().verify({ method: 'PUT', url: targetOf(url) }), { allowed: 'upload', path: 'in/1', ...upload });
});

test('a URL belongs to its method, its key and its spelling', async () => {
  const read = targetOf(await urls().signedReadUrl('a', { expiresAt: clock.now() + SECOND }));
  for (const method of ['PUT', 'POST', 'DELETE', 'OPTIONS', 'get', 'constructor', '']) {
    assert.equal(urls().verify({ method, url: read }), { refused: 'forbidden' }, method);
  }
  assert.equal(urls({ key: 2 }).verify({ method: 'GET', url: read }), { refused: 'forbidden' });
  // The last character of a base64url text of 32 bytes has two bits to spare.
  const respelled = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].map(
    last => read.slice(0, -1) + last,
  );
  const allowed = respelled.filter(url => 'allowed' in urls().verify({ method: 'GET', url }));
  assert.equal(allowed, [read]);
});

test('a URL works up to its time, rounded down to the second, and not at it', async () => {
  const startMs = clock.now();
  const url = targetOf(await urls().signedReadUrl('a', { expiresAt: startMs + 2 * SECOND + 999 }));
  await clock.advance(2 * SECOND - 1);
  assert.ok('allowed' in urls().verify({ method: 'GET', url }));
  await clock.advance(1);
  assert.equal(urls().verify({ method: 'GET', url }), { refused: 'expired' });
});

test('only a genuine URL is called expired', async () => {
  const url = targetOf(await urls().signedReadUrl('a', { expiresAt: clock.now() - SECOND }));
  assert.equal(urls().verify({ method: 'GET', url }), { refused: 'expired' });
  assert.equal(urls().verify({ method: 'GET', url: url.replace('/a?', '/b?') }), { refused: 'forbidden' });
});

test('whatever cannot be understood is forbidden', async () => {
  const good = targetOf(await urls().signedReadUrl('a', { expiresAt: clock.now() + SECOND }));
  const query = good.slice(good.indexOf('?'));
  const paths = [
    '',
    '/',
    '/objects',
    '/objects/',
    '/objects/%61',
    '/objects/a/',
    '/objects//a',
    '/objects/a/../a',
    'a',
  ];
  const wrong = [
    ...paths.map(path => path + query),
    '/objects/a',
    '/objects/a?',
    '/objects/a?signature',
    '/objects/a?%',
  ];
  for (const url of [...wrong, `/objects/a?signature=${'x'.repeat(100_000)}`, `${good}&`.repeat(2), `${good}#`]) {
    assert.equal(urls().verify({ method: 'GET', url }), { refused: 'forbidden' }, url.slice(0, 100));
  }
});

test('the base may have a path and a slash at its end', async () => {
  const signed = await urls({ base: 'https://shop.example/easel/' }).signedReadUrl('a', { expiresAt: 0 });
  assert.match(signed, /^https:\/\/shop\.example\/easel\/objects\/a\?expires=0&signature=[\w-]{43}$/);
});

test.run();
