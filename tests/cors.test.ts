/**
 * Which pages may read answers. Platform: the API in the test's process, on SQLite.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ROUTES } from '../api/app.ts';
import type { EmbeddedPlatform } from '../common/embedded/platform.ts';
import { PlatformError } from '../common/platform/errors.ts';
import type { Document, Query } from '../common/platform/store.ts';
import { type ApiAnswer, type ApiWorld, inApiWorld } from './api-world.ts';
import { CATS, DOGS, FOREIGN, openShops } from './pages.ts';

const test = suite('pages that read');
const PUBLIC = { parts: { publicUrl: 'https://easel.example/api' } };

test(
  'only the pages of shops and of the service itself may read an answer',
  inApiWorld(async world => {
    await openShops(world);
    const { port } = new URL(world.url);
    const own = ['https://easel.example', ...['127.0.0.1', 'localhost', '[::1]'].map(host => `http://${host}:${port}`)];
    for (const origin of [CATS, DOGS, ...own]) {
      assert.is((await world.call('GET /health', { origin })).headers['access-control-allow-origin'], origin);
    }
    for (const origin of [...FOREIGN, `http://127.0.0.1:${Number(port) + 1}`, `https://127.0.0.1:${port}`]) {
      const { headers } = await world.call('GET /health', { origin });
      assert.equal(corsHeaders(headers), [], origin);
    }
  }, PUBLIC),
);

test(
  'every answer of every route varies by its origin, and none is for all or with credentials',
  inApiWorld(async world => {
    await openShops(world);
    const as = await world.key('admin');
    const requests = ROUTES.map(([method, path]) => `${method.toUpperCase()} ${path.replace(/:\w+/g, 'x')}`);
    for (const request of [...requests, 'GET /nothing', 'PUT /v1/jobs', 'GET /objects/x', 'DELETE /objects/x']) {
      for (const origin of [undefined, CATS, 'https://evil.example']) {
        const { headers } = await world.call(request, { as, ...(origin === undefined ? {} : { origin }) });
        assert.match(String(headers.vary), /(^|, )Origin(,|$)/, `${request} of ${origin}`);
        assert.is(
          headers['access-control-allow-origin'],
          origin === CATS ? CATS : undefined,
          `${request} of ${origin}`,
        );
        assert.is(headers['access-control-allow-credentials'], undefined);
      }
    }
  }),
);

test(
  'a preflight is kept for two hours and allows the headers that a client needs',
  inApiWorld(async world => {
    await openShops(world);
    for (const path of ['/v1/jobs', '/v1/jobs/job_x', '/objects/a/b', '/nothing']) {
      const { status, headers, text } = await preflight(world, path, CATS);
      assert.equal([status, text], [204, ''], path);
      assert.is(headers['access-control-allow-origin'], CATS);
      assert.is(headers['access-control-max-age'], '7200');
      const allowed = String(headers['access-control-allow-headers']).toLowerCase().split(',');
      for (const name of [
        'authorization',
        'content-type',
        'idempotency-key',
        'prefer',
        'if-none-match',
        'last-event-id',
      ]) {
        assert.ok(allowed.includes(name), name);
      }
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        assert.ok(String(headers['access-control-allow-methods']).split(',').includes(method), method);
      }
      assert.match(String(headers.vary), 'Origin');
    }
    for (const origin of FOREIGN)
      assert.equal(corsHeaders((await preflight(world, '/v1/jobs', origin)).headers), [], origin);
  }),
);

test(
  'a page may read refusals, and the headers that tell it how to go on',
  inApiWorld(async world => {
    await openShops(world);
    const refusals = [
      await world.call('GET /v1/quota', { origin: CATS }),
      await world.call('GET /nothing', { origin: CATS }),
      await world.call('PUT /v1/jobs', { origin: CATS }),
      await world.call('GET /objects/x', { origin: CATS }),
      await world.call('GET /v1/jobs', { origin: CATS, as: await world.key('server') }),
    ];
    assert.equal(
      refusals.map(({ status }) => status),
      [401, 404, 405, 403, 403],
    );
    for (const { headers } of refusals) {
      assert.is(headers['access-control-allow-origin'], CATS);
      const exposed = String(headers['access-control-expose-headers']).split(',');
      for (const name of [
        'Location',
        'Retry-After',
        'ETag',
        'RateLimit',
        'RateLimit-Policy',
        'Request-Id',
        'Idempotent-Replayed',
      ]) {
        assert.ok(exposed.includes(name), name);
      }
    }
  }),
);

test(
  'a page of the shop puts photos and reads pictures through signed addresses',
  inApiWorld(async world => {
    await openShops(world);
    const { bucket } = world.platform;
    const expiresAt = world.clock.now() + 60_000;
    const here = (address: string) => address.replace(/^http:\/\/[^/]+/, world.url);
    const upload = await bucket.signedUploadUrl('up/1', {
      expiresAt,
      contentType: 'image/png',
      bytesMin: 1,
      bytesMax: 9,
    });
    const put = await fetch(here(upload.url), {
      method: 'PUT',
      headers: { ...upload.headers, Origin: CATS },
      body: 'x',
    });
    assert.equal([put.status, put.headers.get('access-control-allow-origin')], [201, CATS]);
    const url = here(await bucket.signedReadUrl('up/1', { expiresAt }));
    const read = await world.call(`GET ${url}`, { origin: CATS });
    assert.equal([read.status, read.text, read.headers['access-control-allow-origin']], [200, 'x', CATS]);
    assert.is(read.headers['cross-origin-resource-policy'], 'cross-origin', 'any page may show it');
    assert.equal(corsHeaders((await world.call(`GET ${url}`, { origin: 'https://evil.example' })).headers), []);
  }),
);

test('while the store does not answer, a page reads that it does not', () => {
  let fails = false;
  const around = ({ store }: EmbeddedPlatform) => ({
    store: {
      ...store,
      list: <D extends Document>(query: Query<D>) => {
        if (fails) throw new PlatformError('unavailable', 'The store is away.');
        return store.list(query);
      },
    },
  });
  return inApiWorld(
    async world => {
      await openShops(world);
      const token = (await world.call('POST /v1/sessions', { as: await world.key('storefront', { shop: 'cats' }) }))
        .body;
      assert.is((await world.call('GET /v1/styles', { as: token.token ?? '', origin: CATS })).status, 200);
      fails = true;
      await world.clock.advance(60_000);
      const { status, headers } = await world.call('GET /v1/styles', { as: token.token ?? '', origin: CATS });
      assert.equal([status, headers['access-control-allow-origin']], [503, CATS]);
      assert.ok(headers['retry-after']);
      assert.equal(corsHeaders((await world.call('GET /health', { origin: 'https://evil.example' })).headers), []);
    },
    { around },
  )();
});

test.run();

function preflight(world: ApiWorld, path: string, origin: string): Promise<ApiAnswer> {
  const headers = {
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'authorization,content-type,idempotency-key',
  };
  return world.call(`OPTIONS ${path}`, { origin, headers });
}

function corsHeaders(headers: ApiAnswer['headers']): string[] {
  return Object.keys(headers).filter(name => name.startsWith('access-control-'));
}
