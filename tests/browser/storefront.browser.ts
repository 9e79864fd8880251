/**
 * The whole journey of a shopper, on a desktop and on a phone, from the page at `/` to the downloaded picture: real
 * service, real photo, real browser. Platform: embedded; the page asks the same of both.
 */
import { readFile } from 'node:fs/promises';
import type { BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withService } from '../service.ts';
import { DESKTOP, PHONE, visiting } from './chromium.ts';
import { isForEverybody, keepPicture } from './judge.ts';
import { shopOn } from './shop.ts';

export const FILE_LIMIT_MS = 120_000;

const test = suite('the storefront');
const SCREENS: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
  ['desktop', DESKTOP],
  ['phone', PHONE],
];

for (const [screen, options] of SCREENS) {
  test(`on a ${screen}: a photo, three styles, three portraits that land one by one, compared and downloaded`, async () => {
    await withService(service => visiting(({ page }) => journey(page, service.url(), screen), options)())();
  });
}

async function journey(page: Page, url: string, screen: string): Promise<void> {
  const heard: { jobId?: string; status: string; previewUrl?: string }[] = [];
  await page.exposeFunction('heard', (detail: (typeof heard)[number]) => void heard.push(detail));
  const answer = await page.goto(url);
  assert.match(answer?.headers()['content-security-policy'] ?? '', "script-src 'self'; style-src 'self'");
  await page.evaluate("addEventListener('easel-change', event => heard(event.detail))");
  const shop = shopOn(page);
  await shop.isOpen();
  await shop.quota.getByText('10 pictures left today').waitFor();
  await isForEverybody(page, 'empty');

  if (screen === 'desktop') await takeOurs(page);
  else await shop.choosePhoto();
  await shop.choose('Ink wash', 'Post-impressionist', 'Charcoal');
  await isForEverybody(page, 'ready');
  await keepPicture(page, `storefront-${screen}-ready`);
  await page.getByRole('button', { name: 'Make 3 portraits' }).click();
  await shop.takesAre('succeeded', 3);
  await shop.stageIs('succeeded');
  await page.locator('.stage .is-loaded').waitFor();
  await shop.quota.getByText('7 pictures left today').waitFor();
  await isForEverybody(page, 'done');

  // Whichever came first has the stage.
  await page.getByRole('button', { name: /^Ink wash/ }).click();
  await page.getByRole('img', { name: 'Your photo as Ink wash' }).waitFor();
  await page.locator('.stage .is-loaded').waitFor();
  const slider = page.getByRole('slider', { name: 'Compare with your photo' });
  await slider.focus();
  for (let presses = 0; presses < 4; presses++) await page.keyboard.press('PageUp');
  assert.is(await slider.getAttribute('aria-valuetext'), '40% photo');
  await keepPicture(page, `storefront-${screen}-done`, { full: screen === 'desktop' });

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  assert.is(download.suggestedFilename(), 'ink-wash.jpg');
  const { width, height, format } = await sharp(await readFile(await download.path())).metadata();
  assert.equal([width, height, format], [819, 1024, 'jpeg']);

  await page.getByRole('button', { name: /^Charcoal/ }).click();
  await page.getByRole('img', { name: 'Your photo as Charcoal' }).waitFor();
  const told = heard.filter(({ status }) => status === 'succeeded');
  assert.is(new Set(told.map(({ jobId }) => jobId)).size, 3);
  for (const { jobId, previewUrl } of told)
    assert.match(`${jobId} ${previewUrl}`, /^job_\w+ http:.*\/objects\/cache\//);
}

/** The photo that the page lends: one picture of the same cat. */
async function takeOurs(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'No photo at hand? Take ours.' }).click();
  await page.locator('easel-portrait .stage[data-state=photo]').waitFor();
}

test.run();
