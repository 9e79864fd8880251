/**
 * The portrait in the shop's product form: what stands in it at each step, that it is really submitted, and another
 * version. On a phone of 360 pixels, in a page of another origin. Platform: embedded; the page asks the same of both.
 */
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { signedMessage } from '../doubles/app-proxy.ts';
import { waitFor } from '../wait-for.ts';
import { inTheme } from './in-theme.ts';
import { isForEverybody, keepPicture } from './judge.ts';
import { shopOn } from './shop.ts';

export const FILE_LIMIT_MS = 180_000;

const test = suite('the portrait in the product form');

const FORM = `<form id="product" method="post" action="/cart/add"><button>Add to cart</button></form>`;
const SMALL = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

/** Keeps what the element tells. */
const SCRIPT = `
globalThis.heard = [];
addEventListener('easel-change', ({ detail }) => heard.push(detail));
`;

test(
  'the portrait on the stage stands in the form, the one chosen of two versions is what is ordered',
  inTheme(
    {
      body: key => `${FORM}<easel-portrait key="${key}" form="product" styles="charcoal ink-wash"></easel-portrait>`,
      script: SCRIPT,
    },
    async ({ page }, { theme }) => {
      const shop = shopOn(page);
      await shop.isOpen();
      await shop.choosePhoto();
      assert.equal(await inForm(page), {}, 'a photo is nothing to order');
      await shop.choose('Charcoal');
      await shop.submit();
      await shop.stageIs('succeeded');
      const first = await ready(page, 'Charcoal');
      await page.getByText('This portrait goes with your order.').waitFor();
      await page.getByText('Uses 1 of 9 pictures left today.').waitFor();
      await isForEverybody(page, 'in the form');
      await keepPicture(page, 'storefront-order', { full: true });

      await page.getByRole('button', { name: 'Another version' }).click();
      await shop.takesAre('succeeded', 2);
      await shop.quota.getByText('8 pictures left today').waitFor();
      const second = await ready(page, 'Charcoal');
      assert.is.not(second, first);
      await page.getByRole('img', { name: 'Your photo as Charcoal · 2' }).waitFor();

      await page.getByRole('button', { name: /^Charcoal ready/ }).click();
      assert.is(await ready(page, 'Charcoal'), first, 'the earlier one is chosen again');
      await page.getByRole('button', { name: 'Add to cart' }).click();
      await page.getByText('In the cart').waitFor();
      assert.equal(theme.carts(), [
        { 'properties[_easel_job]': first, 'properties[_easel_status]': 'ready', 'properties[Style]': 'Charcoal' },
      ]);
    },
    { screen: SMALL },
  ),
);

test(
  'another photo takes the portrait out of the form, a form that the theme draws anew has it all the same',
  inTheme(
    {
      body: key => `<div id="place">${FORM}</div>
        <easel-portrait key="${key}" form="product" property="_art" lang="de"></easel-portrait>`,
      script: SCRIPT,
    },
    async ({ page }) => {
      const shop = shopOn(page);
      await shop.isOpen();
      await shop.choosePhoto();
      await shop.choose('Kohle');
      await shop.submit();
      await shop.stageIs('succeeded');
      await page.getByText('Dieses Porträt gehört zu Ihrer Bestellung.').waitFor();
      await isForEverybody(page, 'German');
      const there = await inForm(page);
      assert.equal([there['properties[_art_status]'], there['properties[Style]']], ['ready', 'Kohle']);
      assert.match(there['properties[_art_job]'] ?? '', /^job_/);

      await page.evaluate(form => {
        (document.getElementById('place') as HTMLElement).innerHTML = form;
      }, FORM);
      assert.is(await page.locator('#product input').count(), 0);
      assert.equal(await inForm(page), there);

      await shop.choosePhoto();
      assert.equal(await inForm(page), {});
      const heard = (await page.evaluate('heard')) as { jobId: string; order?: string; previewUrl?: string }[];
      const job = there['properties[_art_job]'];
      const ordered = heard.filter(({ jobId }) => jobId === job).map(({ order }) => order);
      assert.equal(ordered.at(-1), undefined, 'told that it goes with the order no more');
      assert.ok(ordered.includes('ready'));
      assert.match(heard.at(-1)?.previewUrl ?? '', /-preview\?/);

      await page.getByRole('button', { name: /^Kohle fertig/ }).click();
      assert.equal(await inForm(page), there);
      await page.reload();
      await shop.stageIs('succeeded');
      await waitFor('the form after a reload', async () => (await inForm(page))['properties[_art_job]'] === job);
      assert.not.ok(await page.getByRole('button', { name: 'Andere Version' }).isVisible(), 'its photo is not here');
    },
    { screen: SMALL },
  ),
);

test(
  'when the pictures of the day are used up, or none are drawn, the photo goes with the order and waits for staff',
  inTheme(
    {
      body: key => `${FORM}<easel-portrait key="${key}" form="product" styles="charcoal ink-wash"></easel-portrait>`,
      script: SCRIPT,
    },
    async ({ page, expectErrors }, { service, theme }) => {
      expectErrors(/status of 503/);
      const { admin: key } = await service.keys();
      const headers = { 'Content-Type': 'application/json' };
      const shop = shopOn(page);
      await shop.isOpen();
      await shop.choosePhoto();
      await shop.choose('Charcoal');
      const closed = JSON.stringify({ reason: 'The budget is used up.' });
      await service.call('PUT', '/v1/admin/intake', { key, headers, body: closed });
      await shop.submit();
      await shop.stageIs('failed');
      await isForEverybody(page, 'declined, with a way out');
      await keepPicture(page, 'storefront-order-declined');
      await page.getByRole('button', { name: 'Send my photo with the order' }).click();
      await shop.stageIs('kept');
      await page.getByText('Your photo goes with your order. We draw it once').waitFor();
      await isForEverybody(page, 'with the order');
      const sent = await inForm(page);
      const uploadId = sent['properties[_easel_upload]'] ?? '';
      assert.equal(sent, {
        'properties[_easel_upload]': uploadId,
        'properties[_easel_status]': 'pending',
        'properties[Style]': 'Charcoal',
      });
      assert.match(uploadId, /^upl_/);
      const heard = (await page.evaluate('heard')) as { uploadId?: string; order?: string; status: string }[];
      const last = heard.at(-1);
      assert.equal([last?.status, last?.order, last?.uploadId], ['kept', 'pending', uploadId]);

      await page.reload();
      await shop.stageIs('kept');
      await waitFor(
        'the form after a reload',
        async () => (await inForm(page))['properties[_easel_upload]'] === uploadId,
      );
      await page.getByRole('button', { name: 'Add to cart' }).click();
      await page.getByText('In the cart').waitFor();
      const [line = {}] = theme.carts();
      const properties = Object.entries(line).map(([name, value]) => ({ name: name.slice(11, -1), value }));
      const sale = JSON.stringify({ id: 5_123_456_789_012, line_items: [{ properties }] });
      const signed = { ...headers, ...signedMessage(sale, { topic: 'orders/create' }) };
      const told = () => service.call('POST', '/v1/shopify/webhooks', { key: null, headers: signed, body: sale });
      await waitFor('the message to be believed', async () => (await told()).status === 204, { limitMs: 70_000 });

      await service.call('DELETE', '/v1/admin/intake', { key });
      const waits = async () =>
        (await service.call<{ orders: { uploadId: string }[] }>('GET', '/v1/admin/orders/waiting', { key })).body
          .orders;
      assert.equal(
        (await waits()).map(one => one.uploadId),
        [uploadId],
      );
      const drawn = await service.call('POST', `/v1/admin/uploads/${uploadId}/draw`, { key, headers, body: '{}' });
      assert.is(drawn.status, 202);
      await waitFor('the order to wait no more', async () => (await waits()).length === 0, { limitMs: 30_000 });
    },
    { screen: SMALL },
  ),
);

test(
  'with nothing left for today the button sends the photo with the order, in one style',
  inTheme(
    {
      body: key =>
        `${FORM}<easel-portrait key="${key}" form="product" lang="de" styles="charcoal ink-wash"></easel-portrait>`,
      script: SCRIPT,
    },
    async ({ page }) => {
      const shop = shopOn(page);
      await shop.isOpen();
      await shop.choosePhoto();
      await shop.choose('Kohle');
      await shop.submit();
      await shop.stageIs('succeeded');
      await shop.quota.getByText('aufgebraucht').waitFor();
      assert.not.ok(await page.getByRole('button', { name: 'Andere Version' }).isVisible(), 'it could not be drawn');
      await shop.choose('Kohle', 'Tusche');
      await page.getByText('Wählen Sie einen Stil für Ihre Bestellung.').waitFor();
      await page.getByRole('checkbox', { name: 'Kohle' }).uncheck();
      await isForEverybody(page, 'nothing left');
      await page.getByRole('button', { name: 'Mein Foto mit der Bestellung senden' }).click();
      await shop.stageIs('kept');
      assert.is((await inForm(page))['properties[Style]'], 'Tusche');
      await isForEverybody(page, 'with the order, in German');
      await keepPicture(page, 'storefront-order-photo');
      await page.getByRole('button', { name: /^Kohle fertig/ }).click();
      const chosen = await inForm(page);
      assert.equal([chosen['properties[_easel_status]'], chosen['properties[_easel_upload]']], ['ready', undefined]);
    },
    { screen: SMALL, env: { QUOTA_NAMED_PER_DAY: '1' } },
  ),
);

test.run();

/** What would be sent with the form now. */
function inForm(page: Page): Promise<{ readonly [name: string]: string }> {
  return page.evaluate(() =>
    Object.fromEntries(
      [...new FormData(document.querySelector<HTMLFormElement>('#product') ?? undefined)].map(([name, value]) => [
        name,
        String(value),
      ]),
    ),
  );
}

/** The job that stands in the form once it is ready, in inputs of which there is one each. */
async function ready(page: Page, style: string): Promise<string> {
  const inputs = () =>
    page
      .locator('#product input[type=hidden]')
      .evaluateAll(all => all.map(one => [(one as HTMLInputElement).name, (one as HTMLInputElement).value] as const));
  let found: readonly (readonly [string, string])[] = [];
  await waitFor('the portrait in the form', async () => {
    found = await inputs();
    return found.some(([, value]) => value === 'ready');
  });
  assert.is(found.length, 3);
  const named = Object.fromEntries(found);
  assert.equal([named['properties[_easel_status]'], named['properties[Style]']], ['ready', style]);
  return named['properties[_easel_job]'] ?? '';
}
