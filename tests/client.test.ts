/**
 * The client against the real service, as a page uses it (by the module that the service serves) and as a shop's server
 * does. Platforms: embedded; google with `EASEL_TEST_PLATFORM=google`.
 */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keepInMemory } from '../api/web/client/keep.ts';
import { type Batch, createEaselClient, EaselError, type Job } from '../api/web/easel-client.ts';
import { PHOTO, withService } from './service.ts';

export const FILE_LIMIT_MS = 240_000;

const test = suite('the client');
const photo = () => new Blob([new Uint8Array(PHOTO)]);

test(
  'submits a photo, tells each state, and brings the picture',
  withService(async service => {
    const { storefront } = await service.keys();
    const client = createEaselClient({ url: service.url(), key: storefront });
    const job = await client.submit({ image: photo(), style: 'ink-wash', metadata: { product: '42' } });
    assert.match(job.id, /^job_/);
    const states: Job[] = [];
    for await (const state of client.watch(job)) states.push(state);
    assert.equal([states[0]?.id, states.at(-1)?.status], [job.id, 'succeeded']);
    assert.equal(await client.wait(job.id), await client.get(job.id));
    const picture = await client.download(job.id);
    const digest = createHash('sha256')
      .update(Buffer.from(await picture.arrayBuffer()))
      .digest('hex');
    assert.is(digest, states.at(-1)?.output?.sha256);
    assert.is((await client.quota()).pools.named.remaining, 9);
    assert.ok((await client.styles()).some(({ id }) => id === 'ink-wash'));
  }),
);

test(
  'comes as one module of JavaScript, which works as it is served',
  withService(async service => {
    const answer = await fetch(`${service.url()}/easel-client.js`);
    assert.is(answer.headers.get('content-type'), 'text/javascript; charset=utf-8');
    assert.is(answer.headers.get('content-encoding'), 'gzip');
    const path = join(service.directory, 'easel-client.mjs');
    const code = await answer.text();
    assert.ok(gzipSync(code).length < 16 * 1_024, 'as docs/client.md says');
    await writeFile(path, code);
    const served = (await import(path)) as typeof import('../api/web/easel-client.ts');
    const client = served.createEaselClient({ url: service.url(), key: (await service.keys()).server });
    const { uploadId } = await client.upload(photo());
    const job = await client.wait(await client.submit({ image: { uploadId }, style: 'charcoal', customerId: '7' }));
    assert.equal([job.status, typeof job.costUsd], ['succeeded', 'number']);
    const refusal: EaselError = await client.submit({ image: photo(), style: 'no-such' }).catch(error => error);
    assert.ok(refusal instanceof served.EaselError);
    assert.equal([refusal.code, refusal.status, refusal.retryable], ['style_unknown', 400, false]);
  }),
);

test(
  'submits one photo in several styles as one batch, tells each change, and goes on with its jobs',
  withService(async service => {
    const { storefront } = await service.keys();
    const storage = keepInMemory();
    const client = createEaselClient({ url: service.url(), key: storefront, storage });
    const batch = await client.submitBatch({ image: photo(), styles: ['ink-wash', 'charcoal'] });
    assert.equal((await client.unfinished()).jobs.map(({ id }) => id).sort(), batch.jobs?.map(({ id }) => id).sort());
    for (const by of ['events', 'polls'] as const) {
      const states: Batch[] = [];
      for await (const state of client.watchBatch(batch, { by })) states.push(state);
      const last = states.at(-1);
      assert.equal([states[0]?.id, last?.status, last?.counts.succeeded], [batch.id, 'succeeded', 2], by);
    }
    assert.equal(await client.unfinished(), { jobs: [], submits: [] });
    assert.is((await client.waitBatch(batch.id)).sequence, (await client.getBatch(batch.id)).sequence);
    assert.is((await client.cancelBatch(batch.id)).status, 'succeeded', 'what is done stays as it is');
    assert.is((await client.quota()).pools.named.remaining, 8);
    const missing = await client.waitBatch('batch_00000000000000000000000000').catch((error: unknown) => error);
    assert.ok(missing instanceof EaselError && missing.batchId === 'batch_00000000000000000000000000');
  }),
);

test(
  'downloads by a fresh address when one has expired, and the preview alone where the shop wants it so',
  withService(async service => {
    const { admin, storefront } = await service.keys();
    const client = createEaselClient({ url: service.url(), key: storefront });
    const job = await client.wait(await client.submit({ image: photo(), style: 'charcoal' }));
    if (!job.output) throw new Error('there is a picture');
    const expired = { ...job, output: { ...job.output, url: `${job.output.url}x` } };
    assert.is((await client.download(expired)).size, job.output.bytes);

    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ release: 'on-order', reason: 'a test' });
    assert.is((await service.call('PATCH', '/v1/admin/shops/default', { key: admin, headers, body })).status, 200);
    await service.kill();
    await service.start();
    const again = createEaselClient({ url: service.url(), key: storefront });
    const unsold = await again.wait(await again.submit({ image: photo(), style: 'charcoal' }));
    assert.equal([unsold.output?.url, typeof unsold.output?.previewUrl], [undefined, 'string']);
    assert.ok((await again.download(unsold, { variant: 'preview' })).size > 1_000);
    const refusal = await again.download(unsold).catch((error: unknown) => error);
    assert.ok(refusal instanceof EaselError);
    assert.equal([refusal.code, refusal.jobId], ['not_released', unsold.id]);
  }),
);

test.run();
