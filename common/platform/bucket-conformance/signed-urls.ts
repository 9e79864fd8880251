/**
 * Uses a bucket's signed URLs as clients do, over real HTTP: browsers that show, save or resume, clients that upload.
 */
import * as assert from 'uvu/assert';
import { body, HOUR_MS, now, readUrl, send, upload, uploadRequest } from './signed-client.ts';
import { PNG, patterned, rejectsWith, type TestInWorld } from './world.ts';

export function registerReadUrlTests(test: TestInWorld): void {
  test('a signed URL gives out the object without any header', async world => {
    const bytes = patterned(600_000, 5);
    await world.bucket.put('a/b', bytes, { contentType: 'image/webp' });
    const response = await send(world, await readUrl(world, 'a/b'));
    assert.is(response.status, 200);
    assert.is(response.headers.get('content-type'), 'image/webp');
    assert.is(response.headers.get('content-length'), '600000');
    assert.ok(bytes.equals(await body(response)));
  });

  test('a signed URL gives out a range', async world => {
    await world.bucket.put('a', Buffer.from('0123456789'), PNG);
    const response = await send(world, await readUrl(world, 'a'), { headers: { range: 'bytes=2-4' } });
    assert.is(response.status, 206);
    assert.is(response.headers.get('content-range'), 'bytes 2-4/10');
    assert.is((await body(response)).toString(), '234');
  });

  test('a download name makes browsers save, and without one they show', async world => {
    await world.bucket.put('a', Buffer.from('x'), PNG);
    const saved = await send(world, await readUrl(world, 'a', { downloadName: 'my cat (1) & co+1%.png' }));
    const disposition = saved.headers.get('content-disposition') ?? '';
    assert.match(disposition, /^attachment;/);
    assert.match(decodeURIComponent(disposition.replaceAll('%.', '%25.')), 'my cat (1) & co+1%.png');
    await saved.arrayBuffer();
    const shown = await send(world, await readUrl(world, 'a'));
    assert.not.match(shown.headers.get('content-disposition') ?? 'inline', 'attachment');
    await shown.arrayBuffer();
  });

  test('equal arguments give an equal URL, others another', async world => {
    await world.bucket.put('a', Buffer.from('x'), PNG);
    const expiresAt = (await now(world)) + HOUR_MS;
    const sign = (path: string, at: number, downloadName?: string) =>
      world.bucket.signedReadUrl(path, { expiresAt: at, ...(downloadName === undefined ? {} : { downloadName }) });
    const urls = [await sign('a', expiresAt), await sign('b', expiresAt), await sign('a', expiresAt + 60_000)];
    urls.push(await sign('a', expiresAt, 'x.png'), await sign('a', expiresAt, 'y.png'));
    assert.is(new Set(urls).size, urls.length);
    await world.letTimePass(1500);
    assert.is(await sign('a', expiresAt), urls[0]);
    assert.is(await sign('a', expiresAt, 'x.png'), urls[3]);
  });

  test('a signed URL of a missing object answers 404', async world => {
    const response = await send(world, await readUrl(world, 'not/there'));
    assert.is(response.status, 404);
    await response.arrayBuffer();
  });

  test('options that break the rule are invalid', async ({ bucket }) => {
    for (const downloadName of ['', 'ä.png', 'a\r\nb', 'a\0', 'x'.repeat(201)]) {
      await rejectsWith('invalid', () => bucket.signedReadUrl('a', { expiresAt: 0, downloadName }), downloadName);
    }
    for (const expiresAt of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      await rejectsWith('invalid', () => bucket.signedReadUrl('a', { expiresAt }));
    }
    for (const wrong of [{ contentType: 'png' }, { bytesMin: -1 }, { bytesMin: 2, bytesMax: 1 }, { bytesMax: 0.5 }]) {
      const upload = { expiresAt: 0, ...PNG, bytesMin: 0, bytesMax: 10, ...wrong };
      await rejectsWith('invalid', () => bucket.signedUploadUrl('a', upload), JSON.stringify(wrong));
    }
  });
}

export function registerUploadUrlTests(test: TestInWorld): void {
  test('an upload is stored with its type, at either bound of its length', async world => {
    for (const [path, length] of [
      ['up/min', 3],
      ['up/max', 300_000],
    ] as const) {
      const request = await uploadRequest(world, path);
      assert.is(request.method, 'PUT');
      const response = await upload(world, request, { bytes: patterned(length, 6) });
      assert.ok(response.ok, `${response.status}`);
      const stat = await world.bucket.stat(path);
      assert.equal([stat?.bytes, stat?.contentType], [length, 'image/png']);
      const stored = await Array.fromAsync(await world.bucket.read(path));
      assert.ok(patterned(length, 6).equals(Buffer.concat(stored)));
    }
  });
}
