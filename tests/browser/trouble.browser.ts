/**
 * What a shopper meets beside the straight way: a reload, a lost network, a spent quota, a picture that the model declines,
 * a change of mind, a second tab. Real service and browser; the model is the double of the Gemini API, which draws when
 * it is told to. Platform: embedded; the page asks the same of both.
 */
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { blocked } from '../doubles/gemini/answers.ts';
import { waitFor } from '../wait-for.ts';
import { DESKTOP } from './chromium.ts';
import { inShop } from './in-shop.ts';
import { isForEverybody, keepPicture } from './judge.ts';
import { shopOn } from './shop.ts';

export const FILE_LIMIT_MS = 180_000;

const test = suite('trouble at the storefront');

test(
  'reload in the middle: the portrait is found, lands, and can still be compared with its photo',
  inShop(async ({ page, shop, hold, gemini }) => {
    const draw = hold();
    await shop.choosePhoto();
    await shop.choose('Charcoal');
    await shop.submit();
    await shop.stageIs('running');
    await isForEverybody(page, 'running');
    await keepPicture(page, 'storefront-phone-waiting');
    await page.reload();
    await shop.stageIs('running');
    await isForEverybody(page, 'after the reload');
    draw();
    await shop.stageIs('succeeded');
    await page.getByRole('slider', { name: 'Compare with your photo' }).waitFor();
    await page.reload();
    await shop.stageIs('succeeded');
    assert.is(gemini.calls(), 1);
    await shop.quota.getByText('9 pictures left today').waitFor();
  }),
);

test(
  'network loss in the middle: it says so, goes on by itself, and nothing is bought twice',
  inShop(async ({ page, shop, hold, gemini, expectErrors }) => {
    expectErrors(/ERR_INTERNET_DISCONNECTED/);
    const draw = hold();
    await shop.choosePhoto();
    await shop.choose('Ink wash');
    await page.context().setOffline(true);
    await shop.submit();
    await page.getByText('No connection. It goes on by itself once you are back online.').waitFor();
    await isForEverybody(page, 'offline');
    await page.context().setOffline(false);
    await shop.stageIs('running');
    await page.context().setOffline(true);
    await page.getByText('No connection.').waitFor();
    draw();
    await page.context().setOffline(false);
    await shop.stageIs('succeeded');
    await shop.quota.getByText('9 pictures left today').waitFor();
    assert.is(gemini.calls(), 1);
  }),
);

test(
  'quota: a reminder, a warning, and at the end when there will be more',
  inShop(
    async ({ page, shop }) => {
      const levels = async (level: number, text: RegExp) => {
        await page.locator(`.quota[data-level="${level}"]`).getByText(text).waitFor();
        await isForEverybody(page, `quota level ${level}`);
      };
      await levels(1, /^4 pictures left today$/);
      await shop.choosePhoto();
      for (const [style, level, text] of [
        ['Charcoal', 2, /^3 pictures left today$/],
        ['Ink wash', 3, /^Only 2 pictures left today$/],
        ['Pen and marker', 3, /^Only 1 picture left today$/],
      ] as const) {
        await shop.choose(style);
        await shop.submit();
        await levels(level, text);
      }
      await shop.choose('Charcoal', 'Ink wash');
      await page.getByText('You have chosen more styles than you have pictures left today.').waitFor();
      await page.getByRole('checkbox', { name: 'Ink wash' }).uncheck();
      await page.getByRole('checkbox', { name: 'Charcoal' }).uncheck();
      await shop.choose('Post-impressionist');
      await shop.submit();
      await levels(4, /^Your pictures for today are used up\. There will be new ones from .*\d\d:00\.$/);
      assert.is(await page.locator('.submit').getAttribute('aria-disabled'), 'true');
    },
    { screen: DESKTOP, env: { QUOTA_NAMED_PER_DAY: '4' } },
  ),
);

test(
  'a quota that another device has spent meanwhile is told on the portrait, in words',
  inShop(
    async ({ page, shop, service, expectErrors }) => {
      expectErrors(/status of 429/);
      await shop.choosePhoto();
      await shop.choose('Charcoal');
      // The page still believes in one picture.
      await page.route('**/v1/quota', route => route.abort());
      expectErrors(/ERR_FAILED/);
      const other = await shopOnAnotherPage(service.url(), page);
      await other.choose('Ink wash');
      await other.submit();
      await other.takesAre('succeeded', 1);
      await shop.submit();
      await shop.stageIs('failed');
      await shop.stage.getByText('Your pictures for today are used up.').waitFor();
      await isForEverybody(page, 'refused');
    },
    { env: { QUOTA_NAMED_PER_DAY: '1' } },
  ),
);

test(
  'a picture that the model declines says why, what to do, and that it does not count',
  inShop(
    async ({ page, shop }) => {
      await shop.choosePhoto();
      await shop.choose('Charcoal');
      await shop.submit();
      await shop.stageIs('failed');
      await shop.stage.getByText('declined this picture for its safety rules. It does not count.').waitFor();
      assert.not.ok(await page.getByRole('button', { name: 'Try again' }).isVisible(), 'it would be declined again');
      await isForEverybody(page, 'blocked');
      await keepPicture(page, 'storefront-phone-declined');
      await shop.quota.getByText('10 pictures left today').waitFor();
    },
    { answer: blocked('SAFETY') },
  ),
);

test(
  'a cancelled portrait ends at once and can be asked for again',
  inShop(
    async ({ page, shop, service, hold }) => {
      const { admin } = await service.keys();
      await service.call('POST', '/v1/admin/queues/interactive/pause', {
        key: admin,
        body: '{"reason":"test"}',
        headers: { 'Content-Type': 'application/json' },
      });
      await shop.choosePhoto();
      await shop.choose('Charcoal', 'Ink wash');
      await shop.submit();
      await shop.stageIs('queued');
      await shop.stage.getByText('A short pause. It goes on by itself.').waitFor();
      await isForEverybody(page, 'paused');
      await page.getByRole('button', { name: 'Cancel' }).click();
      await shop.stageIs('canceled');
      await shop.stage.getByText('It does not count as one of your pictures today.').waitFor();
      await isForEverybody(page, 'canceled');
      await shop.quota.getByText('9 pictures left today').waitFor();
      const draw = hold();
      draw();
      await service.call('POST', '/v1/admin/queues/interactive/resume', { key: admin });
      await page.getByRole('button', { name: 'Try again' }).click();
      await shop.takesAre('succeeded', 2);
      await shop.quota.getByText('8 pictures left today').waitFor();
    },
    { screen: DESKTOP },
  ),
);

test(
  'two tabs: the second finds what the first has begun, and both see it land',
  inShop(async ({ page, shop, service, hold, another, gemini }) => {
    const draw = hold();
    await shop.choosePhoto();
    await shop.choose('Charcoal');
    await shop.submit();
    await shop.stageIs('running');
    const second = await another();
    await second.goto(service.url());
    const there = shopOn(second);
    await there.stageIs('running');
    await there.choosePhoto();
    await there.choose('Ink wash');
    await there.submit();
    await there.takesAre('running', 2);
    draw();
    await there.takesAre('succeeded', 2);
    // The first tab lies in the background: it asks again as soon as it is looked at.
    await page.bringToFront();
    await shop.stageIs('succeeded');
    await waitFor('the calls', () => gemini.calls() === 2);
    await there.quota.getByText('8 pictures left today').waitFor();
  }),
);

test.run();

/** A tab of the same visitor, with the photo already chosen. */
async function shopOnAnotherPage(url: string, page: Page) {
  const other = await page.context().newPage();
  await other.goto(url);
  const shop = shopOn(other);
  await shop.isOpen();
  await shop.choosePhoto();
  return shop;
}
