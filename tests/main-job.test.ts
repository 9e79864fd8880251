/**
 * The main job, whole: a real photo goes in over HTTP, the real worker draws it, the picture comes out of a signed URL.
 * Platforms: embedded, and google by EASEL_TEST_PLATFORM=google.
 */
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, download, type JobAnswer, PHOTO, QUICK_OPTIONS, withService } from './service.ts';

const test = suite('the main job');
const STYLES = ['ink-wash', 'pen-and-marker', 'post-impressionist', 'fine-art-bw', 'charcoal'];

test(
  'a photo becomes a picture at a signed URL that needs no header',
  withService(async service => {
    const submitted = await service.submit({ style: 'ink-wash', options: '{}' });
    assert.is(submitted.status, 202);
    assert.is(submitted.headers.get('location'), `/v1/jobs/${submitted.body.id}`);
    assert.match(submitted.headers.get('retry-after') ?? '', /^\d+$/);
    const job = await service.done(submitted.body.id);
    assert.equal([job.status, job.reused, job.attempt], ['succeeded', false, 1]);

    const picture = await download(job.output?.url ?? '');
    assert.equal([picture.status, picture.contentType], [200, job.output?.contentType]);
    const { width, height } = await sharp(picture.bytes, { failOn: 'warning' }).metadata();
    assert.ok(Math.max(width, height) >= 1_000, `${width} × ${height}`);
    assert.ok((await difference(picture.bytes, PHOTO)) > 10, 'the picture differs from the photo');
    assert.is((await download(job.output?.previewUrl ?? '')).contentType, 'image/webp');

    const redirect = await service.call('GET', `/v1/jobs/${job.id}/output`);
    assert.is(redirect.status, 302);
    assert.equal((await download(redirect.headers.get('location') ?? '')).bytes, picture.bytes);
  }),
);

test(
  'the five styles give five pictures, and another variation another one',
  withService(async service => {
    const wishes = [...STYLES.map(style => ({ style })), { style: 'charcoal', options: '{"variation":1}' }];
    const submitted = await Promise.all(wishes.map(wish => service.submit(wish)));
    const jobs = await Promise.all(submitted.map(({ body }) => service.done(body.id)));
    const pictures = await Promise.all(jobs.map(job => download(job.output?.url ?? '')));
    for (const [index, { bytes }] of pictures.entries()) {
      for (const other of pictures.slice(index + 1)) {
        assert.ok((await difference(bytes, other.bytes)) > 1, `picture ${index} is like a later one`);
      }
    }
    assert.is(new Set(jobs.map(job => job.output?.sha256)).size, wishes.length);
  }),
);

test(
  'the same wish again is answered at once, reused, and costs no quota',
  withService(async service => {
    const wish = { style: 'charcoal', customerId: '7' };
    const { body: first } = await service.submit(wish);
    await service.done(first.id);
    assert.is(await service.remaining('7'), 9);
    const again = await service.submit(wish);
    assert.equal([again.status, again.body.status, again.body.reused], [200, 'succeeded', true]);
    assert.is(await service.remaining('7'), 9);
    assert.is((await download(again.body.output?.url ?? '')).status, 200);
    const anotherCustomer = await service.submit({ style: 'charcoal', customerId: '8' });
    assert.equal([anotherCustomer.status, anotherCustomer.body.reused], [202, false]);
  }),
);

test(
  'the same Idempotency-Key finds the same job, whatever the multipart boundary; another body under it is refused',
  withService(async service => {
    const headers = { 'Idempotency-Key': 'order-1' };
    const first = await service.submit({ style: 'charcoal' }, { headers });
    const again = await service.submit({ style: 'charcoal' }, { headers });
    assert.is(again.body.id, first.body.id);
    assert.is(again.headers.get('idempotent-replayed'), 'true');
    const asJson = await service.call('POST', '/v1/jobs', {
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        ...{ style: 'charcoal', options: QUICK_OPTIONS },
        image: { data: PHOTO.toString('base64') },
      }),
    });
    assert.is(asJson.body.id, first.body.id, 'the photo counts by its bytes, however it was sent');
    const other = await service.submit({ style: 'ink-wash' }, { headers });
    assert.equal([other.status, other.body.code], [422, 'idempotency_key_reused']);
    await service.done(first.body.id);
    assert.is((await service.submit({ style: 'charcoal' }, { headers })).status, 200, 'done by now');
  }),
);

test(
  'of 200 submits at once with 10 left exactly 10 are admitted, the others told when to come back',
  withService(async service => {
    // Different photos: the same one again would be reused as soon as the first is drawn, and reuse is free.
    const submit = (index: number) => {
      const photo = Buffer.concat([PHOTO, Buffer.from([index])]);
      return service.submit({ style: 'charcoal', customerId: '7' }, { photo });
    };
    const answers: Answer<JobAnswer & { resetAt?: string }>[] = await Promise.all(
      Array.from({ length: 200 }, (_, index) => submit(index)),
    );
    assert.is(answers.filter(({ status }) => status === 202).length, 10);
    const refused = answers.filter(({ status }) => status === 429);
    assert.is(refused.length, 190);
    for (const { body, headers } of refused) {
      assert.is(body.code, 'quota_exceeded');
      assert.match(body.resetAt ?? '', /T00:00:00\.000Z$/);
      assert.ok(Number(headers.get('retry-after')) > 0);
      assert.match(headers.get('ratelimit') ?? '', /"named";r=0;t=\d+/);
    }
  }),
);

test(
  'stopped by the operator, it ends well and the next start finishes what waited',
  withService(async service => {
    const { body } = await service.submit({ style: 'charcoal' });
    assert.is(await service.terminate(), 0, service.output());
    await service.start();
    assert.is((await service.done(body.id)).status, 'succeeded');
  }),
);

test.run();

/** Mean difference of two pictures at 64 × 64, from 0 to 255. */
async function difference(a: Buffer, b: Buffer): Promise<number> {
  const [left, right] = await Promise.all(
    [a, b].map(bytes => sharp(bytes).resize(64, 64, { fit: 'fill' }).removeAlpha().raw().toBuffer()),
  );
  if (!left || !right) return 0;
  return left.reduce((sum, value, index) => sum + Math.abs(value - (right[index] ?? 0)), 0) / left.length;
}
