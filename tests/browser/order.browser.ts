/**
 * The portrait in the shop's product form: what stands in it at each step, that it is really submitted, and another
 * version. On a phone of 360 pixels, in a page of another origin. Platform: embedded; the page asks the same of both.
 */
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
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
