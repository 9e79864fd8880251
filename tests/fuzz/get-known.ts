/**
 * Makes what the fuzzer knows on a running service: keys of each kind, sessions, jobs in several states, uploads, signed
 * addresses.
 */
import sharp from 'sharp';
import type { Service } from '../service.ts';
import type { Known } from './known.ts';

const DAY_MS = 86_400_000;
const SHOP = 'fuzz';
const REASON = { reason: 'fuzz' };

export async function getKnown(service: Service): Promise<Known> {
  const keys = await service.keys();
  const admin = operator(service, keys.admin);
  await admin('POST', '/v1/admin/shops', { id: SHOP, name: 'Fuzz', ...REASON });
  const made = (fields: object) =>
    admin<{ key: string; id: string }>('POST', '/v1/admin/keys', { label: 'fuzz', ...fields });
  const readOnly = await made({ kind: 'server', scopes: ['read'] });
  const [otherShop, otherPages] = [
    await made({ kind: 'server', shop: SHOP }),
    await made({ kind: 'storefront', shop: SHOP }),
  ];
  const revoked = await made({ kind: 'server' });
  await admin('POST', `/v1/admin/keys/${revoked.id}/revoke`, REASON);
  const victims = [await made({ kind: 'server', shop: SHOP }), await made({ kind: 'admin' })];

  const photos = await photoFiles();
  const [good = Buffer.alloc(0)] = photos;
  const sessions = [await sessionOf(service, keys.storefront), await sessionOf(service, otherPages.key)];
  const jobs = await jobsOf(service, good, sessions[0] ?? '');
  const uploads = [await upload(service, good.length), await upload(service, good.length)];
  const filled = await upload(service, good.length);
  const headers = { 'content-type': 'image/png' };
  await fetch(filled.url, { method: 'PUT', headers, body: new Uint8Array(good) });

  const { body: page } = await service.call<{ nextCursor?: string }>('GET', '/v1/jobs?limit=1');
  const url = new URL(service.url());
  return {
    host: url.host,
    credentials: {
      serverKey: [keys.server, keys.server, keys.server, otherShop.key, readOnly.key, revoked.key],
      storefrontKey: [keys.storefront, otherPages.key],
      adminKey: [keys.admin],
      session: sessions,
    },
    values: {
      ...VALUES,
      ...pathValues(
        jobs.ids,
        [await batchOf(service, good)],
        [...victims, revoked].map(({ id }) => id),
      ),
      uploadId: [filled, filled, ...uploads].map(({ uploadId }) => uploadId),
      data: photos.map(bytes => bytes.toString('base64')),
      until: [1, 2, 6].map(days => new Date(Date.now() + days * DAY_MS).toISOString()),
      ...(page.nextCursor === undefined ? {} : { cursor: [page.nextCursor] }),
    },
    reads: jobs.urls.map(pathOf),
    uploads: [...uploads, filled].map(upload => pathOf(upload.url)),
    photos,
  };
}

/** Undoes what operators' requests may have set, so that those after them come further. */
export async function tidy(service: Service): Promise<void> {
  const admin = operator(service, (await service.keys()).admin);
  await admin('DELETE', '/v1/admin/intake');
  for (const query of ['', '?shop=default', `?shop=${SHOP}`])
    await admin('DELETE', `/v1/admin/budget/override${query}`);
  for (const name of QUEUES) await admin('POST', `/v1/admin/queues/${name}/resume`, {});
  for (const id of ['default', SHOP]) {
    const fields = { origins: [], freePrompts: true, quotaPerDay: null, budgetUsdPerDay: null, shopify: null };
    await admin('PATCH', `/v1/admin/shops/${id}`, { ...fields, ...REASON });
  }
}

const QUEUES = ['interactive', 'bulk', 'upkeep'];
/** Few wishes: the same one again is not drawn again. No address leads out of this machine. */
const VALUES: Known['values'] = {
  style: ['ink-wash', 'charcoal', 'sketch'],
  styles: [['ink-wash'], ['ink-wash', 'charcoal'], '["charcoal"]'],
  'styles item': ['ink-wash', 'charcoal'],
  prompt: ['Draw it in chalk.'],
  aspectRatio: ['4:5', '1:1'],
  size: ['512', '1K'],
  customerId: ['1', '2', '3'],
  customId: ['order-1', 'order-2'],
  url: [
    'https://127.0.0.1/a.png',
    'https://[::1]/a.png',
    'http://localhost/',
    'https://10.0.0.1/x',
    'https://127.0.0.1:8443/',
  ],
  shop: ['default', SHOP],
  origins: [[], ['https://pets.example'], ['http://localhost:3000']],
  'origins item': ['https://pets.example'],
  domain: ['pets.myshopify.com'],
  secret: ['hush-hush-hush-hush'],
  pathPrefix: ['/apps/easel'],
  ttl: ['1h', '7d'],
  path_prefix: ['/apps/easel'],
  logged_in_customer_id: ['7', ''],
};

function pathValues(
  jobIds: readonly string[],
  batchIds: readonly string[],
  keyIds: readonly string[],
): Known['values'] {
  const below = (template: string, values: readonly string[]) => [`${template} id`, values] as const;
  return Object.fromEntries([
    ...['', '/output', '/input', '/cancel', '/events'].map(rest => below(`/v1/jobs/{id}${rest}`, jobIds)),
    ...['', '/cancel', '/events', '/items', '/results.ndjson', '/retry'].map(rest =>
      below(`/v1/batches/{id}${rest}`, batchIds),
    ),
    below('/v1/admin/keys/{id}/revoke', keyIds),
    below('/v1/admin/shops/{id}', ['default', SHOP]),
    ...['pause', 'resume'].map(verb => [`/v1/admin/queues/{name}/${verb} name`, QUEUES] as const),
    ['/docs/{file} file', ['docs.css', 'docs.js', 'swagger-ui.css']] as const,
    ['/easel-portrait/{file} file', ['ink-wash.webp', 'page.css', 'page.js']] as const,
  ]);
}

function operator(service: Service, key: string) {
  return async <T>(method: string, path: string, body?: object): Promise<T> => {
    const json = body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
    const answer = await service.call<T>(method, path, { key, ...json });
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
}

async function sessionOf(service: Service, key: string): Promise<string> {
  return (await service.call<{ token: string }>('POST', '/v1/sessions', { key })).body.token;
}

/** Drawn ones of a server and of a session, one that was given up, one that was erased. */
async function jobsOf(service: Service, photo: Buffer, session: string): Promise<{ ids: string[]; urls: string[] }> {
  const drawn = [];
  for (const [style, key] of [
    ['charcoal', undefined],
    ['ink-wash', session],
    ['pen-and-marker', undefined],
  ] as const) {
    const { body } = await service.submit({ style }, { photo, ...(key === undefined ? {} : { key }) });
    drawn.push(await service.done(body.id));
  }
  const { body: canceled } = await service.submit({ style: 'fine-art-bw' }, { photo });
  await service.call('POST', `/v1/jobs/${canceled.id}/cancel`);
  const urls = drawn.slice(0, 2).flatMap(({ output }) => [output?.url ?? '', output?.previewUrl ?? '']);
  const erased = drawn[2]?.id ?? '';
  await service.call('DELETE', `/v1/jobs/${erased}`);
  return { ids: [...drawn.map(({ id }) => id), canceled.id], urls };
}

/** Of the shop's server, drawn. */
async function batchOf(service: Service, photo: Buffer): Promise<string> {
  const image = { data: photo.toString('base64') };
  const { body } = await service.call<{ id: string }>('POST', '/v1/batches', {
    headers: { 'Content-Type': 'application/json', Prefer: 'wait=20' },
    body: JSON.stringify({ image, styles: ['ink-wash', 'charcoal'] }),
  });
  return body.id;
}

async function upload(service: Service, bytes: number): Promise<{ uploadId: string; url: string }> {
  const { body } = await service.call<{ uploadId: string; url: string }>('POST', '/v1/uploads', {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ contentType: 'image/png', bytes }),
  });
  return body;
}

function pathOf(address: string): string {
  const { pathname, search } = new URL(address);
  return pathname + search;
}

/** Half of them are good, the first among them; the others each has its fault. */
async function photoFiles(): Promise<Buffer[]> {
  const square = (side: number) => sharp({ create: { width: side, height: side, channels: 3, background: '#c8783c' } });
  const png = await square(256).png().toBuffer();
  const jpeg = await square(256).jpeg().toBuffer();
  const broken = Buffer.from(jpeg);
  broken.fill(0xff, broken.length / 2);
  const good = [png, jpeg, await square(300).webp().toBuffer()];
  return [
    ...good,
    ...good,
    ...good,
    await square(100).png().toBuffer(),
    await square(256).gif().toBuffer(),
    png.subarray(0, png.length / 2),
    broken,
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"/>'),
    Buffer.alloc(0),
  ];
}
