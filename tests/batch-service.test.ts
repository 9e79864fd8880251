/**
 * Batches at the whole service. Platforms: embedded, and google through `tests/google/batches.emulator.ts`.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { operatorOf } from './as-operator.ts';
import { openEvents } from './event-stream.ts';
import { DONE_LIMIT_MS, PHOTO, type Service, withService } from './service.ts';
import { waitFor } from './wait-for.ts';

const test = suite('batches at the service');

interface BatchAnswer {
  readonly id: string;
  readonly status: string;
  readonly done: boolean;
  readonly sequence: number;
  readonly counts: { readonly [status: string]: number };
  readonly jobs: readonly { readonly id: string; readonly style: string; readonly status: string }[];
}

async function shopper(service: Service): Promise<string> {
  const { storefront } = await service.keys();
  return (await service.call<{ token: string }>('POST', '/v1/sessions', { key: storefront })).body.token;
}

function form(fields: { readonly [name: string]: string }): FormData {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  body.set('image', new Blob([new Uint8Array(PHOTO)]), 'photo.jpg');
  return body;
}

test(
  'three styles of one photo land one by one, and again they are free',
  withService(async service => {
    const key = await shopper(service);
    const operator = await operatorOf(service);
    await operator('POST /v1/admin/queues/interactive/pause', { reason: 'a test' });
    const styles = '["ink-wash","charcoal","fine-art-bw"]';
    const { status, body } = await service.call<BatchAnswer>('POST', '/v1/batches', { key, body: form({ styles }) });
    assert.equal([status, body.status, body.counts.total], [202, 'queued', 3]);
    const stream = await openEvents(`${service.url()}/v1/batches/${body.id}/events`, { key });
    assert.is((await stream.nextBatch())?.batch.counts.queued, 3);
    await operator('POST /v1/admin/queues/interactive/resume', {});
    const landed = new Set<number>();
    for (let event = await stream.nextBatch(); event; event = await stream.nextBatch()) {
      landed.add(event.batch.counts.succeeded ?? 0);
      if (event.batch.done) assert.is(event.batch.status, 'succeeded');
    }
    assert.ok(landed.has(3), [...landed].join());
    const again = await service.call<BatchAnswer>('POST', '/v1/batches', { key, body: form({ styles }) });
    assert.equal([again.status, again.body.status], [200, 'succeeded']);
    const quota = await service.call<{ pools: { named: { remaining: number } } }>('GET', '/v1/quota', { key });
    assert.is(quota.body.pools.named.remaining, 7, 'three of ten');
  }),
);

test(
  'a batch whose services are killed right after the answer is drawn whole, each style once',
  withService(async service => {
    const key = await shopper(service);
    const styles = '["ink-wash","charcoal"]';
    const headers = { 'Idempotency-Key': 'order-1' };
    const ask = () => service.call<BatchAnswer>('POST', '/v1/batches', { key, headers, body: form({ styles }) });
    const { body } = await ask();
    await service.kill();
    await service.start();
    assert.is((await ask()).body.id, body.id);
    for (const { id } of body.jobs) await service.done(id);
    const ended = await service.call<BatchAnswer>('GET', `/v1/batches/${body.id}`, { key });
    assert.equal([ended.body.status, ended.body.counts.succeeded], ['succeeded', 2]);
    const quota = await service.call<{ pools: { named: { remaining: number } } }>('GET', '/v1/quota', { key });
    assert.is(quota.body.pools.named.remaining, 8);
  }),
);

test(
  'lines become jobs, counted, listed and streamed in their order; a killed service goes on making them',
  withService(async service => {
    const { uploadId } = (
      await service.call<{ uploadId: string; url: string; headers: { [name: string]: string } }>(
        'POST',
        '/v1/uploads',
        {
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ contentType: 'image/jpeg', bytes: PHOTO.length }),
        },
      )
    ).body;
    const upload = await service.call<{ uploadId: string; url: string; headers: { [name: string]: string } }>(
      'POST',
      '/v1/uploads',
      {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ contentType: 'image/jpeg', bytes: PHOTO.length }),
      },
    );
    const put = await fetch(upload.body.url, {
      method: 'PUT',
      headers: upload.body.headers,
      body: new Uint8Array(PHOTO),
    });
    assert.ok(put.ok, `${put.status}`);
    const image = { uploadId: upload.body.uploadId };
    const options = { size: '512' };
    const lines = Array.from({ length: 120 }, (_, index) => ({
      customId: `photo-${index}`,
      image: index === 7 ? { uploadId } : image,
      prompt: `Draw it, number ${index}.`,
      options,
    }));
    const operator = await operatorOf(service);
    await operator('POST /v1/admin/queues/bulk/pause', { reason: 'a test' });
    const { status, body } = await service.call<BatchAnswer>('POST', '/v1/batches?customId=november', {
      headers: { 'Content-Type': 'application/x-ndjson' },
      body: lines.map(line => `${JSON.stringify(line)}\n`).join(''),
    });
    assert.is(status, 202);
    await service.kill();
    await service.start();
    const read = async () => (await service.call<BatchAnswer>('GET', `/v1/batches/${body.id}`)).body;
    const made = await waitFor(
      'all jobs to be made',
      async () => {
        const page = await service.call<{ jobs: { customId: string }[] }>(
          'GET',
          `/v1/batches/${body.id}/items?status=failed`,
        );
        const batch = await read();
        const made = page.body.jobs.length === 1 && (await itemNames(service, body.id)).length === lines.length;
        return made && batch.counts.queued === 119 && batch;
      },
      { limitMs: DONE_LIMIT_MS },
    );
    assert.equal([made.status, made.done], ['running', false]);
    const names = await itemNames(service, body.id);
    assert.equal(
      names,
      lines.map(({ customId }) => customId),
    );
    await service.call('POST', `/v1/batches/${body.id}/cancel`);
    const ended = await waitFor('the end', async () => (await read()).done && (await read()), {
      limitMs: DONE_LIMIT_MS,
    });
    assert.equal([ended.status, ended.counts.canceled, ended.counts.failed], ['canceled', 119, 1]);
    const { server } = await service.keys();
    const results = await fetch(`${service.url()}/v1/batches/${body.id}/results.ndjson`, {
      headers: { Authorization: `Bearer ${server}` },
    });
    const told = (await results.text()).trim().split('\n');
    assert.equal(
      told.map(line => (JSON.parse(line) as { customId: string }).customId),
      names,
    );
  }),
);

async function itemNames(service: Service, id: string): Promise<string[]> {
  const names: string[] = [];
  let cursor = '';
  do {
    const { body } = await service.call<{ jobs: { customId: string }[]; nextCursor?: string }>(
      'GET',
      `/v1/batches/${id}/items?limit=50${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    names.push(...body.jobs.map(({ customId }) => customId));
    cursor = body.nextCursor ?? '';
  } while (cursor !== '');
  return names;
}

test.run();
