/**
 * The cookie of the console: what it opens, what ends it, and that no other page can make a browser use it. Platform:
 * the API in the test's process, on SQLite, where hours can pass; `tests/browser/console-attacks.browser.ts` asks a real
 * browser.
 */
import { SignJWT } from 'jose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ADMIN_ROUTES } from '../api/admin/routes.ts';
import { CONSOLE_LIFE_S } from '../api/auth/console-sessions.ts';
import { FAILURES_MAX, WINDOW_MS } from '../api/auth/sign-in-limit.ts';
import { sha256 } from '../common/ids.ts';
import { type ApiWorld, inApiWorld } from './api-world.ts';

const test = suite('console session');
const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };
const KEY_REMEMBERED_MS = 30_000;

test(
  'an admin key signs a browser in with a cookie that no script can read, and that opens what the key opens',
  inApiWorld(async world => {
    const key = await world.key('admin', { label: 'Night shift' });
    const { headers, body } = await world.call<Session>('POST /v1/admin/session', { as: key });
    assert.match(
      String(headers['set-cookie']),
      /^easel-admin=[\w.-]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    assert.is(headers['cache-control'], 'no-store');
    assert.is(body.key.label, 'Night shift');
    const cookie = cookieOf(headers);
    assert.is((await withCookie(world, 'GET /v1/admin/stats', cookie)).status, 200);
    const who = await withCookie<Session>(world, 'GET /v1/admin/session', cookie);
    assert.equal(who.body, body);
    const out = await withCookie(world, 'DELETE /v1/admin/session', cookie);
    assert.is(out.status, 204);
    assert.match(String(out.headers['set-cookie']), /^easel-admin=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/);
  }),
);

test(
  'where clients come by https the cookie is bound to this host and to https',
  inApiWorld(
    async world => {
      const { headers } = await world.call('POST /v1/admin/session', {
        as: await world.key('admin'),
        origin: 'https://easel.example',
      });
      assert.match(
        String(headers['set-cookie']),
        /^__Host-easel-admin=[\w.-]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
      );
      const cookie = cookieOf(headers);
      assert.is((await withCookie(world, 'GET /v1/admin/stats', cookie)).status, 200);
      const planted = cookie.replace('__Host-', '');
      assert.is((await withCookie(world, 'GET /v1/admin/stats', planted)).status, 401, 'by a neighbour of the host');
    },
    { parts: { publicUrl: 'https://easel.example' } },
  ),
);

test(
  'over plain http from another machine nobody signs in',
  inApiWorld(
    async world => {
      const as = await world.key('admin');
      const answer = await world.call('POST /v1/admin/session', { as, origin: 'http://easel.example' });
      assert.is(answer.status, 403);
      assert.match(answer.body.detail ?? '', 'https');
      assert.is(answer.headers['set-cookie'], undefined);
    },
    { parts: { publicUrl: 'http://easel.example' } },
  ),
);

test(
  'only an admin key signs in, and a cookie makes no other cookie',
  inApiWorld(async world => {
    await world.shop('default');
    for (const as of ['ak_wrong', await world.key('server'), await world.key('storefront')]) {
      const { status, headers } = await world.call('POST /v1/admin/session', { as });
      assert.ok(status === 401 || status === 403, String(status));
      assert.is(headers['set-cookie'], undefined);
    }
    const cookie = await signedIn(world, await world.key('admin'));
    assert.is((await withCookie(world, 'POST /v1/admin/session', cookie)).status, 401);
  }),
);

test(
  'the cookie ends with its key within a minute, for changes at once, and by itself after twelve hours',
  inApiWorld(async world => {
    const [leaving, staying] = [await world.key('admin'), await world.key('admin')];
    const [first, second] = [await signedIn(world, leaving), await signedIn(world, staying)];
    assert.is((await withCookie(world, 'GET /v1/admin/stats', first)).status, 200);
    await world.revoke(leaving);
    const change = await withCookie(world, 'POST /v1/admin/queues/bulk/pause', first, { reason: 'x' });
    assert.is(change.status, 401);
    await world.clock.advance(KEY_REMEMBERED_MS);
    assert.is((await withCookie(world, 'GET /v1/admin/stats', first)).status, 401);
    await world.clock.advance(CONSOLE_LIFE_S * 1_000 - KEY_REMEMBERED_MS - 1_000);
    assert.is((await withCookie(world, 'GET /v1/admin/stats', second)).status, 200);
    await world.clock.advance(1_000);
    assert.is((await withCookie(world, 'GET /v1/admin/stats', second)).status, 401);
  }),
);

test(
  'what only resembles the cookie is none',
  inApiWorld(async world => {
    await world.shop('default');
    const key = await world.key('admin');
    const cookie = await signedIn(world, key);
    const token = cookie.split('=')[1] ?? '';
    const opened = await world.call('POST /v1/sessions', { as: await world.key('storefront') });
    const forged = [
      ...['', 'x', token.slice(0, -1), `${token}x`, token.toUpperCase(), sha256(key), key, opened.body.token ?? ''],
      await signed(world, { secret: new Uint8Array(32), key }),
      await signed(world, { audience: 'easel-session', key }),
      await signed(world, { lifeS: CONSOLE_LIFE_S + 1, key }),
      await signed(world, { lifeS: 60, key }),
      await signed(world, { key: await world.key('server') }),
      await signed(world, { key: await world.key('storefront') }),
      await signed(world, { key, claims: { scopes: ['manage'] } }),
    ];
    for (const text of forged) {
      assert.is((await withCookie(world, 'GET /v1/admin/stats', `easel-admin=${text}`)).status, 401, text);
    }
    assert.is((await withCookie(world, 'GET /v1/admin/stats', `${cookie}; ${cookie}`)).status, 401, 'two of them');
    assert.is((await world.call('GET /v1/admin/stats', { as: token })).status, 401, 'as a bearer');
    assert.is((await withCookie(world, 'GET /v1/admin/stats', await signedCookie(world, key))).status, 200);
  }),
);

test(
  "of what serves operators the cookie opens what its key's scopes allow, and it opens nothing of a shopper's",
  inApiWorld(async world => {
    const reading = await signedIn(world, await world.key('admin', { scopes: ['read'] }));
    assert.is((await withCookie(world, 'GET /v1/admin/keys', reading)).status, 200);
    for (const change of CHANGES) {
      assert.is((await withCookie(world, change, reading, { reason: 'x' })).status, 403, change);
    }
    const cookie = await signedIn(world, await world.key('admin'));
    for (const request of ['POST /v1/jobs', 'POST /v1/sessions', 'GET /v1/jobs', 'GET /v1/quota', 'GET /v1/styles']) {
      assert.is((await withCookie(world, request, cookie)).status, 401, request);
    }
  }),
);

test(
  'no other page makes a browser change or read anything with the cookie',
  inApiWorld(async world => {
    await world.shop('default', { origins: ['https://shop.example'] });
    const cookie = await signedIn(world, await world.key('admin'));
    const port = new URL(world.url).port;
    const neighbour = `http://127.0.0.1:${Number(port) + 1}`;
    const pages: readonly (readonly [headers: { readonly [name: string]: string }, change: number, read: number])[] = [
      [{ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 401, 401],
      [{ 'sec-fetch-site': 'same-site', origin: neighbour }, 401, 401],
      [{ 'sec-fetch-site': 'cross-site', origin: 'null' }, 401, 401],
      [{ 'sec-fetch-site': 'cross-site' }, 401, 401],
      [{ origin: 'https://evil.example' }, 403, 403],
      [{ origin: 'https://shop.example' }, 403, 403],
      [{ origin: neighbour }, 403, 403],
      [{ origin: 'null' }, 403, 403],
      [{ origin: '' }, 403, 403],
      [{ origin: `${world.url}.evil.example` }, 403, 403],
      [{ 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }, 403, 403],
      [{ 'sec-fetch-site': 'anything' }, 401, 401],
      // The address line, and what is no browser: they may look.
      [{ 'sec-fetch-site': 'none' }, 403, 200],
      [{}, 403, 200],
    ];
    for (const [headers, change, read] of pages) {
      const as = JSON.stringify(headers);
      for (const request of CHANGES) {
        const body = { reason: 'x' };
        assert.is((await world.call(request, { body, headers: { cookie, ...headers } })).status, change, request + as);
      }
      assert.is((await world.call('GET /v1/admin/stats', { headers: { cookie, ...headers } })).status, read, as);
    }
    assert.equal((await audited(world)).length, 0, 'nothing was changed');
    const own = { cookie, origin: world.url, ...OWN_PAGE };
    const paused = await world.call('POST /v1/admin/queues/bulk/pause', { body: { reason: 'x' }, headers: own });
    assert.is(paused.status, 200);
    assert.is((await audited(world)).length, 1);
  }),
);

test(
  'an address that fails too often is refused for a while, with the right key too, and no other is',
  inApiWorld(
    async world => {
      const as = await world.key('admin');
      const attempt = (key: string, from: string) =>
        world.call('POST /v1/admin/session', { as: key, headers: { 'x-forwarded-for': from } });
      for (let failures = 0; failures < FAILURES_MAX; failures++) {
        assert.is((await attempt(`ak_${failures}`, '192.0.2.1')).status, 401);
      }
      const refused = await attempt(as, '192.0.2.1');
      assert.is(refused.body.code, 'sign_ins_exceeded');
      assert.is(refused.headers['retry-after'], String(WINDOW_MS / 1_000));
      assert.is((await attempt(as, '192.0.2.2')).status, 200);
      await world.clock.advance(WINDOW_MS);
      assert.is((await attempt(as, '192.0.2.1')).status, 200);
    },
    { parts: { trustedHops: 1 } },
  ),
);

test.run();

interface Session {
  readonly key: { readonly id: string; readonly label?: string };
  readonly expiresAt: string;
}

const CHANGES = ADMIN_ROUTES.filter(([method]) => method !== 'get').map(([method, path]) => {
  const filled = path.replace('/keys/:id', `/keys/${'0'.repeat(64)}`).replace(/:\w+/, 'bulk');
  return `${method.toUpperCase()} ${filled}`;
});

function cookieOf(headers: { readonly [name: string]: string | string[] | undefined }): string {
  return String(headers['set-cookie']).split(';')[0] ?? '';
}

async function signedIn(world: ApiWorld, as: string): Promise<string> {
  const { status, headers } = await world.call('POST /v1/admin/session', { as });
  assert.is(status, 200);
  return cookieOf(headers);
}

function withCookie<B>(world: ApiWorld, request: string, cookie: string, body?: object) {
  return world.call<B>(request, { headers: { cookie, ...OWN_PAGE }, ...(body ? { body } : {}) });
}

async function audited(world: ApiWorld): Promise<readonly unknown[]> {
  const { body } = await world.call<{ entries: unknown[] }>('GET /v1/admin/audit', { as: await world.key('admin') });
  return body.entries;
}

interface Forgery {
  readonly key: string;
  readonly secret?: Uint8Array;
  readonly audience?: string;
  readonly lifeS?: number;
  readonly claims?: { readonly [name: string]: unknown };
}

/** As the service signs, but for what is named. */
function signed(world: ApiWorld, { key, secret, audience, lifeS = CONSOLE_LIFE_S, claims = {} }: Forgery) {
  const now = Math.floor(world.clock.now() / 1_000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('easel')
    .setAudience(audience ?? 'easel-console')
    .setSubject(sha256(key))
    .setIssuedAt(now)
    .setExpirationTime(now + lifeS)
    .sign(secret ?? world.sessionSecret);
}

async function signedCookie(world: ApiWorld, key: string): Promise<string> {
  return `easel-admin=${await signed(world, { key })}`;
}
