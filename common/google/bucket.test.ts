/**
 * The Cloud Storage bucket before its double: the conformance suite, and what only Cloud Storage can get wrong.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inStorageWorld, openStorageWorld } from '../../tests/doubles/storage-world.ts';
import { waitFor } from '../../tests/wait-for.ts';
import { bucketConformance } from '../platform/bucket.conformance.ts';
import { contentOf, PNG, rejectsWith, statOf } from '../platform/bucket-conformance/world.ts';

bucketConformance('Cloud Storage bucket', openStorageWorld);

bucketConformance('Cloud Storage bucket that keeps versions', () => openStorageWorld({ versioning: true }));

test('the SDK is loaded at the first call, not by the import', async () => {
  const program = `
    import { registerHooks } from 'node:module';
    const loaded = new Set();
    registerHooks({ resolve: (name, context, next) => (loaded.add(name), next(name, context)) });
    const { createStorageBucket } = await import(${JSON.stringify(new URL('./bucket.ts', import.meta.url).href)});
    const { systemClock, systemRandom } = await import(${JSON.stringify(new URL('../clock.ts', import.meta.url).href)});
    const log = { info() {}, warn() {}, error() {} };
    const storage = { apiEndpoint: 'http://127.0.0.1:9' };
    const bucket = createStorageBucket({ bucketName: 'b', storage, clock: systemClock, random: systemRandom, log });
    const heavy = () => [...loaded].filter(name => /google|gaxios|teeny|node-fetch/.test(name) && !/^file:/.test(name));
    console.log(JSON.stringify(heavy()));
    bucket.stat('a').catch(() => {});
    setTimeout(() => console.log(JSON.stringify(heavy().includes('@google-cloud/storage'))), 50);
  `;
  const args = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  assert.equal(stdout.trim().split('\n'), ['[]', 'true']);
});

test(
  'a delete takes every version, and only those of its path',
  inStorageWorld(
    async ({ bucket, double }) => {
      for (const path of ['a', 'a-b', 'a/b', 'a0']) {
        for (const content of ['one', 'two', 'three']) await bucket.put(path, Buffer.from(content), PNG);
      }
      assert.is(double.versions('a').length, 3);
      double.plan({ on: 'delete', what: { kind: 'do-then-reset' } });
      await bucket.delete('a');
      assert.equal(double.versions('a'), []);
      assert.is(double.requestsOf('delete'), 4, 'one for each version, and one that was repeated');
      for (const path of ['a-b', 'a/b', 'a0']) assert.is(double.versions(path).length, 3, path);
    },
    { versioning: true },
  ),
);

test(
  'a delete that fails in the middle has taken the live version, and the next one takes the rest',
  inStorageWorld(
    async ({ bucket, double }) => {
      for (const content of ['one', 'two', 'three']) await bucket.put('a', Buffer.from(content), PNG);
      double.plan({ on: 'delete', what: { kind: 'refuse', status: 403 }, after: 1 });
      await rejectsWith('unavailable', () => bucket.delete('a'));
      assert.is(await bucket.stat('a'), undefined);
      assert.equal(
        double.versions('a').map(({ bytes }) => bytes.toString()),
        ['one', 'two'],
      );
      await bucket.delete('a');
      assert.equal(double.versions('a'), []);
    },
    { versioning: true },
  ),
);

test(
  'a touch by a clock that is behind leaves the later time, and is no error',
  inStorageWorld(async ({ bucket, reopen, clock }) => {
    await bucket.put('a', Buffer.from('x'), PNG);
    const { touchedAt } = await statOf(bucket, 'a');
    const behind = reopen({ clock: { ...clock, now: () => clock.now() - 30_000 } });
    await behind.touch('a');
    assert.is((await statOf(bucket, 'a')).touchedAt, touchedAt);
  }),
);

test(
  'a touch that is refused because others touch the object all the time has come too late to matter',
  inStorageWorld(async ({ bucket, double, letTimePass }) => {
    await bucket.put('a', Buffer.from('x'), PNG);
    const tooOften = { kind: 'refuse', status: 429, reason: 'rateLimitExceeded' } as const;
    double.plan({ on: 'patch', what: tooOften });
    await bucket.touch('a');
    assert.is(double.requestsOf('patch'), 1);
    await letTimePass(3_600_000);
    double.plan({ on: 'patch', what: tooOften, times: 9 });
    await rejectsWith('unavailable', () => bucket.touch('a'));
    assert.is(double.requestsOf('patch'), 6);
  }),
);

test(
  'what a client uploaded by a signed URL counts as touched when it was created',
  inStorageWorld(async ({ bucket, clock }) => {
    const upload = { expiresAt: clock.now() + 60_000, ...PNG, bytesMin: 1, bytesMax: 9 };
    const { url, headers } = await bucket.signedUploadUrl('up', upload);
    assert.is((await fetch(url, { method: 'PUT', headers, body: 'abc' })).status, 200);
    const { createdAt, touchedAt } = await statOf(bucket, 'up');
    assert.equal([createdAt, touchedAt], [clock.now(), clock.now()]);
  }),
);

test(
  'a list goes on behind short pages and passes over names that are no paths',
  inStorageWorld(async ({ bucket, double }) => {
    for (const path of ['a', 'b', 'c']) await bucket.put(path, Buffer.from(path), PNG);
    const { token, url, bucketName } = double;
    for (const name of ['a.json', 'B', 'b/', 'b c']) {
      const upload = `${url}/upload/storage/v1/b/${bucketName}/o?uploadType=multipart&name=${encodeURIComponent(name)}`;
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'multipart/related; boundary=x' };
      const body = '--x\r\n\r\n{}\r\n--x\r\n\r\nabc\r\n--x--';
      assert.is((await fetch(upload, { method: 'POST', headers, body })).status, 200);
    }
    const pathsOf = async (limit: number) => (await bucket.list('', { limit })).map(({ path }) => path);
    assert.equal(await pathsOf(3), ['a', 'b', 'c']);
    assert.equal(await pathsOf(2), ['a', 'b']);
    assert.equal(await pathsOf(1000), ['a', 'b', 'c']);
  }),
);

test(
  'metadata that looks like a placeholder of the SDK comes back as it was put',
  inStorageWorld(async ({ bucket }) => {
    const metadata = { text: 'made for {{projectId}}', more: '{{\\projectId}} {{\\\\projectId}} {{project}}' };
    await bucket.put('a', Buffer.from('{{projectId}}'), { ...PNG, metadata });
    assert.equal((await statOf(bucket, 'a')).metadata, metadata);
    await bucket.copy('a', 'b');
    assert.equal((await statOf(bucket, 'b')).metadata, metadata);
    assert.is(await contentOf(bucket, 'b'), '{{projectId}}');
  }),
);

test(
  'a call that needs a token while the metadata server is down is unavailable',
  inStorageWorld(async ({ bucket, double }) => {
    double.plan({ on: 'token', what: { kind: 'refuse', status: 404 }, times: 9 });
    await rejectsWith('unavailable', () => bucket.stat('a'));
    await waitFor('the token to be asked for', () => double.requestsOf('token') >= 1);
    assert.is(double.requestsOf('stat'), 0);
  }),
);

test.run();
