/**
 * A submit that names the photo's address, through the whole service. The photos' server is an exempt origin, because
 * no test reaches the internet; what holds for the internet stands in `tests/outbound/`.
 * Platforms: embedded, and google by EASEL_TEST_PLATFORM=google.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, download, PHOTO, type Service, withService } from './service.ts';

const test = suite('photos by URL');
const MIB = 2 ** 20;

test('a server key submits the address of a photo, and the picture is drawn', async () => {
  await withPhotos(async ({ service, submit, requests }) => {
    const submitted = await submit('/cat.jpg');
    assert.is(submitted.status, 202, JSON.stringify(submitted.body));
    const job = await service.done(submitted.body.id);
    assert.is(job.status, 'succeeded');
    assert.equal((await download(job.output?.url ?? '')).status, 200);
    assert.is(requests(), 1);
    assert.match(service.output(), /origins exempt from the address rules/);

    const key = { headers: { 'Idempotency-Key': 'order-1' } };
    const first = await submit('/gone.jpg', key);
    assert.equal([first.status, first.body.reused], [200, true], 'the same photo at another address');
    const again = await submit('/gone.jpg', key);
    assert.equal([again.status, again.body.id], [200, first.body.id], 'the address has no photo any more');
    assert.is(requests(), 2);
  });
});

test('a session may not name an address, and nobody is asked', async () => {
  await withPhotos(async ({ service, submit, requests }) => {
    const { storefront } = await service.keys();
    const { body } = await service.call<{ token: string }>('POST', '/v1/sessions', { key: storefront });
    const answer = await submit('/cat.jpg', { key: body.token });
    assert.equal([answer.status, answer.body.code], [400, 'fields_invalid']);
    assert.match(JSON.stringify(answer.body), /"pointer":"\/image\/url","detail":"only a server key/);
    assert.is(requests(), 0);
  });
});

test('what an address gives has to be a photo, of 20 MiB at most and without a way round', async () => {
  await withPhotos(async ({ submit, origin }) => {
    const code = async (path: string) => {
      const { status, body } = await submit(path);
      return [status, body.code];
    };
    assert.equal(await code('/moved'), [422, 'image_url_refused']);
    assert.equal(await code('/large.jpg'), [413, 'image_too_large']);
    assert.equal(await code('/page'), [415, 'image_type_unsupported']);
    assert.equal(await code('/missing'), [422, 'image_url_unreachable']);
    // Only the origin itself is exempt: the same server under its other name is inside, and http.
    const inside = `${origin.replace('127.0.0.1', 'localhost')}/cat.jpg`;
    assert.equal(await code(inside), [422, 'image_url_refused']);
    assert.equal(await code('https://127.0.0.1/cat.jpg'), [422, 'image_url_unreachable']);
  });
});

test.run();

interface Photos {
  readonly service: Service;
  readonly origin: string;
  readonly requests: () => number;
  /** A path is one of the photos' server. */
  submit(url: string, options?: { key?: string; headers?: { [name: string]: string } }): Promise<Answer>;
}

async function withPhotos(test: (photos: Photos) => Promise<void>): Promise<void> {
  let requests = 0;
  const seen = new Set<string>();
  const server = createServer(({ url = '' }, response) => {
    requests++;
    if (url === '/moved') response.writeHead(302, { Location: '/cat.jpg' }).end();
    else if (url === '/large.jpg') response.end(Buffer.concat([PHOTO, Buffer.alloc(25 * MIB)]));
    else if (url === '/page') response.end('<!doctype html>');
    else if (url === '/missing' || (url === '/gone.jpg' && seen.has(url))) response.writeHead(404).end();
    else response.end(PHOTO);
    seen.add(url);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const run = withService(
    service => {
      const submit: Photos['submit'] = (url, { headers, ...options } = {}) =>
        service.call('POST', '/v1/jobs', {
          ...options,
          headers: { 'Content-Type': 'application/json', ...headers },
          body: JSON.stringify({ style: 'charcoal', image: { url: url.startsWith('/') ? origin + url : url } }),
        });
      return test({ service, origin, requests: () => requests, submit });
    },
    { OUTBOUND_ALLOW: origin },
  );
  try {
    await run();
  } finally {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
}
