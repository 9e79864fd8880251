/**
 * Who the client is: a session that it opens, keeps and renews, a customer whom Shopify has signed, a token that a page's
 * own server gives, a server's key. Platform: the API in the test's process, on SQLite, by a clock that stands still.
 */
import { decodeJwt } from 'jose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keepInMemory } from '../api/web/client/keep.ts';
import { EaselError } from '../api/web/easel-client.ts';
import { DAY_MS } from '../common/limits.ts';
import { inApiWorld } from './api-world.ts';
import { type ClientPage, inPage, openPage } from './client-page.ts';
import { PHOTO_BLOB } from './client-shopper.ts';
import { openBrowser } from './client-tab.ts';
import { CONNECTION, signedQuery } from './doubles/app-proxy.ts';
import { openBadLine } from './doubles/bad-line.ts';

const test = suite('the client, as somebody');
const HOUR_MS = 3_600_000;
const sessionOf = (token: string) => String(decodeJwt(token).sub);
const sessionCalls = ({ begun }: ClientPage) => begun.filter(({ name }) => name === 'POST /v1/sessions').length;
const wish = { image: PHOTO_BLOB, style: 'charcoal' };

test(
  'renews its session in its last hour, and for six days after; later it opens another one, and forgets its jobs',
  inApiWorld(async world => {
    const storage = keepInMemory();
    const visit = inPage(
      async page => {
        const { client } = page;
        const { token } = await client.session();
        const { id } = await client.submit(wish);
        await world.clock.advance(22 * HOUR_MS);
        assert.is((await client.session()).token, token);
        assert.is(sessionCalls(page), 1);
        await world.clock.advance(1.5 * HOUR_MS);
        const renewed = await client.session();
        assert.equal([renewed.token === token, sessionOf(renewed.token)], [false, sessionOf(token)]);
        await world.clock.advance(6 * DAY_MS);
        assert.is((await client.get(id)).id, id, 'still the same shopper');
        assert.is(sessionOf((await client.session()).token), sessionOf(token));
        assert.is(sessionCalls(page), 3);
        assert.equal((await client.unfinished()).jobs.length, 1);

        await world.clock.advance(8 * DAY_MS);
        await client.submit(wish);
        assert.is.not(sessionOf((await client.session()).token), sessionOf(token));
        assert.equal((await client.resume()).length, 1, 'the jobs of the session before are nobody’s');
      },
      { storage },
    );
    await visit(world);
  }),
);

test(
  'gets along with a clock that is days wrong',
  inApiWorld(async world => {
    for (const days of [-30, -3, 3, 30]) {
      const environment = { now: () => world.clock.now() + days * DAY_MS };
      await inPage(
        async page => {
          for (let calls = 0; calls < 5; calls++) await page.client.quota();
          assert.is(sessionCalls(page), 1, `${days} days`);
          await world.clock.advance(2 * DAY_MS);
          await page.client.quota();
          assert.is((await page.client.session()).token.length > 0, true);
        },
        { environment },
      )(world);
    }
  }),
);

test(
  'says so when its key has been revoked, and opens no session in vain',
  inApiWorld(async world => {
    const key = await world.key('storefront');
    await inPage(
      async page => {
        await page.client.quota();
        await world.revoke(key);
        await world.clock.advance(2 * 60_000);
        const refusal = await page.client.quota().catch((error: unknown) => error);
        assert.ok(refusal instanceof EaselError);
        assert.equal([refusal.code, refusal.status, refusal.retryable], ['unauthorized', 401, false]);
        assert.is(sessionCalls(page), 3, 'a renewal was refused, and so was another session');
      },
      { key },
    )(world);
  }),
);

test(
  "asks the page's own server for another token when one has ended",
  inApiWorld(async world => {
    const key = await world.key('storefront');
    let given = 0;
    const give = async () => {
      given++;
      return (await world.call('POST /v1/sessions', { as: key })).body.token ?? '';
    };
    await inPage(
      async ({ client }) => {
        await Promise.all([client.quota(), client.styles()]);
        assert.is(given, 1);
        await world.clock.advance(2 * DAY_MS);
        await client.quota();
        assert.is(given, 2);
      },
      { key: give },
    )(world);
  }),
);

test(
  'lets Shopify open the session of a customer who is logged in, and of nobody else',
  inApiWorld(async world => {
    await world.shop('default', { shopify: CONNECTION });
    const proxy = 'https://shop.example/apps/easel';
    const line = await openBadLine();
    const proxied: string[] = [];
    const fetchThroughShop = (async (input: string, init?: RequestInit) => {
      if (input !== proxy) return line.fetch(input, init);
      proxied.push(`${init?.method} with ${[...new Headers(init?.headers).keys()]}`);
      return line.fetch(`${world.url}/v1/sessions${signedQuery({ now: world.clock.now() })}`, init);
    }) as typeof fetch;
    for (const customer of [7, null]) {
      const options = { shopify: { proxy, customer }, environment: { fetch: fetchThroughShop } };
      const { client } = await openPage(world, line, options);
      const { token } = await client.session();
      assert.is(decodeJwt(token).customer, customer === null ? undefined : '7');
      assert.equal(proxied, ['POST with ']);
    }
    await line.close();
  }),
);

test(
  'solves a challenge for each try to open a session, and sends a server key as it is',
  inApiWorld(async world => {
    let solved = 0;
    const challenge = async () => `solved ${++solved}`;
    await inPage(
      async page => {
        let tries = 0;
        page.line.plan(() => (tries++ === 0 ? 'drop before' : undefined));
        const opened = page.client.session();
        await page.pass(2_000);
        await opened;
        assert.is(solved, 2);
      },
      { challenge },
    )(world);
    const key = await world.key('server');
    await inPage(
      async page => {
        assert.is((await page.client.quota({ customerId: '7' })).pools.named.remaining, 10);
        assert.is(page.begun[0]?.headers.get('Authorization'), `Bearer ${key}`);
        const none = await page.client.session().catch((error: unknown) => error);
        assert.ok(none instanceof EaselError && none.code === 'no_session');
      },
      { key },
    )(world);
  }),
);

test(
  'sweeps photos away that nobody goes on with, of whichever shopper they were',
  inApiWorld(async world => {
    const { storage, photos, photoCount } = openBrowser();
    await inPage(
      async page => {
        page.goOffline({ aware: true });
        const giving = new AbortController();
        const submitting = page.client.submit(wish, { signal: giving.signal }).catch((error: unknown) => error);
        await page.pass(1_000);
        giving.abort(new DOMException('too late', 'TimeoutError'));
        await submitting;
      },
      { storage, photos },
    )(world);
    await photos.set('easel http://elsewhere guest submit x', PHOTO_BLOB);
    assert.is(photoCount(), 2);
    const shopify = { proxy: 'https://shop.example/apps/easel', customer: 8 };
    await inPage(
      async page => {
        assert.equal(await page.client.unfinished(), { jobs: [], submits: [] });
        assert.is(photoCount(), 1, 'the one without a submit is gone');
        await world.clock.advance(2 * DAY_MS);
        await page.client.unfinished();
        assert.is(photoCount(), 0, 'and so is the one that is too old');
      },
      { storage, photos, shopify },
    )(world);
  }),
);

test(
  'works on in a browser that keeps nothing, or throws when it is asked to',
  inApiWorld(async world => {
    const refuse = () => {
      throw new Error('QuotaExceededError');
    };
    const storage = { get: refuse, set: refuse, remove: refuse, names: refuse };
    const photos = {
      get: refuse,
      set: async () => refuse(),
      remove: async () => refuse(),
      names: async () => refuse(),
    };
    for (const options of [
      { storage, photos },
      { storage: null, photos: null },
    ]) {
      await inPage(async (page: ClientPage) => {
        const { id } = await page.client.submit(wish);
        assert.is((await page.client.get(id)).id, id);
        assert.is(sessionCalls(page), 1);
        await page.client.resume();
      }, options)(world);
    }
  }),
);

test.run();
