/**
 * All that can be done with a job besides submitting it: waiting, listing, giving up, erasing, fetching. Platform: embedded.
 */
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, download, type JobAnswer, PHOTO, QUICK_OPTIONS, type Service, withService } from './service.ts';

const test = suite('job routes');

test(
  'a submit that may wait answers with the picture, and a read that may wait with the next change',
  withService(async service => {
    const drawn = await service.submit({ style: 'charcoal' }, { headers: { Prefer: 'wait=20' } });
    assert.equal([drawn.status, drawn.body.status], [200, 'succeeded']);
    assert.is(drawn.headers.get('preference-applied'), 'wait=20');

    const { body } = await service.submit({ style: 'ink-wash' });
    const wait = { headers: { Prefer: 'respond-async, wait=20' } };
    const changed = await service.call<Sequenced>('GET', `/v1/jobs/${body.id}?after=1`, wait);
    assert.ok(changed.body.sequence > 1);
    const ended = await service.call<Sequenced>('GET', `/v1/jobs/${body.id}?after=2`, wait);
    assert.is(ended.body.status, 'succeeded');
    const short = await service.call('GET', `/v1/jobs/${body.id}?after=99`, { headers: { Prefer: 'wait=1' } });
    assert.equal([short.status, short.body.done], [200, true], 'nothing more comes of a job that is done');
  }),
);

test(
  'an answer that the client has is not sent again',
  withService(async service => {
    const { body } = await service.submit({ style: 'charcoal' }, { headers: { Prefer: 'wait=20' } });
    const first = await service.call('GET', `/v1/jobs/${body.id}`);
    const etag = first.headers.get('etag') ?? '';
    const again = await service.call('GET', `/v1/jobs/${body.id}`, { headers: { 'If-None-Match': etag } });
    assert.is(again.status, 304);
    const other = await service.call('GET', `/v1/jobs/${body.id}`, { headers: { 'If-None-Match': 'W/"0-0"' } });
    assert.is(other.status, 200);
  }),
);

test(
  'picture, preview and photo are fetched through addresses that live as long as asked',
  withService(async service => {
    const { body } = await service.submit({ style: 'charcoal' }, { headers: { Prefer: 'wait=20' } });
    const follow = async (path: string) => {
      const { status, headers } = await service.call('GET', `/v1/jobs/${body.id}${path}`);
      assert.is(status, 302, path);
      return headers.get('location') ?? '';
    };
    const preview = await download(await follow('/output?variant=preview'));
    assert.is(preview.contentType, 'image/webp');
    assert.ok(Math.max(...Object.values(await size(preview.bytes))) <= 512);
    assert.equal((await download(await follow('/input'))).bytes, PHOTO);
    const week = Number(new URL(await follow('/output?ttl=7d')).searchParams.get('expires')) * 1_000 - Date.now();
    assert.ok(week > 6.9 * 86_400_000 && week <= 7 * 86_400_000);
    for (const bad of ['ttl=8d', 'ttl=0s', 'ttl=1', 'ttl=-1h', 'variant=huge', 'x=1']) {
      const answer = await service.call('GET', `/v1/jobs/${body.id}/output?${bad}`);
      assert.equal([answer.status, answer.body.code], [400, 'fields_invalid'], bad);
    }
    const session = await openSession(service);
    const mine = await service.submit({ style: 'charcoal' }, { key: session, headers: { Prefer: 'wait=20' } });
    assert.is((await service.call('GET', `/v1/jobs/${mine.body.id}/output?ttl=1h`, { key: session })).status, 400);
    assert.is((await service.call('GET', `/v1/jobs/${mine.body.id}/input`, { key: session })).status, 403);
  }),
);

test(
  'a job that waits is canceled at once and given back, and canceling again changes nothing',
  withService(async service => {
    const first = await service.submit({ style: 'charcoal', customerId: '7' });
    const canceled = await service.call('POST', `/v1/jobs/${first.body.id}/cancel`);
    assert.is(canceled.status, 200);
    const job = await service.done(first.body.id);
    if (job.status === 'canceled') assert.is(job.output, undefined);
    assert.equal((await service.call('POST', `/v1/jobs/${first.body.id}/cancel`)).body.status, job.status);
    assert.is((await service.call('POST', '/v1/jobs/job_00000000000000000000000000/cancel')).status, 404);
  }),
);

test(
  'erasing takes photo and picture away and leaves a tombstone',
  withService(async service => {
    const wish = { style: 'charcoal', customerId: '7', metadata: '{"order":"secret"}' };
    const { body } = await service.submit(wish, { headers: { Prefer: 'wait=20' } });
    const url = body.output?.url ?? '';
    assert.is((await download(url)).status, 200);
    const erased = await service.call<JobAnswer & { erasedAt: string; metadata?: object }>(
      'DELETE',
      `/v1/jobs/${body.id}`,
    );
    assert.equal([erased.status, erased.body.status, erased.body.output], [200, 'succeeded', undefined]);
    assert.is(erased.body.metadata, undefined);
    assert.ok(Date.parse(erased.body.erasedAt) > 0);
    for (let tries = 0; tries < 100 && (await download(url)).status !== 404; tries++);
    assert.is((await download(url)).status, 404);
    for (const path of ['/output', '/input']) {
      const answer = await service.call('GET', `/v1/jobs/${body.id}${path}`);
      assert.equal([answer.status, answer.body.code], [410, 'erased'], path);
    }
    assert.is((await service.call('DELETE', `/v1/jobs/${body.id}`)).status, 200, 'twice is once');
    const again = await service.submit(wish);
    assert.equal([again.status, again.body.reused], [202, false], 'nothing is left to be reused');
  }),
);

test(
  'a shop lists its jobs newest first, by what it knows of them, a page at a time',
  withService(async service => {
    const wishes = [
      { style: 'charcoal', customerId: '7', customId: 'a' },
      { style: 'ink-wash', customerId: '7' },
      { style: 'charcoal', customerId: '8' },
    ];
    const ids: string[] = [];
    for (const wish of wishes) ids.push((await service.submit(wish, { headers: { Prefer: 'wait=20' } })).body.id);
    const list = async (query: string) => {
      const { status, body } = await service.call<Page>('GET', `/v1/jobs?${query}`);
      assert.is(status, 200, query);
      return body.jobs.map(job => ids.indexOf(job.id));
    };
    assert.equal(await list(''), [2, 1, 0]);
    assert.equal(await list('style=charcoal'), [2, 0]);
    assert.equal(await list('customerId=7'), [1, 0]);
    assert.equal(await list('customId=a'), [0]);
    assert.equal(await list('status=failed'), []);
    assert.equal(await list('status=succeeded&style=ink-wash'), [1]);
    assert.equal(await list('customerId=7&status=succeeded'), [1, 0]);
    assert.equal(await list(`createdAfter=${new Date(Date.now() + 60_000).toISOString()}`), []);

    const first = await service.call<Page>('GET', '/v1/jobs?limit=2');
    assert.is(first.body.jobs.length, 2);
    const rest = await service.call<Page>('GET', `/v1/jobs?limit=2&cursor=${first.body.nextCursor}`);
    assert.equal(
      rest.body.jobs.map(job => ids.indexOf(job.id)),
      [0],
    );
    for (const bad of [
      'limit=0',
      'limit=101',
      'limit=x',
      'status=done',
      'cursor=x',
      'createdAfter=today',
      'page=2',
      'customId=a&status=failed',
    ]) {
      const answer = await service.call('GET', `/v1/jobs?${bad}`);
      assert.equal([answer.status, answer.body.code], [400, 'fields_invalid'], bad);
    }
    assert.is((await service.call('GET', '/v1/jobs', { key: await openSession(service) })).status, 403);
  }),
);

test(
  'a photo goes straight to the bucket, and nothing that is done to the upload later changes the job',
  withService(async service => {
    const upload = await openUpload(service, PHOTO.length);
    const put = (bytes: Buffer, headers = upload.headers) =>
      fetch(upload.url, { method: 'PUT', headers, body: new Uint8Array(bytes) });
    const submit = (uploadId = upload.uploadId, key?: string) =>
      service.call('POST', '/v1/jobs', {
        headers: { 'Content-Type': 'application/json', Prefer: 'wait=20' },
        body: JSON.stringify({ style: 'charcoal', options: QUICK_OPTIONS, image: { uploadId } }),
        ...(key ? { key } : {}),
      });
    assert.equal(refused(await submit()), [400, 'upload_not_done']);
    assert.is((await put(PHOTO.subarray(1))).status, 400, 'too short');
    assert.is((await put(Buffer.concat([PHOTO, PHOTO]))).status, 413, 'too long');
    assert.is((await put(PHOTO, { 'Content-Type': 'text/html' })).status, 415, 'another type');
    assert.is((await put(PHOTO)).status, 201);
    const swapped = Buffer.from(PHOTO);
    swapped[100] = 0;
    assert.is((await put(swapped)).status, 409, 'it only creates');

    const drawn = await submit();
    assert.equal([drawn.status, drawn.body.status], [200, 'succeeded']);
    const direct = await service.submit({ style: 'charcoal' });
    assert.equal([direct.status, direct.body.reused], [200, true], 'the same photo, however it came');

    assert.equal(refused(await submit('upl_00000000000000000000000000')), [400, 'upload_unknown']);
    assert.equal(
      refused(await submit(upload.uploadId, await openSession(service))),
      [400, 'upload_unknown'],
      'not theirs',
    );
    for (const body of [
      { contentType: 'image/gif', bytes: 5 },
      { contentType: 'image/png', bytes: 0 },
      { contentType: 'image/png', bytes: 21 * 2 ** 20 },
      {},
    ]) {
      const answer = await service.call('POST', '/v1/uploads', {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      assert.equal(refused(answer), [400, 'fields_invalid']);
    }
  }),
);

test(
  'what was uploaded under a false name is judged by its bytes',
  withService(async service => {
    const html = Buffer.from('<script>alert(1)</script>');
    const upload = await openUpload(service, html.length);
    await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: new Uint8Array(html) });
    const answer = await service.call('POST', '/v1/jobs', {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ style: 'charcoal', image: { uploadId: upload.uploadId } }),
    });
    assert.equal(refused(answer), [415, 'image_type_unsupported']);
  }),
);

test.run();

interface Sequenced extends JobAnswer {
  readonly sequence: number;
}

interface Page {
  readonly jobs: readonly JobAnswer[];
  readonly nextCursor?: string;
}

interface UploadAnswer {
  readonly uploadId: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
}

async function openSession(service: Service): Promise<string> {
  const { storefront } = await service.keys();
  return (await service.call<{ token: string }>('POST', '/v1/sessions', { key: storefront })).body.token;
}

async function openUpload(service: Service, bytes: number): Promise<UploadAnswer> {
  const { status, body } = await service.call<UploadAnswer>('POST', '/v1/uploads', {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ contentType: 'image/jpeg', bytes }),
  });
  assert.is(status, 201);
  return body;
}

function refused({ status, body }: Answer): [number, string | undefined] {
  return [status, body.code];
}

async function size(bytes: Buffer): Promise<{ width: number; height: number }> {
  const { width, height } = await sharp(bytes).metadata();
  return { width, height };
}
