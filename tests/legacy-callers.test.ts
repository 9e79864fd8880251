/**
 * Who counts as whom on the earlier service's routes: a made-up id is nobody, a signed cookie is one shopper, and an
 * address is one shopper where there is none; and which pages may ask.
 * Platform: the API in the test's process with the real worker, on SQLite.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LEGACY_ROUTES } from '../api/legacy/routes.ts';
import { closeIntake } from '../common/intake.ts';
import {
  cookieOf,
  type OldCaller,
  oldCall,
  oldPhoto,
  oldPicture,
  oldRemaining,
  withOldRoutes,
} from './legacy-world.ts';

const test = suite('callers of old routes');
const SHOP_PAGE = 'https://cats.example';
const HOPS = { parts: { trustedHops: 1 } };

test(
  'another customer_id with each request brings nothing, and the eleventh picture is refused',
  withOldRoutes(async world => {
    for (let number = 0; number < 10; number++) {
      const { status, body } = await oldPicture(world, number);
      const left = 9 - number;
      const level = left === 0 ? 4 : left <= 2 ? 3 : left === 3 ? 2 : 1;
      assert.equal([status, body.quota_remaining, body.quota_limit, body.warning_level], [200, left, 10, level]);
    }
    const { status, body, headers } = await oldPicture(world, 10);
    assert.equal([status, Object.keys(body)], [429, ['detail']]);
    assert.match(String(body.detail), /2026-11-24T00:00:00/);
    assert.ok(Number(headers['retry-after']) > 0);
    await world.clock.advance(2_000);
    const asked = await oldCall(world, 'GET /api/v1/quota?customer_id=cust_new&session_id=another');
    const { allowed, remaining, warning_level } = asked.body;
    assert.equal([allowed, remaining, warning_level], [false, 0, 4]);
    assert.is(world.model.calls.length, 10);
  }),
);

test(
  'of fifteen different pictures at once ten are made',
  withOldRoutes(async world => {
    const answers = await Promise.all(Array.from({ length: 15 }, (_, number) => oldPicture(world, number)));
    assert.is(answers.filter(({ status }) => status === 200).length, 10);
    assert.is(answers.filter(({ status }) => status === 429).length, 5);
  }),
);

test(
  'each address has its own ten, and what the caller writes before it is not believed',
  withOldRoutes(async world => {
    for (let number = 0; number < 3; number++) {
      await oldPicture(world, number, { address: `203.0.113.${number}, 192.0.2.1` });
    }
    assert.is(await oldRemaining(world, { address: '192.0.2.1' }), 7);
    assert.is(await oldRemaining(world, { address: '192.0.2.2' }), 10);
  }, HOPS),
);

test(
  'shoppers of one address who keep the cookie have ten each',
  withOldRoutes(async world => {
    const [ada, bo] = [await shopperWithCookie(world), await shopperWithCookie(world)];
    await oldPicture(world, 1, ada);
    await oldPicture(world, 2, ada);
    assert.equal(
      [await oldRemaining(world, ada), await oldRemaining(world, bo), await oldRemaining(world)],
      [8, 10, 10],
    );
    const same = await oldPicture(world, 1, bo);
    assert.is(same.body.cache_hit, false, "another shopper's picture is theirs");
  }),
);

test(
  'cookies that nobody sends back use up no sessions, and those that are sent back do',
  withOldRoutes(async world => {
    const key = await world.key('storefront');
    for (let times = 0; times < 30; times++) await oldCall(world, 'GET /api/v1/quota');
    assert.is((await world.call('POST /v1/sessions', { as: key })).status, 201);
    for (let times = 0; times < 19; times++) await shopperWithCookie(world);
    assert.is((await world.call('POST /v1/sessions', { as: key })).status, 429);
    // The hour is used up: this one counts as its address.
    const late = await offered(world);
    const { status, headers, body } = await oldCall(world, 'GET /api/v1/quota', undefined, late);
    assert.equal([status, headers['set-cookie'], body.remaining], [200, undefined, 10]);
    await oldPicture(world, 1, late);
    assert.is(await oldRemaining(world), 9);
  }),
);

test(
  'a cookie is renewed for a week of visits, and forgotten after one without any',
  withOldRoutes(async world => {
    const shopper = await shopperWithCookie(world);
    await oldPicture(world, 1, shopper);
    await world.clock.advance(3 * 86_400_000);
    const { headers } = await oldCall(world, 'GET /api/v1/quota', undefined, shopper);
    const renewed = { cookie: String([headers['set-cookie']].flat()[0]).split(';')[0] ?? '' };
    assert.not.equal(renewed, shopper);
    assert.is((await oldPicture(world, 1, renewed)).body.cache_hit, true, 'still the same shopper');
    await world.clock.advance(8 * 86_400_000);
    assert.is((await oldPicture(world, 1, renewed)).body.cache_hit, false);
  }),
);

test(
  'a cookie that is changed, made twice or taken from elsewhere counts as none, and is no token',
  withOldRoutes(async world => {
    const { cookie = '' } = await shopperWithCookie(world);
    await oldPicture(world, 1, { cookie });
    const [name = '', token = ''] = cookie.split('=');
    const session = await world.call('POST /v1/sessions', { as: await world.key('storefront') });
    assert.is((await world.submit({ as: String(session.body.token) })).status, 202);
    for (const other of [`${cookie}x`, `${cookie}; ${name}=a`, `${name}=${session.body.token}`, `${name}=`]) {
      assert.is(await oldRemaining(world, { cookie: other }), 10, other.slice(0, 40));
    }
    assert.is(await oldRemaining(world, { cookie: `theme=dark; ${cookie}` }), 9);
    assert.is((await world.call('GET /v1/quota', { as: token })).status, 401);
  }),
);

test(
  'by https the cookie may come from the page of a shop, and stays with that page',
  withOldRoutes(
    async world => {
      const { headers } = await oldCall(world, 'GET /api/v1/quota');
      const [cookie = ''] = [headers['set-cookie'] ?? []].flat();
      assert.match(
        cookie,
        /^__Host-easel-shopper=[^;]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=None; Secure; Partitioned$/,
      );
      assert.match(String(headers.link), '<https://art.example/docs/migrating>');
    },
    { parts: { publicUrl: 'https://art.example' } },
  ),
);

test(
  'on a machine of its own the cookie goes without https',
  withOldRoutes(async world => {
    const { headers } = await oldCall(world, 'GET /api/v1/quota');
    const [cookie = ''] = [headers['set-cookie'] ?? []].flat();
    assert.match(cookie, /^easel-shopper=[^;]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/);
  }),
);

test(
  'where a challenge is asked of new sessions, nobody gets one by this way',
  withOldRoutes(
    async world => {
      const { status, headers } = await oldCall(world, 'GET /api/v1/quota');
      assert.equal([status, headers['set-cookie']], [200, undefined]);
    },
    { parts: { challenge: { url: 'https://challenge.example', secret: 'secret' } } },
  ),
);

test(
  "a shop's page may ask and keep its cookie, any other page may not, and new routes know no cookie",
  withOldRoutes(async world => {
    await world.shop('cats', { origins: [SHOP_PAGE], quotaPerDay: { named: 4 } });
    const { status, body, headers } = await oldCall(world, 'GET /api/v1/quota', undefined, { origin: SHOP_PAGE });
    assert.equal([status, body.limit], [200, 4], 'and it is asked for that shop');
    assert.is(headers['access-control-allow-origin'], SHOP_PAGE);
    assert.is(headers['access-control-allow-credentials'], 'true');
    const styles = await world.call('GET /v1/styles', { origin: SHOP_PAGE });
    assert.is(styles.headers['access-control-allow-credentials'], undefined);
    for (const origin of ['https://elsewhere.example', 'null']) {
      for (const [method, path] of LEGACY_ROUTES.filter(([, path]) => /generate|quota|signed-url|confirm/.test(path))) {
        const answer = await oldCall(world, `${method.toUpperCase()} ${path}`, method === 'get' ? undefined : {}, {
          origin,
        });
        assert.equal([answer.status, Object.keys(answer.body)], [403, ['detail']], `${path} ${answer.text}`);
        assert.equal(
          [answer.headers['access-control-allow-origin'], answer.headers['set-cookie']],
          [undefined, undefined],
        );
      }
    }
    const preflight = await world.call('OPTIONS /api/v1/generate', {
      origin: SHOP_PAGE,
      headers: { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });
    assert.is(preflight.status, 204);
    assert.is(preflight.headers['access-control-allow-origin'], SHOP_PAGE);
  }),
);

test(
  'a closed intake and a spent budget hold here, too, and what is there is handed out all the same',
  withOldRoutes(
    async world => {
      const { status, body, headers } = await oldPicture(world, 1);
      assert.equal([status, Object.keys(body)], [503, ['detail']]);
      assert.ok(Number(headers['retry-after']) > 0);
      assert.is(await oldRemaining(world), 10);
      await closeIntake(world.engine, { message: 'Back at noon.' }, { actor: 'a test', reason: 'a test' });
      const closed = await oldCall(world, 'POST /api/v1/batch-generate', { image_data: await oldPhoto(2) });
      assert.equal([closed.status, closed.body], [503, { detail: 'Back at noon.' }]);
    },
    { budgetMicroUsd: 0 },
  ),
);

test.run();

type LegacyWorld = Parameters<typeof oldCall>[0];

async function offered(world: LegacyWorld): Promise<OldCaller> {
  const cookie = cookieOf(await oldCall(world, 'GET /api/v1/quota'));
  return cookie === undefined ? {} : { cookie };
}

/** One whose browser has sent back what it was offered. */
async function shopperWithCookie(world: LegacyWorld): Promise<OldCaller> {
  const answer = await oldCall(world, 'GET /api/v1/quota', undefined, await offered(world));
  return { cookie: cookieOf(answer) ?? '' };
}
