/**
 * From which pages a key or a session may ask. Platform: the API in the test's process, on SQLite.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inApiWorld } from './api-world.ts';
import { CATS, DOGS, FOREIGN, openShops, refusal } from './pages.ts';

const test = suite('pages that ask');

test(
  'a storefront key and its sessions work on the pages of their own shop alone',
  inApiWorld(async world => {
    await openShops(world);
    const cats = await world.key('storefront', { shop: 'cats' });
    const dogs = await world.key('storefront', { shop: 'dogs' });
    const token = (await world.call('POST /v1/sessions', { as: cats })).body.token ?? '';
    assert.is((await world.call('POST /v1/sessions', { as: cats, origin: CATS })).status, 201);
    assert.is((await world.call('POST /v1/sessions', { as: dogs, origin: DOGS })).status, 201);
    assert.is((await world.call('GET /v1/quota', { as: token, origin: CATS })).status, 200);
    const own = `http://localhost:${new URL(world.url).port}`;
    assert.is((await world.call('POST /v1/sessions', { as: cats, origin: own })).status, 201);
    for (const origin of [DOGS, ...FOREIGN]) {
      assert.equal(
        refusal(await world.call('POST /v1/sessions', { as: cats, origin })),
        [403, 'origin_not_allowed'],
        origin,
      );
      assert.equal(
        refusal(await world.call('GET /v1/quota', { as: token, origin })),
        [403, 'origin_not_allowed'],
        origin,
      );
    }
  }),
);

test(
  'a key may be good for fewer pages than its shop lists, never for more',
  inApiWorld(async world => {
    await world.shop('cats', { origins: [CATS, 'https://kittens.example'] });
    const open = async (origins: readonly string[], origin: string) =>
      (await world.call('POST /v1/sessions', { as: await world.key('storefront', { shop: 'cats', origins }), origin }))
        .status;
    assert.is(await open([CATS], CATS), 201);
    assert.is(await open([CATS], 'https://kittens.example'), 403);
    assert.is(await open([], CATS), 403);
    assert.is(await open(['https://evil.example'], 'https://evil.example'), 403);
  }),
);

test(
  'a shop that lists no page, or is not there, is served to its own page alone',
  inApiWorld(async world => {
    const as = await world.key('storefront');
    const own = world.url;
    assert.is(
      (await world.call('POST /v1/sessions', { as, origin: own })).status,
      201,
      'without a document of the shop',
    );
    assert.is((await world.call('POST /v1/sessions', { as, origin: CATS })).status, 403);
    await world.shop('default');
    await world.clock.advance(60_000);
    assert.is((await world.call('POST /v1/sessions', { as, origin: own })).status, 201);
    assert.is((await world.call('POST /v1/sessions', { as, origin: CATS })).status, 403);
  }),
);

test(
  'server and admin keys do not belong into a page, not even one of the shop',
  inApiWorld(async world => {
    await openShops(world);
    const server = { as: await world.key('server', { shop: 'cats' }) };
    const admin = { as: await world.key('admin') };
    for (const [request, options] of [
      ['GET /v1/quota', server],
      ['GET /metrics', admin],
    ] as const) {
      assert.is((await world.call(request, options)).status, 200, 'from a server');
      assert.is((await world.call(request, { ...options, origin: world.url })).status, 200, 'on our own pages');
      for (const origin of [CATS, ...FOREIGN]) {
        assert.equal(refusal(await world.call(request, { ...options, origin })), [403, 'origin_not_allowed'], origin);
      }
    }
  }),
);

test(
  'a page that an operator adds or takes away counts within a minute',
  inApiWorld(async world => {
    const as = await world.key('storefront', { shop: 'cats' });
    const status = async () => (await world.call('POST /v1/sessions', { as, origin: CATS })).status;
    const readable = async () =>
      'access-control-allow-origin' in (await world.call('GET /health', { origin: CATS })).headers;
    await world.shop('cats');
    assert.equal([await status(), await readable()], [403, false]);
    await world.shop('cats', { origins: [CATS] });
    await world.clock.advance(60_000);
    assert.equal([await status(), await readable()], [201, true]);
    await world.shop('cats');
    await world.clock.advance(60_000);
    assert.equal([await status(), await readable()], [403, false]);
  }),
);

test.run();
