/**
 * The table of what Cloud Storage, its SDK and the network can fail with, and that no secret leaves with it.
 */
import { inspect } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inStorageWorld } from '../../tests/doubles/storage-world.ts';
import { PNG } from '../platform/bucket-conformance/world.ts';
import { isPlatformError, PlatformError } from '../platform/errors.ts';
import { type Fault, faultOf, translate, withoutSecrets } from './bucket-errors.ts';

type Expected = [kind: Fault['kind'], transient: boolean, unsure: boolean];

const TABLE: readonly (readonly [what: string, error: Error, expected: Expected])[] = [
  ['no such object', failure({ code: 404, message: 'No such object: b/a' }), ['missing', false, false]],
  [
    'no such bucket',
    failure({ code: 404, message: 'The specified bucket does not exist.' }),
    ['unavailable', false, false],
  ],
  ['a malformed request', failure({ code: 400 }), ['invalid', false, false]],
  [
    'damaged bytes',
    failure({ code: 400, message: `Provided CRC32C "a" doesn't match "b"` }),
    ['unavailable', true, false],
  ],
  ['too large', failure({ code: 413 }), ['invalid', false, false]],
  ['a range behind the end', failure({ code: 416 }), ['invalid', false, false]],
  ['a precondition', failure({ code: 412 }), ['contended', true, false]],
  ['a bad token', failure({ code: 401 }), ['unavailable', false, false]],
  ['no permission', failure({ code: 403 }), ['unavailable', false, false]],
  ['too often', failure({ code: 403, errors: [{ reason: 'rateLimitExceeded' }] }), ['unavailable', true, false]],
  ['too many requests', failure({ code: 429 }), ['unavailable', true, false]],
  ['a request that came too slowly', failure({ code: 408 }), ['unavailable', true, true]],
  ['an internal error', failure({ code: 500 }), ['unavailable', true, true]],
  ['not implemented', failure({ code: 501 }), ['unavailable', false, true]],
  ['a bad gateway', failure({ code: '502' }), ['unavailable', true, true]],
  ['unavailable', failure({ code: 503 }), ['unavailable', true, true]],
  ['a connection reset', failure({ code: 'ECONNRESET' }), ['unavailable', true, true]],
  ['no such host', failure({ code: 'ENOTFOUND' }), ['unavailable', true, true]],
  ['a time limit', failure({ code: 'TIME_LIMIT' }), ['unavailable', true, true]],
  ['a download that differs', failure({ code: 'CONTENT_DOWNLOAD_MISMATCH' }), ['unavailable', true, true]],
  ['an answer that is no JSON', failure({ name: 'FetchError', type: 'invalid-json' }), ['unavailable', true, true]],
  ['no credentials', failure({ message: 'Could not load the default credentials.' }), ['unavailable', false, false]],
  ['IAM knows no such account', failure({ status: 404, config: {} }), ['unavailable', false, false]],
  ['a refused token request', failure({ status: 400, config: {} }), ['unavailable', false, false]],
  ['IAM is down', failure({ status: 503, code: '503', config: {} }), ['unavailable', true, true]],
];

for (const [what, error, [kind, transient, unsure]] of TABLE) {
  test(`${what} is ${kind}`, () => {
    const fault = faultOf(error);
    assert.equal([fault?.kind, fault?.transient, fault?.unsure], [kind, transient, unsure]);
    const translated = translate(error, { what: 'read', path: 'a' });
    assert.ok(isPlatformError(translated, kind));
    if (kind !== 'missing') assert.instance((translated as Error).cause, Error);
  });
}

test('what is no fault of the outside is passed on as it is', () => {
  for (const error of [new TypeError('x'), new PlatformError('damaged', 'x'), 'a string', undefined]) {
    assert.is(faultOf(error), undefined);
    assert.is(translate(error, { what: 'read', path: 'a' }), error);
  }
});

test('a message loses tokens, signatures and queries, and keeps what an operator needs', () => {
  const signature = '0f'.repeat(256);
  for (const [text, expected] of [
    ['request failed: Bearer ya29.a-b_c.d', 'request failed: Bearer …'],
    ['token ya29.A0ARrdaM-x was refused', 'token … was refused'],
    [
      `GET https://storage.googleapis.com/b/a?X-Goog-Signature=${signature} failed`,
      'GET https://storage.googleapis.com/b/a?… failed',
    ],
    [`jwt eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.${'e30'.repeat(30)}.x`, 'jwt …'],
    ['easel@demo.iam.gserviceaccount.com does not have storage.objects.get access', undefined],
    ['line\nbreak\t\ttab', 'line break tab'],
    ['word '.repeat(100), 'word '.repeat(60)],
  ] as const) {
    assert.is(withoutSecrets(text), expected ?? text);
  }
});

test(
  'no error that leaves the bucket holds the token or a signature, however deep one looks',
  inStorageWorld(async ({ bucket, double, clock }) => {
    await bucket.put('a', Buffer.from('x'), PNG);
    const url = await bucket.signedReadUrl('a', { expiresAt: clock.now() + 1000 });
    const signature = new URL(url).searchParams.get('X-Goog-Signature') ?? '';
    const message = `Bearer ${double.token} may not fetch ${url}`;
    double.plan({ on: 'any', what: { kind: 'refuse', status: 403, message }, times: 99 });
    for (const call of [
      () => bucket.put('b', Buffer.from('x'), PNG),
      () => bucket.stat('a'),
      () => bucket.read('a'),
      () => bucket.copy('a', 'b'),
      () => bucket.touch('a'),
      () => bucket.delete('a'),
      () => bucket.list('', { limit: 1 }),
      () => bucket.signedReadUrl('b', { expiresAt: clock.now() + 1000 }),
    ]) {
      const error: unknown = await call().then(
        () => assert.unreachable('the call resolved'),
        reason => reason,
      );
      const all = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true });
      assert.match(all, 'unavailable');
      assert.not.match(all, double.token);
      assert.not.match(all, signature);
    }
  }),
);

test.run();

function failure({ message = 'failed', ...properties }: { message?: string; [key: string]: unknown }): Error {
  return Object.assign(new Error(message), properties);
}
