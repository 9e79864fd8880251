/**
 * How many sessions an address may open, and the challenge that an operator may put before them. Platform: the API in the
 * test's process, on SQLite; the provider of the challenge is a server of the test.
 */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SESSIONS_PER_HOUR } from '../api/auth/session-limit.ts';
import { type ApiAnswer, type ApiWorld, inApiWorld } from './api-world.ts';

const test = suite('session limits');
const HOUR_MS = 3_600_000;
const ONE_PROXY = { parts: { trustedHops: 1 } };

test(
  'an address opens twenty sessions an hour, however many ask at once',
  inApiWorld(async world => {
    const key = await world.key('storefront');
    const answers = await Promise.all(
      Array.from({ length: 3 * SESSIONS_PER_HOUR }, () => from(world, key, '192.0.2.1')),
    );
    const statuses = Map.groupBy(answers, ({ status }) => status);
    assert.equal([SESSIONS_PER_HOUR, statuses.get(201)?.length, statuses.get(429)?.length], [20, 20, 40]);
    const [refused] = statuses.get(429) ?? [];
    assert.is(refused?.body.code, 'sessions_exceeded');
    assert.is(Number(refused?.headers['retry-after']), 3_600, 'the clock stands at the hour');

    assert.is((await from(world, key, '192.0.2.2')).status, 201, 'another address');
    await world.clock.advance(HOUR_MS - 1_000);
    const late = await from(world, key, '192.0.2.1');
    assert.equal([late.status, late.headers['retry-after']], [429, '1']);
    await world.clock.advance(1_000);
    assert.is((await from(world, key, '192.0.2.1')).status, 201, 'the next hour');
  }, ONE_PROXY),
);

test(
  'a thousand made-up headers from one connection are one address',
  inApiWorld(async world => {
    const key = await world.key('storefront');
    const statuses: number[] = [];
    for (let index = 0; index < 1_000; index++) {
      const spoofed = `203.0.${index % 250}.${index % 7}, 2001:db8:${index.toString(16)}::1`;
      statuses.push((await from(world, key, `${spoofed}, 192.0.2.1`)).status);
    }
    assert.is(statuses.filter(status => status === 201).length, SESSIONS_PER_HOUR);
    const others = { 'X-Real-IP': '203.0.113.1', Forwarded: 'for=203.0.113.1', 'CF-Connecting-IP': '203.0.113.1' };
    const forwarded = { 'X-Forwarded-For': '192.0.2.1', ...others };
    assert.is((await world.call('POST /v1/sessions', { as: key, headers: forwarded })).status, 429);
  }, ONE_PROXY),
);

test(
  'without a proxy the header is not read at all',
  inApiWorld(async world => {
    const key = await world.key('storefront');
    for (let index = 0; index < SESSIONS_PER_HOUR; index++) {
      assert.is((await from(world, key, `192.0.2.${index}`)).status, 201);
    }
    assert.is((await from(world, key, '192.0.2.99')).status, 429);
  }),
);

test(
  'the addresses of one /64 are one household',
  inApiWorld(async world => {
    const key = await world.key('storefront');
    for (let index = 0; index < SESSIONS_PER_HOUR; index++) {
      assert.is((await from(world, key, `2001:db8:0:1:${index.toString(16)}::1`)).status, 201);
    }
    assert.is((await from(world, key, '2001:db8:0:1::ffff')).status, 429);
    assert.is((await from(world, key, '2001:db8:0:2::1')).status, 201);
  }, ONE_PROXY),
);

test(
  'renewals do not count and are not stopped',
  inApiWorld(async world => {
    const key = await world.key('storefront');
    const token = (await from(world, key, '192.0.2.1')).body.token ?? '';
    for (let renewals = 0; renewals < 2 * SESSIONS_PER_HOUR; renewals++) {
      assert.is((await from(world, token, '192.0.2.1')).status, 201);
    }
    for (let opened = 1; opened < SESSIONS_PER_HOUR; opened++) await from(world, key, '192.0.2.1');
    assert.is((await from(world, key, '192.0.2.1')).status, 429);
    assert.is((await from(world, token, '192.0.2.1')).status, 201);
  }, ONE_PROXY),
);

test('where a challenge is set up, an anonymous session needs one that was solved', async () => {
  const { url, asked, close } = await provider(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    asked.push(Object.fromEntries(form));
    const success = form.get('response') === 'solved';
    response.end(JSON.stringify({ success, 'error-codes': success ? [] : ['invalid-input-response'] }));
  });
  const parts = { trustedHops: 1, challenge: { url, secret: 's3cret' } };
  await inApiWorld(
    async world => {
      const key = await world.key('storefront');
      const open = (body: object, as = key) =>
        world.call('POST /v1/sessions', { as, body, headers: { 'X-Forwarded-For': '192.0.2.1' } });
      const good = await open({ challenge: 'solved' });
      assert.is(good.status, 201);
      assert.equal(asked, [{ secret: 's3cret', response: 'solved', remoteip: '192.0.2.1' }]);
      assert.equal(refusal(await open({ challenge: 'guessed' })), [403, 'challenge_failed']);
      assert.equal(refusal(await open({})), [403, 'challenge_failed']);
      assert.equal(refusal(await open({ challenge: '' })), [400, 'fields_invalid']);
      assert.is(asked.length, 2, 'nobody is asked about nothing');
      assert.is((await open({}, good.body.token)).status, 201, 'a renewal needs none');
      assert.is(asked.length, 2);
    },
    { parts },
  )();
  await close();
});

test('a provider that does not say is not taken for a yes, nor for a no', async () => {
  const answers: { readonly [path: string]: RequestListener } = {
    '/500': (_, response) => response.writeHead(500).end('{"success":true}'),
    '/html': (_, response) => response.end('<html>'),
    '/other': (_, response) => response.end('{"success":"yes"}'),
    '/secret': (_, response) => response.end('{"success":false,"error-codes":["invalid-input-secret"]}'),
    '/own': (_, response) => response.end('{"success":false,"error-codes":["internal-error"]}'),
    '/moved': (_, response) => response.writeHead(302, { Location: '/good' }).end(),
    '/good': (_, response) => response.end('{"success":true}'),
    '/huge': (_, response) => response.end(`{"success":true,"x":"${'y'.repeat(200_000)}"}`),
    '/cut': (_, response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('{"succ');
      response.destroy();
    },
  };
  const { url, close } = await provider((request, response) => answers[request.url ?? '']?.(request, response));
  const ask = (challengeUrl: string) =>
    inApiWorld(
      async world => {
        const as = await world.key('storefront');
        const answer = await world.call('POST /v1/sessions', { as, body: { challenge: 'solved' } });
        assert.equal(refusal(answer), [503, 'unavailable'], challengeUrl);
        assert.ok(Number(answer.headers['retry-after']) > 0);
      },
      { parts: { challenge: { url: challengeUrl, secret: 's' } } },
    )();
  for (const path of Object.keys(answers)) if (path !== '/good') await ask(url + path);
  await close();
  await ask(`${url}/good`);
});

test('a provider that takes more than three seconds is not waited for', async () => {
  const { url, close, waiting } = await provider(() => waiting.push(true));
  const parts = { challenge: { url, secret: 's' } };
  await inApiWorld(
    async world => {
      const as = await world.key('storefront');
      const answer = world.call('POST /v1/sessions', { as, body: { challenge: 'solved' } });
      while (waiting.length === 0) await world.clock.advance(0);
      await world.clock.advance(2_999);
      await world.clock.advance(1);
      assert.equal(refusal(await answer), [503, 'unavailable']);
    },
    { parts },
  )();
  await close();
});

test.run();

function from(world: ApiWorld, as: string, forwarded: string): Promise<ApiAnswer> {
  return world.call('POST /v1/sessions', { as, headers: { 'X-Forwarded-For': forwarded } });
}

function refusal({ status, body }: ApiAnswer): [number, string | undefined] {
  return [status, body.code];
}

async function provider(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [] as object[],
    waiting: [] as boolean[],
    close: () => {
      server.closeAllConnections();
      return new Promise(closed => server.close(closed));
    },
  };
}
