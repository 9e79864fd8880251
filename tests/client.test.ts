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
import { createEaselClient, type EaselError, type Job } from '../api/web/easel-client.ts';
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

test.run();
