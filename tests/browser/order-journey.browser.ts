/**
 * From the photo to the print: a shopper's portrait stands in the product form, the form is submitted, Shopify tells of
 * the sale, and thirty-one days later the shop's link still opens while what was not sold is gone. Platform: embedded,
 * the API and the worker in the test's process, since the days pass on the test's clock.
 */
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clearOut } from '../../common/embedded/housekeeping.ts';
import { DAY_MS, LIMITS } from '../../common/limits.ts';
import { silentLog } from '../../common/log.ts';
import { type ApiWorld, inApiWorld } from '../api-world.ts';
import { CONNECTION, signedMessage } from '../doubles/app-proxy.ts';
import { waitFor } from '../wait-for.ts';
import { PHONE, visiting } from './chromium.ts';
import { shopOn } from './shop.ts';

export const FILE_LIMIT_MS = 120_000;

const test = suite('from the photo to the print');
const ORDER = 5_123_456_789_012;

test(
  'a portrait that was sold opens after thirty-one days, and a version that was not is gone',
  inApiWorld(
    async world => {
      await world.shop('cats', { shopify: CONNECTION, release: 'on-order' });
      const [key, server] = [
        await world.key('storefront', { shop: 'cats' }),
        await world.key('server', { shop: 'cats' }),
      ];
      world.startWorker();
      const ticking = tick(world);
      let sold = '';
      let unsold = '';
      try {
        await visiting(async ({ page }) => {
          await page.clock.setFixedTime(world.clock.now());
          const cart = await openProduct(page, { url: world.url, key });
          const shop = shopOn(page);
          await shop.isOpen();
          await shop.choosePhoto();
          await shop.choose('Charcoal');
          await shop.submit();
          await shop.stageIs('succeeded');
          const shown = await page.locator('easel-portrait .stage .picture').getAttribute('src');
          assert.match(shown ?? '', /-preview\?/, 'before the order the preview alone');
          assert.not.ok(await page.getByRole('button', { name: 'Download' }).isVisible());
          unsold = await inForm(page);
          await page.getByRole('button', { name: 'Another version' }).click();
          await shop.takesAre('succeeded', 2);
          await waitFor('the other version in the form', async () => (await inForm(page)) !== unsold);
          await page.getByRole('button', { name: 'Add to cart' }).click();
          await page.getByText('In the cart').waitFor();
          sold = cart()['properties[_easel_job]'] ?? '';
          assert.equal(cart(), {
            'properties[_easel_job]': sold,
            'properties[_easel_status]': 'ready',
            'properties[Style]': 'Charcoal',
          });
          const properties = Object.entries(cart()).map(([name, value]) => ({ name: name.slice(11, -1), value }));
          await tellOfSale(world, properties);
        }, PHONE)();
      } finally {
        await ticking.stop();
      }
      assert.not.equal(sold, unsold);
      const { options } = await world.run(sold);
      assert.is(options.variation, 1);
      await waitFor('the picture to be kept', async () => (await world.run(sold)).kept?.picture);
      await pass(world, 31);
      assert.is((await world.call(`GET /v1/jobs/${sold}/output`, { as: server })).status, 302);
      const { headers } = await world.call(`GET /v1/jobs/${sold}/output`, { as: server });
      assert.is((await world.call(`GET ${headers.location}`)).status, 200, "staff's link");
      const photo = await world.call(`GET /v1/jobs/${sold}/input`, { as: server });
      assert.is((await world.call(`GET ${photo.headers.location}`)).status, 200);
      const gone = await world.call(`GET /v1/jobs/${unsold}/output`, { as: server });
      assert.equal([gone.status, gone.body.code], [410, 'output_expired']);
    },
    { isVisited: true },
  ),
);

test.run();

/** The shop's product page and what receives its form; resolves with a look into the cart. */
async function openProduct(
  page: Page,
  { url, key }: { url: string; key: string },
): Promise<() => { readonly [name: string]: string }> {
  let cart: { readonly [name: string]: string } = {};
  const html = (body: string) => ({ contentType: 'text/html', body: `<!doctype html><html lang="en">${body}` });
  await page.route(`${url}/product`, route =>
    route.fulfill(
      html(`<title>A print</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
        <script type="module" src="/easel-portrait.js"></script><main><h1>A print</h1>
        <form id="buy" method="post" action="/cart/add"><button>Add to cart</button></form>
        <easel-portrait key="${key}" form="buy" styles="charcoal"></easel-portrait></main>`),
    ),
  );
  await page.route(`${url}/cart/add`, route => {
    cart = Object.fromEntries(new URLSearchParams(route.request().postData() ?? ''));
    return route.fulfill(html('<title>Cart</title><main><h1>In the cart</h1></main>'));
  });
  await page.goto(`${url}/product`);
  return () => cart;
}

async function inForm(page: Page): Promise<string> {
  const input = page.locator('#buy input[name="properties[_easel_job]"]');
  await page.locator('#buy input[value=ready]').waitFor({ state: 'attached' });
  return input.inputValue();
}

async function tellOfSale(world: ApiWorld, properties: readonly { name: string; value: string }[]): Promise<void> {
  const body = { id: ORDER, line_items: [{ properties }] };
  const headers = signedMessage(JSON.stringify(body), { topic: 'orders/create' });
  assert.is((await world.call('POST /v1/shopify/webhooks', { body, headers })).status, 204);
}

/** The clock goes on while somebody looks at the page, as timers of the service have to. */
function tick({ clock }: ApiWorld): { stop(): Promise<void> } {
  let stopped = false;
  const everyMs = 50;
  const going = (async () => {
    while (!stopped) {
      await new Promise(resolve => setTimeout(resolve, everyMs));
      await clock.advance(everyMs);
    }
  })();
  return {
    stop() {
      stopped = true;
      return going;
    },
  };
}

async function pass({ clock, platform, engine }: ApiWorld, days: number): Promise<void> {
  await clock.advance(days * DAY_MS);
  const { orderRetentionMs } = engine.settings;
  const lifecycle = { 'cache/': LIMITS.retentionMs, 'inputs/': LIMITS.retentionMs, 'orders/': orderRetentionMs };
  await clearOut({ ...platform, clock, log: silentLog, lifecycle });
}
