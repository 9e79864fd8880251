/**
 * Signed URLs of Cloud Storage: what stands in them, who signs them, and how often anybody is asked.
 */
import { Storage } from '@google-cloud/storage';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withKeyFile } from '../../tests/doubles/storage/key-file.ts';
import { createServiceAccount } from '../../tests/doubles/storage.ts';
import { inStorageWorld } from '../../tests/doubles/storage-world.ts';
import { waitFor } from '../../tests/wait-for.ts';
import { systemClock } from '../clock.ts';
import { PNG, rejectsWith } from '../platform/bucket-conformance/world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test(
  'twenty who want one URL at once cost one signature, and later ones none',
  inStorageWorld(async ({ bucket, double, clock, letTimePass }) => {
    const expiresAt = clock.now() + HOUR_MS;
    const urls = await Promise.all(Array.from({ length: 20 }, () => bucket.signedReadUrl('a', { expiresAt })));
    await letTimePass(HOUR_MS / 2);
    urls.push(await bucket.signedReadUrl('a', { expiresAt: expiresAt + 999 }));
    assert.is(new Set(urls).size, 1);
    assert.equal([double.requestsOf('signBlob'), double.requestsOf('email')], [1, 1]);
  }),
);

test(
  'another process gives out the same URL, whenever it is asked',
  inStorageWorld(async ({ bucket, reopen, clock, letTimePass }) => {
    const expiresAt = clock.now() + 12 * HOUR_MS;
    const url = await bucket.signedReadUrl('a', { expiresAt, downloadName: 'x.png' });
    await letTimePass(11 * HOUR_MS);
    assert.is(await reopen().signedReadUrl('a', { expiresAt, downloadName: 'x.png' }), url);
  }),
);

test(
  'a URL may live for seven days, works all the time, and none for longer',
  inStorageWorld(async ({ bucket, reopen, double, clock, letTimePass }) => {
    await bucket.put('a', Buffer.from('x'), PNG);
    const expiresAt = clock.now() + 7 * DAY_MS;
    await rejectsWith('invalid', () => bucket.signedReadUrl('a', { expiresAt: expiresAt + 1_000 }));
    await rejectsWith('invalid', () =>
      bucket.signedUploadUrl('a', { expiresAt: expiresAt + 1_000, ...PNG, bytesMin: 0, bytesMax: 1 }),
    );
    const url = await bucket.signedReadUrl('a', { expiresAt });
    const statuses: number[] = [];
    for (const passed of [0, 6 * DAY_MS, 18 * HOUR_MS, 6 * HOUR_MS - 1, 1]) {
      await letTimePass(passed);
      statuses.push((await fetch(url)).status, (await fetch(await reopen().signedReadUrl('a', { expiresAt }))).status);
    }
    assert.equal(statuses, [200, 200, 200, 200, 200, 200, 200, 200, 400, 400]);
    assert.is(double.requestsOf('signedGet'), statuses.length);
  }),
);

test(
  'a hundred URLs ask for the account once and sign eight at a time',
  inStorageWorld(async ({ bucket, double, clock }) => {
    const signing = Promise.withResolvers<void>();
    double.plan({ on: 'signBlob', what: { kind: 'hold', until: signing.promise }, times: 8 });
    const expiresAt = clock.now() + HOUR_MS;
    const urls = Promise.all(
      Array.from({ length: 100 }, (_, index) => bucket.signedReadUrl(`a/${index}`, { expiresAt })),
    );
    await waitFor('eight to be under way', () => double.requestsOf('signBlob') === 8);
    signing.resolve();
    assert.is(new Set(await urls).size, 100);
    assert.equal([double.requestsOf('signBlob'), double.requestsOf('email')], [100, 1]);
  }),
);

test(
  'a signature is asked for again when IAM flakes, misleading denials included',
  inStorageWorld(async ({ bucket, double, clock, logged }) => {
    const message = "Permission 'iam.serviceAccounts.signBlob' denied on resource (or it may not exist).";
    double.plan({ on: 'signBlob', what: { kind: 'refuse', status: 403, message } });
    double.plan({ on: 'signBlob', what: { kind: 'truncate', toBytes: 1 } });
    double.plan({ on: 'signBlob', what: { kind: 'refuse', status: 503 } });
    double.plan({ on: 'signBlob', what: { kind: 'reset' } });
    await bucket.put('a', Buffer.from('x'), PNG);
    const url = await bucket.signedReadUrl('a', { expiresAt: clock.now() + HOUR_MS });
    assert.is((await fetch(url)).status, 200);
    assert.is(logged.length, 4);
  }),
);

test(
  'an account that may not sign is unavailable, and the failure is not kept',
  inStorageWorld(async ({ bucket, double, clock }) => {
    const expiresAt = clock.now() + HOUR_MS;
    double.plan({ on: 'signBlob', what: { kind: 'refuse', status: 403 }, times: 5 });
    const both = [bucket.signedReadUrl('a', { expiresAt }), bucket.signedReadUrl('a', { expiresAt })];
    for (const url of both) await rejectsWith('unavailable', () => url);
    assert.is(double.requestsOf('signBlob'), 5);
    assert.match(await bucket.signedReadUrl('a', { expiresAt }), /X-Goog-Signature=[0-9a-f]{512}$/);
  }),
);

test(
  'the account that signs may be named, and one that is not there is unavailable at once',
  inStorageWorld(async ({ reopen, double, clock }) => {
    const endpoint = `${double.url}/v1/projects/-/serviceAccounts/`;
    const expiresAt = clock.now() + HOUR_MS;
    const named = reopen({ signing: { endpoint, serviceAccount: double.account.email } });
    assert.match(await named.signedReadUrl('a', { expiresAt }), encodeURIComponent(double.account.email));
    assert.is(double.requestsOf('email'), 0);
    const unknown = reopen({ signing: { endpoint, serviceAccount: 'nobody@demo.iam.gserviceaccount.com' } });
    await rejectsWith('unavailable', () => unknown.signedReadUrl('a', { expiresAt }));
    assert.is(double.requestsOf('signBlob'), 2);
  }),
);

test(
  'an upload needs every header that came with its URL',
  inStorageWorld(async ({ bucket, double, clock }) => {
    const expiresAt = clock.now() + HOUR_MS;
    const { url, headers } = await bucket.signedUploadUrl('up', { expiresAt, ...PNG, bytesMin: 1, bytesMax: 5 });
    assert.equal(headers, {
      'content-type': 'image/png',
      'x-goog-content-length-range': '1,5',
      'x-goog-if-generation-match': '0',
    });
    const put = async (sent: Record<string, string>, body = 'abc') =>
      (await fetch(url, { method: 'PUT', headers: sent, body })).status;
    for (const name of Object.keys(headers)) {
      const { [name]: _, ...rest } = headers;
      assert.is(await put(rest), 403, `without ${name}`);
      assert.is(await put({ ...headers, [name]: '9' }), 403, `with another ${name}`);
    }
    assert.is(await put({ ...headers, 'x-goog-acl': 'public-read' }), 400);
    assert.is(await put(headers, 'abcdef'), 400);
    assert.equal(double.versions('up'), []);
    assert.is(await put(headers), 200);
    assert.is(await put(headers), 412);
  }),
);

test(
  "with a key of its own a process asks nobody, and its URLs are the SDK's",
  inStorageWorld(async ({ reopen, double }) => {
    const account = await createServiceAccount();
    const clock = { ...systemClock, now: () => nowMs };
    const nowMs = Math.floor(Date.now() / 1000) * 1000;
    const expires = nowMs + HOUR_MS;
    await withKeyFile(account, async keyFilename => {
      const storage = { apiEndpoint: double.url, keyFilename };
      const bucket = reopen({ storage, clock });
      const file = new Storage(storage).bucket(double.bucketName).file('a/b');
      const times = { version: 'v4', accessibleAt: expires - 12 * HOUR_MS, expires } as const;
      const [read] = await file.getSignedUrl({
        ...{ ...times, action: 'read' },
        responseDisposition: `attachment; filename="it's (1)*!.png"`,
      });
      const ours = await bucket.signedReadUrl('a/b', { expiresAt: expires, downloadName: "it's (1)*!.png" });
      assert.equal(partsOf(ours), partsOf(read));
      const request = await bucket.signedUploadUrl('a/b', { expiresAt: expires, ...PNG, bytesMin: 1, bytesMax: 2 });
      const { 'content-type': contentType = '', ...extensionHeaders } = request.headers;
      const [write] = await file.getSignedUrl({ ...times, action: 'write', contentType, extensionHeaders });
      assert.equal(partsOf(request.url), partsOf(write));
      assert.is(double.requests.length, 0);
    });
  }),
);

test.run();

/** The SDK writes the parameters in another order; the signature covers them sorted. */
function partsOf(url: string): unknown {
  const { origin, pathname, searchParams } = new URL(url);
  return [origin, pathname, [...searchParams].sort()];
}
