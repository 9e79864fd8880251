/**
 * What a request carries, what comes back, and what an exempt origin is exempt from.
 */
import { execFile } from 'node:child_process';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../common/clock.ts';
import { type Log, silentLog } from '../../common/log.ts';
import { createOutbound } from '../../common/outbound/outbound.ts';
import { OutboundError } from '../../common/outbound/outbound-error.ts';
import { onInternet, PUBLIC_ADDRESS } from '../doubles/internet.ts';

const test = suite('outbound requests');
const SITE = { name: 'hooks.example.com', address: PUBLIC_ADDRESS };
const LIMITS = { bytesMax: 1_000, timeoutMs: 10_000 };
const MESSAGE = {
  body: '{"type":"job.succeeded"}',
  headers: { 'Content-Type': 'application/json' },
  timeoutMs: 10_000,
};
const parts = { allow: [], clock: systemClock, log: silentLog };

interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

test(
  'a request tells that it is Easel, and nothing else about us',
  onInternet(async internet => {
    const seen: Seen[] = [];
    await internet.serve(SITE, async (request, response) => {
      seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: await text(request) });
      response.setHeader('Set-Cookie', 'session=1').setHeader('Content-Type', 'image/png').end('photo');
    });
    const outbound = createOutbound({ ...parts, network: internet.network });
    // A cookie that was set is not kept for the second request.
    for (const _ of [1, 2]) {
      const { bytes, contentType } = await outbound.get(`https://${SITE.name}/a%20b?c=d#e`, LIMITS);
      assert.equal([bytes.toString(), contentType], ['photo', 'image/png']);
    }
    const fixed = { 'user-agent': 'Easel', accept: '*/*', 'accept-encoding': 'identity', connection: 'close' };
    const get = { line: 'GET /a%20b?c=d', headers: { host: SITE.name, ...fixed }, body: '' };
    assert.equal(seen, [get, get]);

    const signed = { ...MESSAGE.headers, 'webhook-id': 'msg_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' };
    await outbound.post(`https://HOOKS.example.com:443/in`, { ...MESSAGE, headers: signed });
    const headers = {
      'content-type': 'application/json',
      'content-length': String(MESSAGE.body.length),
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1',
      'webhook-signature': 'v1,x',
    };
    assert.equal(seen[2], {
      line: 'POST /in',
      headers: { ...headers, host: SITE.name, ...fixed },
      body: MESSAGE.body,
    });
  }),
);

test('a message that would carry a key, a cookie or another host is a mistake in this program', async () => {
  const outbound = createOutbound(parts);
  for (const name of ['Authorization', 'Cookie', 'Host', 'Proxy-Authorization', 'Metadata-Flavor', 'X-Forwarded-For']) {
    const sending = outbound.post('https://127.0.0.1/', { ...MESSAGE, headers: { [name]: 'x' } });
    assert.instance(await reasonOf(sending), TypeError);
  }
});

test(
  'a message is answered with any status but a redirect, and with the beginning of the body',
  onInternet(async internet => {
    await internet.serve(SITE, (request, response) => {
      const status = Number(request.url?.slice(1));
      response.statusCode = status;
      if (status < 300 || status >= 400) response.write('thanks');
      if (status === 500) response.write('!'.repeat(100_000));
      // A server that does not come to an end has answered all the same.
      if (status !== 500) response.end();
    });
    const outbound = createOutbound({ ...parts, network: internet.network });
    const post = (status: number) => outbound.post(`https://${SITE.name}/${status}`, MESSAGE);
    for (const status of [200, 202, 400, 410, 429]) assert.equal(await post(status), { status, text: 'thanks' });
    const { status, text } = await post(500);
    assert.equal([status, text.length, text.startsWith('thanks!')], [500, 4_096, true]);
    for (const status of [301, 302, 303, 307, 308]) {
      const error = await reasonOf(post(status));
      assert.ok(error instanceof OutboundError);
      assert.equal([error.code, error.status], ['redirect', status]);
    }
  }),
);

test('an exempt origin may be http, on any port and inside; no other port, scheme or host is exempt with it', async () => {
  const inside = await listen((request, response) => {
    if (request.url === '/away') response.writeHead(302, { Location: '/' });
    response.end('x'.repeat(request.url === '/large' ? LIMITS.bytesMax + 1 : 5));
  });
  const other = await listen((_, response) => response.end('secret'));
  try {
    const lines: unknown[] = [];
    const log: Log = { ...silentLog, warn: (event, fields) => lines.push([event, fields?.reason]) };
    const outbound = createOutbound({ ...parts, log, allow: [inside.origin] });
    assert.equal(lines, [['origins exempt from the address rules', inside.origin]]);
    const get = (url: string) =>
      outbound.get(url, LIMITS).then(
        ({ bytes }) => bytes.toString(),
        (error: OutboundError) => error.code,
      );
    const { port } = new URL(inside.origin);
    assert.is(await get(`${inside.origin}/`), 'xxxxx');
    assert.is(await get(`http://127.1:${port}/`), 'xxxxx', 'another spelling of the same origin');
    assert.is((await outbound.post(`${inside.origin}/`, MESSAGE)).status, 200);
    assert.is(await get(`${inside.origin}/away`), 'redirect');
    assert.is(await get(`${inside.origin}/large`), 'too_large');
    assert.is(await get(`${other.origin}/`), 'not_https');
    assert.is(await get(`https://127.0.0.1:${port}/`), 'port_forbidden');
    assert.is(await get('https://127.0.0.1/'), 'address_forbidden');
    assert.is(await get(`http://localhost:${port}/`), 'not_https');
    assert.is(await get(`http://127.0.0.2:${port}/`), 'not_https');
    assert.is(await get(`http://user@127.0.0.1:${port}/`), 'url_invalid');
    assert.is(other.requests(), 0);
  } finally {
    await Promise.all([inside.close(), other.close()]);
  }
});

test('proxies of the environment are not asked', async () => {
  let caught = 0;
  const proxy = createServer(socket => {
    caught++;
    socket
      .on('error', () => {})
      .resume()
      .end();
  });
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  const inside = await listen((_, response) => response.end('photo'));
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: address, HTTPS_PROXY: address, ALL_PROXY: address, NO_PROXY: '' };
  try {
    const ask = `
      import { createOutbound } from './common/outbound/outbound.ts';
      import { systemClock } from './common/clock.ts';
      import { silentLog } from './common/log.ts';
      const { PLAIN, HOW } = process.env;
      const outbound = createOutbound({ allow: [PLAIN], clock: systemClock, log: silentLog });
      const answer = HOW === 'outbound'
        ? (await outbound.get(PLAIN, ${JSON.stringify(LIMITS)})).bytes.toString()
        : await fetch(PLAIN).then(response => response.text(), error => error.message);
      console.log(answer);
    `;
    const run = (HOW: string) => evaluate(ask, { ...env, HOW, PLAIN: inside.origin });
    assert.is(await run('outbound'), 'photo');
    assert.is(caught, 0);
    assert.is.not(await run('fetch'), 'photo');
    assert.ok(caught > 0, 'the proxy would have been asked by whoever asks proxies');
  } finally {
    await Promise.all([inside.close(), new Promise(resolve => proxy.close(resolve))]);
  }
});

test.run();

function reasonOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => assert.unreachable('there was no fault'),
    (reason: unknown) => reason,
  );
}

async function listen(listener: Parameters<typeof createHttpServer>[1]) {
  let requests = 0;
  const server: Server = createHttpServer((request, response) => {
    requests++;
    listener?.(request, response as never);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    close: () => new Promise(resolve => server.close(resolve)),
  };
}

function evaluate(source: string, env: { readonly [name: string]: string }): Promise<string> {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const args = ['--input-type=module-typescript', '--eval', source];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd, env }, (error, stdout) => (error ? reject(error) : resolve(stdout.trim())));
  });
}
