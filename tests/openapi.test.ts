/**
 * The OpenAPI document against the real service: what it answers is what stands there. Platform: embedded.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differences, operationAt } from '../api/openapi/answer.conformance.ts';
import type { OpenapiDocument } from '../api/openapi/document.ts';
import { EXAMPLES, type ExampleName } from '../api/openapi/examples.ts';
import { pageExample } from '../api/openapi/introduction.ts';
import { DAY_MS } from '../common/limits.ts';
import { CONNECTION, signedMessage } from './doubles/app-proxy.ts';
import { callAsOperator } from './operator-calls.ts';
import { type CallOptions, download, type JobAnswer, PHOTO, type Service, withService } from './service.ts';
import { waitFor } from './wait-for.ts';

const test = suite('openapi');
const JSON_BODY = { 'Content-Type': 'application/json' };
const CONSOLE = ['/admin', '/admin/', '/admin/any/console.css'];
const WAIT = { Prefer: 'wait=20' };

test(
  'each operation answers as documented, with each status that means success',
  withService(async service => {
    const { document, ask, seen } = await observer(service);
    const { storefront, admin: operator } = await service.keys();
    await connectShopify(ask, operator);
    const { token } = await ask<{ token: string }>('POST /v1/sessions', { key: storefront });
    const mine = { key: token };
    const wish = { style: 'ink-wash', customId: 'order-1001', metadata: '{"product":"42"}' };
    const submitted = await ask<JobAnswer>('POST /v1/jobs', { ...mine, body: form(wish) });
    isLike(submitted, 'queued');
    const { id } = await ask<JobAnswer>(`GET /v1/jobs/${submitted.id}?after=1`, { ...mine, headers: WAIT });
    await service.done(id);
    isLike(await ask(`GET /v1/jobs/${id}`, mine), 'succeeded');
    isLike(await ask(`GET /v1/jobs/${id}`), 'detailed');
    isLike(
      await ask('POST /v1/jobs', { ...mine, body: form(wish), headers: { 'Idempotency-Key': 'again' } }),
      'reused',
    );
    const etag = (await service.call('GET', `/v1/jobs/${id}`, mine)).headers.get('etag') ?? '';
    await ask(`GET /v1/jobs/${id}`, { ...mine, headers: { 'If-None-Match': etag } });
    await ask(`GET /v1/jobs/${id}/events`, mine);
    await ask(`GET /v1/jobs/${id}/events`, { ...mine, headers: { 'Last-Event-ID': '99' } });
    await ask(`GET /v1/jobs/${id}/output?variant=preview&ttl=24h`);
    await ask(`GET /v1/jobs/${id}/input`);
    await ask('GET /v1/jobs?limit=1&status=succeeded');
    await askAboutBatches(service, ask, mine);
    await ask('GET /v1/styles', mine);
    isLike(await ask('GET /v1/quota?customerId=7'), 'quota');
    isLike(await ask('GET /v1/quota'), 'unlimited');
    isLike(
      await ask('POST /v1/uploads', { headers: JSON_BODY, body: JSON.stringify(EXAMPLES.uploadRequest) }),
      'upload',
    );
    await callAboutKeptPhotos(ask, service);
    const sold = { headers: JSON_BODY, body: JSON.stringify(EXAMPLES.orderRequest) };
    await ask(`POST /v1/jobs/${id}/order`, sold);
    await waitFor('the order to be kept', async () => {
      const { output } = await ask<{ output: { expiresAt: string } }>(`GET /v1/jobs/${id}`);
      return Date.parse(output.expiresAt) > Date.now() + 100 * DAY_MS;
    });
    isLike(await ask(`GET /v1/jobs/${id}`), 'ordered');
    await tellOfSale(ask);
    await ask(`POST /v1/jobs/${id}/cancel`, mine);
    isLike(await ask(`DELETE /v1/jobs/${id}`, mine), 'erased');
    await askAboutPrivacy(ask, operator);
    await ask('GET /metrics');
    const { admin } = await service.keys();
    for (const [example, answer] of Object.entries(await callAboutWebhooks(ask, admin)))
      isLike(answer, example as ExampleName);
    await callAboutJobs(ask, admin);
    await readEvents(service, admin);
    seen.add('getAdminEvents 200');
    isLike(await ask('POST /v1/admin/session', { key: admin }), 'consoleSession');
    await ask('GET /v1/admin/session', { key: admin });
    await ask('DELETE /v1/admin/session', { key: admin });
    const operators = await callAsOperator(ask, admin);
    for (const [example, answer] of Object.entries(operators)) isLike(answer, example as keyof typeof operators);
    for (const path of [
      '/health',
      '/ready',
      '/_ah/ready',
      '/openapi.json',
      '/easel-client.js',
      '/easel-portrait.js',
      '/easel-portrait/ink-wash.webp',
      '/',
      '/docs',
      '/docs/',
      '/docs/docs.css',
      ...CONSOLE,
    ]) {
      const { headers } = await service.call('GET', path, { key: null });
      await ask(`GET ${path}`, { key: null });
      if (headers.has('etag')) await ask(`GET ${path}`, { headers: { 'If-None-Match': headers.get('etag') ?? '' } });
    }
    assert.equal([...seen].sort(), successes(document));
  }),
);

/** The whole way of a photo that is ordered without a picture. */
async function callAboutKeptPhotos(ask: Ask, service: Service): Promise<void> {
  const { admin: key } = await service.keys();
  const json = (body: unknown) => ({ headers: JSON_BODY, body: JSON.stringify(body) });
  const { uploadId, url, headers } = await ask<{ uploadId: string; url: string; headers: Record<string, string> }>(
    'POST /v1/uploads',
    json({ contentType: 'image/jpeg', bytes: PHOTO.length }),
  );
  assert.ok((await fetch(url, { method: 'PUT', headers, body: new Uint8Array(PHOTO) })).ok);
  await ask(`POST /v1/uploads/${uploadId}/keep`, json(EXAMPLES.keepRequest));
  await ask(`POST /v1/uploads/${uploadId}/order`, json(EXAMPLES.orderRequest));
  const { orders } = await ask<{ orders: readonly unknown[] }>('GET /v1/admin/orders/waiting', { key });
  assert.is(orders.length, 1);
  const draw = `POST /v1/admin/uploads/${uploadId}/draw`;
  const { id } = await ask<JobAnswer>(draw, { ...json(EXAMPLES.adminDrawRequest), key });
  await service.done(id);
  await ask(draw, { ...json({}), key });
  await ask(`POST /v1/uploads/${uploadId}/draw`, json({}));
  await ask(`POST /v1/uploads/${uploadId}/draw`, json(EXAMPLES.drawRequest));
  await ask(`DELETE /v1/uploads/${uploadId}`);
}

/** A photo with noise in it passes the look at its header, and fails when it is decoded: a job that failed. */
async function callAboutJobs(ask: Ask, key: string) {
  const noisy = Buffer.from(PHOTO).fill(0xd5, 100_000, 140_000);
  const headers = { ...WAIT, 'Idempotency-Key': 'noisy' };
  const { id } = await ask<JobAnswer>('POST /v1/jobs', { body: form({ style: 'ink-wash' }, noisy), headers });
  await waitFor('the job to fail', async () => {
    const page = await ask<{ jobs: JobAnswer[] }>('GET /v1/admin/jobs?status=failed&limit=1', { key });
    return page.jobs.length > 0 && page;
  });
  const json = (body: unknown) => ({ key, headers: JSON_BODY, body: JSON.stringify(body) });
  await ask(`GET /v1/admin/jobs?q=${id}`, { key });
  await ask('GET /v1/admin/jobs/counts', { key });
  await ask(`GET /v1/admin/jobs/${id}`, { key });
  const retry = json(EXAMPLES.retryRequest);
  await ask(`POST /v1/admin/jobs/${id}/retry`, { ...retry, headers: { ...JSON_BODY, 'If-Match': '*' } });
  await ask(`POST /v1/admin/jobs/${id}/cancel`, json(EXAMPLES.actRequest));
  await callAboutMany(ask, json, { key });
  await ask(`POST /v1/admin/jobs/${id}/erase`, json(EXAMPLES.actRequest));
}

async function callAboutMany(ask: Ask, json: (body: unknown) => CallOptions, options: CallOptions): Promise<void> {
  const planned = await ask<{ id: string; token: string }>(
    'POST /v1/admin/bulk-actions',
    json({ ...EXAMPLES.bulkPlanRequest, filter: { status: 'blocked' } }),
  );
  const path = `/v1/admin/bulk-actions/${planned.id}`;
  await ask(`GET ${path}`, options);
  await ask(`POST ${path}/apply`, json({ token: planned.token }));
  await ask(`POST ${path}/abort`, json(EXAMPLES.actRequest));
  await ask('GET /v1/admin/bulk-actions', options);
}

/** The first event of the stream, which is left then. */
async function readEvents(service: Service, key: string): Promise<void> {
  const leaving = new AbortController();
  const { signal } = leaving;
  const answer = await fetch(`${service.url()}/v1/admin/events`, {
    headers: { Authorization: `Bearer ${key}` },
    signal,
  });
  assert.is(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  let text = '';
  for await (const bytes of answer.body ?? []) {
    text += Buffer.from(bytes).toString();
    if (text.includes('\n\nevent: stats\ndata: ') && text.endsWith('}\n\n')) break;
  }
  const { jobs } = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '{}') as { jobs?: object };
  assert.ok(jobs);
  leaving.abort();
}

async function askAboutBatches(service: Service, ask: Ask, mine: { key: string }) {
  const wish = { styles: '["ink-wash","charcoal"]', customId: 'order-1001', metadata: '{"product":"42"}' };
  const body = () => form({ ...wish, options: '{"variation":3}' });
  const batch = await ask<JobAnswer>('POST /v1/batches', { ...mine, body: body() });
  await ask(`GET /v1/batches/${batch.id}/events`, mine);
  isLike(await ask(`GET /v1/batches/${batch.id}`, mine), 'batchSucceeded');
  const etag = (await service.call('GET', `/v1/batches/${batch.id}`, mine)).headers.get('etag') ?? '';
  await ask(`GET /v1/batches/${batch.id}`, { ...mine, headers: { 'If-None-Match': etag } });
  await ask(`GET /v1/batches/${batch.id}/events`, { ...mine, headers: { 'Last-Event-ID': '99' } });
  await ask('POST /v1/batches', { ...mine, body: body() });
  await ask(`POST /v1/batches/${batch.id}/cancel`, mine);
  await ask(`POST /v1/batches/${batch.id}/retry`, mine);
  const { uploadId } = EXAMPLES.submitUpload.image;
  const skipped = { customId: 'photo-2', image: { uploadId }, style: 'ink-wash' };
  const data = PHOTO.toString('base64');
  const items = [{ customId: 'photo-1', image: { data }, style: 'ink-wash' }, skipped];
  const asked = { items, onInvalid: 'skip', customId: 'november', metadata: { list: '7' } };
  const made = await ask<JobAnswer>('POST /v1/batches', { headers: JSON_BODY, body: JSON.stringify(asked) });
  await waitFor('the items to be drawn', async () => (await ask<JobAnswer>(`GET /v1/batches/${made.id}`)).done);
  await ask(`GET /v1/batches/${made.id}/items`);
  await ask(`GET /v1/batches/${made.id}/results.ndjson`);
  await ask('GET /v1/batches?limit=1');
}

/** A webhook that nothing can reach, so that there is something to send again. */
async function callAboutWebhooks(ask: Ask, key: string) {
  const webhook = '{"url":"https://127.0.0.1/hooks?order=1001"}';
  await ask('POST /v1/jobs', { body: form({ style: 'fine-art-bw', webhook }), headers: WAIT });
  const deliveryPage = await waitFor('a try that has failed', async () => {
    const page = await ask<DeliveryPage>('GET /v1/admin/deliveries?limit=1&state=pending', { key });
    return page.deliveries[0]?.tries[0]?.ms !== undefined && page;
  });
  const { id } = deliveryPage.deliveries[0] ?? {};
  const rotated = await ask('POST /v1/admin/shops/default/webhook-secret/rotate', { key });
  const again = { key, headers: JSON_BODY, body: JSON.stringify(EXAMPLES.replayRequest) };
  await ask(`POST /v1/admin/deliveries/${id}/replay`, again);
  return { webhookSecret: rotated };
}

/** Before anybody else asks for the shops, which are then known for half a minute. */
async function connectShopify(ask: Ask, key: string): Promise<void> {
  const { domain, secret } = CONNECTION;
  const body = JSON.stringify({ shopify: { domain, secret } });
  await ask('PATCH /v1/admin/shops/default', { key, headers: JSON_BODY, body });
}

async function tellOfSale(ask: Ask): Promise<void> {
  const body = JSON.stringify(EXAMPLES.shopifyOrder);
  const headers = { ...JSON_BODY, ...signedMessage(body, { topic: 'orders/create' }) };
  await ask('POST /v1/shopify/webhooks', { key: null, headers, body });
}

async function askAboutPrivacy(ask: Ask, key: string): Promise<void> {
  const wanted = {
    shop_domain: CONNECTION.domain,
    customer: { id: 7 },
    orders_requested: [5_123_456_789_012],
    data_request: { id: 9 },
  };
  const body = JSON.stringify(wanted);
  const headers = { ...JSON_BODY, ...signedMessage(body, { topic: 'customers/data_request' }) };
  await ask('POST /v1/shopify/webhooks', { key: null, headers, body });
  await ask('GET /v1/customers/7/export');
  const page = await ask<{ requests: { id: string }[] }>('GET /v1/privacy-requests?state=open', { key });
  const [asked] = page.requests;
  isLike(await ask(`GET /v1/privacy-requests/${asked?.id}`), 'handOver');
  const because = { key, headers: JSON_BODY, body: JSON.stringify(EXAMPLES.closeRequest) };
  await ask(`POST /v1/privacy-requests/${asked?.id}/close`, because);
  const why = { key, headers: JSON_BODY, body: JSON.stringify(EXAMPLES.erasureRequest) };
  await ask('DELETE /v1/customers/8?shop=default', why);
}

interface DeliveryPage {
  readonly deliveries: readonly { readonly id: string; readonly tries: readonly { readonly ms?: number }[] }[];
}

test(
  'refusals of many kinds are as documented',
  withService(
    async service => {
      const { ask } = await observer(service);
      const { storefront } = await service.keys();
      const json = (body: unknown) => ({ headers: JSON_BODY, body: JSON.stringify(body) });
      const charcoal = { style: 'charcoal', customerId: '7' };
      const { id } = await ask<JobAnswer>('POST /v1/jobs', { body: form(charcoal), headers: WAIT });
      const requests: readonly (readonly [string, CallOptions?])[] = [
        ['GET /v1/jobs', { key: null }],
        ['GET /v1/jobs', { key: storefront }],
        ['GET /v1/jobs?limit=0'],
        ['GET /v1/jobs?cursor=x'],
        ['GET /v1/jobs/nothing'],
        [`GET /v1/jobs/${id}?colour=red`],
        [`GET /v1/jobs/${id}/output?ttl=8d`],
        ['POST /v1/jobs/nothing/cancel'],
        ['GET /nothing'],
        ['PUT /v1/jobs'],
        ['GET /docs/nothing', { key: null }],
        ['POST /v1/uploads', json({ contentType: 'image/gif', bytes: 0 })],
        ['POST /v1/uploads', { body: 'x' }],
        ['POST /v1/jobs', { headers: JSON_BODY, body: '{' }],
        ['POST /v1/jobs', json({ style: 'charcoal' })],
        ['POST /v1/jobs', json({ style: 'charcoal', image: { uploadId: 'upl_00000000000000000000000000' } })],
        ['POST /v1/jobs', { body: form({ style: 'cubist' }) }],
        ['POST /v1/jobs', { body: form({ ...charcoal, options: '{"size":"4K"}' }) }],
        ['POST /v1/jobs', { body: form(charcoal, 'hello') }],
        ['POST /v1/jobs', { body: form(charcoal), headers: { 'Idempotency-Key': 'é' } }],
        ['POST /v1/jobs', { body: form({ ...charcoal, style: 'ink-wash' }) }],
        [`DELETE /v1/jobs/${id}`],
        [`GET /v1/jobs/${id}/output`],
        [`GET /v1/jobs/${id}/input`],
      ];
      for (const [request, options] of requests) await ask(request, options);
    },
    { QUOTA_NAMED_PER_DAY: '1' },
  ),
);

test(
  'the page asks nobody else for anything, and runs nothing that is not a file',
  withService(async service => {
    const response = await fetch(`${service.url()}/docs`);
    const page = await response.text();
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, "default-src 'none'; script-src 'self'; style-src 'self';");
    assert.not.match(policy, /unsafe|\*|https?:/);
    assert.not.match(page, /<script(?! src=)|<style|\sstyle=|\son\w+=/);
    const files = [...page.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(([, path]) => path ?? '');
    assert.ok(files.length >= 4);
    for (const path of files) {
      const file = await fetch(new URL(path, response.url));
      assert.is(file.status, 200, path);
      assert.ok((await file.text()).length > 0);
    }
    const slash = await fetch(`${service.url()}/docs/`);
    assert.is(slash.url, `${service.url()}/docs`);
  }),
);

test(
  'the example of the introduction runs as it stands',
  withService(async service => {
    const { storefront } = await service.keys();
    const code = pageExample(service.url()).replace('pk_…', storefront);
    const draw = new Function(`${code}\nreturn draw;`)() as Draw;
    const statuses: string[] = [];
    const output = await draw(new Blob([new Uint8Array(PHOTO)]), 'charcoal', ({ status }) => statuses.push(status));
    assert.is(statuses[0], 'queued');
    assert.is((await download(output.url)).status, 200);
    const refused = await draw(new Blob(['hello']), 'charcoal', () => {}).catch(error => error.code);
    assert.is(refused, 'image_type_unsupported');
  }),
);

test.run();

type Ask = <T>(request: string, options?: CallOptions) => Promise<T>;
type Draw = (file: Blob, style: string, onChange: (job: { status: string }) => void) => Promise<{ url: string }>;
/** Asks the service, and throws when its answer is not as its own document says. */
async function observer(service: Service) {
  const { body: document } = await service.call<OpenapiDocument>('GET', '/openapi.json', { key: null });
  const seen = new Set<string>();
  const ask = async <T>(request: string, options: CallOptions = {}): Promise<T> => {
    const [method = '', path = ''] = request.split(' ');
    const answer = await service.call<T>(method, path, options);
    assert.equal(differences(document, { method, path, ...answer }), [], request);
    const operation = operationAt(document, method, path.split('?')[0] ?? '');
    if (answer.status < 400) seen.add(`${operation?.operationId} ${answer.status}`);
    return answer.body;
  };
  return { document, ask, seen };
}

/** Every operation with every status below 400, sorted. */
function successes({ paths }: OpenapiDocument): string[] {
  const operations = Object.values(paths).flatMap(methods => Object.values(methods));
  const all = operations.flatMap(({ operationId, responses }) =>
    Object.keys(responses as object).map(status => [operationId, Number(status)] as const),
  );
  return all.flatMap(([id, status]) => (status < 400 ? [`${id} ${status}`] : [])).sort();
}

/** The documented example has the members of a real answer, those of its parts included. */
function isLike(answer: unknown, example: ExampleName): void {
  assert.equal(membersOf(EXAMPLES[example]), membersOf(answer), example);
}

function membersOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(membersOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, membersOf(member)]));
}

function form(fields: { readonly [name: string]: string }, photo: Buffer | string = PHOTO): FormData {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  body.set('image', new Blob([typeof photo === 'string' ? photo : new Uint8Array(photo)]), 'photo.jpg');
  return body;
}
