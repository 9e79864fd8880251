/**
 * Misuses a bucket's signed URLs over real HTTP. Platforms differ in the status of a refusal, so a refusal is any 4xx
 * that has no effect.
 */
import * as assert from 'uvu/assert';
import type { SignedRequest } from '../bucket.ts';
import { isPlatformError } from '../errors.ts';
import { body, now, readUrl, send, upload, uploadRequest } from './signed-client.ts';
import { type BucketWorld, contentOf, PNG, type TestInWorld } from './world.ts';

export function registerReadRefusals(test: TestInWorld): void {
  test('a signed URL that was changed anywhere is refused', async world => {
    await world.bucket.put('a', Buffer.from('secret'), PNG);
    await world.bucket.put('b', Buffer.from('secret'), PNG);
    const url = await readUrl(world, 'a', { downloadName: 'x.png' });
    for (const changed of [...variants(url), url.replace('/a?', '/b?')]) await refused(world, changed);
    await refused(world, url.split('?')[0] ?? '');
    assert.is((await send(world, url)).status, 200);
  });

  test('a signed URL for reading lets nobody write or delete', async world => {
    await world.bucket.put('a', Buffer.from('kept'), PNG);
    for (const path of ['a', 'new']) {
      const url = await readUrl(world, path);
      await refused(world, url, { method: 'PUT', body: 'x', headers: { 'content-type': 'image/png' } });
      await refused(world, url, { method: 'DELETE' });
    }
    assert.is(await contentOf(world.bucket, 'a'), 'kept');
    assert.is(await world.bucket.stat('new'), undefined);
  });

  test('a URL past its time is refused', async world => {
    await world.bucket.put('a', Buffer.from('x'), PNG);
    const expiresAt = (await now(world)) - 60_000;
    const url = await unlessInvalid(() => world.bucket.signedReadUrl('a', { expiresAt }));
    if (url) await refused(world, url);
    const request = await unlessInvalid(() => uploadRequest(world, 'b', { expiresAt }));
    if (request) await uploadRefused(world, request, { path: 'b' });
  });
}

export function registerUploadRefusals(test: TestInWorld): void {
  test('an upload only creates', async world => {
    const request = await uploadRequest(world, 'once');
    assert.ok((await upload(world, request, { bytes: Buffer.from('first') })).ok);
    const second = await upload(world, request, { bytes: Buffer.from('second') });
    assert.ok(isRefusal(second), `${second.status}`);
    assert.is(await contentOf(world.bucket, 'once'), 'first');

    await world.bucket.put('there', Buffer.from('before'), PNG);
    const late = await upload(world, await uploadRequest(world, 'there'), { bytes: Buffer.from('late') });
    assert.ok(isRefusal(late), `${late.status}`);
    assert.is(await contentOf(world.bucket, 'there'), 'before');
  });

  test('an upload that is too short, too long or of another type is refused and stores nothing', async world => {
    const request = await uploadRequest(world, 'up');
    await uploadRefused(world, request, { path: 'up', bytes: Buffer.from('xx') });
    await uploadRefused(world, request, { path: 'up', bytes: new Uint8Array() });
    await uploadRefused(world, request, { path: 'up', bytes: Buffer.alloc(300_001) });
    await uploadRefused(
      world,
      { ...request, headers: { ...request.headers, 'content-type': 'text/html' } },
      { path: 'up' },
    );
    assert.ok((await upload(world, request, { bytes: Buffer.from('good') })).ok);
  });

  test('an upload URL that was changed anywhere is refused, and reads nothing', async world => {
    const request = await uploadRequest(world, 'up');
    for (const url of variants(request.url)) await uploadRefused(world, { ...request, url }, { path: 'up' });
    const elsewhere = { ...request, url: request.url.replace('/up?', '/elsewhere?') };
    await uploadRefused(world, elsewhere, { path: 'elsewhere' });
    await world.bucket.put('up', Buffer.from('x'), PNG);
    await refused(world, request.url);
  });
}

function isRefusal(response: Response): boolean {
  return response.status >= 400 && response.status < 500;
}

async function refused(world: BucketWorld, url: string, init?: RequestInit): Promise<void> {
  const response = await send(world, url, init);
  assert.ok(isRefusal(response), `expected a refusal, got ${response.status} for ${init?.method ?? 'GET'} ${url}`);
  assert.not.match((await body(response)).toString(), 'secret');
}

async function uploadRefused(
  world: BucketWorld,
  request: SignedRequest,
  { path, bytes = Buffer.from('something') }: { path: string; bytes?: Uint8Array },
): Promise<void> {
  const response = await upload(world, request, { bytes });
  assert.ok(isRefusal(response), `expected a refusal, got ${response.status} for PUT ${request.url}`);
  assert.is(await world.bucket.stat(path), undefined);
}

/** The URL with each of its parameters in turn left out, changed, doubled; and with one more. */
function variants(url: string): string[] {
  const parameters = [...new URL(url).searchParams];
  const withQuery = (query: [string, string][]) => `${url.split('?')[0]}?${new URLSearchParams(query)}`;
  const changed = parameters.flatMap(([name, value], index) => [
    withQuery(parameters.toSpliced(index, 1)),
    withQuery(parameters.with(index, [name, `${value}0`])),
    withQuery(parameters.with(index, [name, value.slice(0, -1)])),
    withQuery([...parameters, [name, `${value}1`]]),
  ]);
  return [...changed, withQuery([['x', 'y'], ...parameters])];
}

/** A platform may refuse to sign what is past, too. */
async function unlessInvalid<T>(sign: () => Promise<T>): Promise<T | undefined> {
  try {
    return await sign();
  } catch (error) {
    if (isPlatformError(error, 'invalid')) return undefined;
    throw error;
  }
}
