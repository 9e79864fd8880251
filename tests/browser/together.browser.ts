/**
 * Several styles at once: one photo that leaves once, one decision about the quota, and portraits that are found, given up
 * and refused each on its own. Platform: embedded; the page asks the same of both.
 */
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { waitFor } from '../wait-for.ts';
import { inShop } from './in-shop.ts';

export const FILE_LIMIT_MS = 120_000;

const test = suite('several styles at once');

test(
  'a reload before the answer finds every one of them, and the photo was taken in once',
  inShop(async ({ page, shop, gemini }) => {
    const submits = submitsOf(page);
    await page.route('**/v1/batches', () => new Promise(() => {}));
    await shop.choosePhoto();
    await shop.choose('Charcoal', 'Ink wash', 'Pen and marker');
    const asked = page.waitForRequest('**/v1/batches');
    await shop.submit();
    await asked;
    await page.unroute('**/v1/batches');
    await page.reload();
    await shop.takesAre('succeeded', 3);
    const names = await page.locator('easel-portrait .take-style').allTextContents();
    assert.equal(names, ['Ink wash', 'Pen and marker', 'Charcoal'], 'in the order of the styles');
    await shop.quota.getByText('7 pictures left today').waitFor();
    assert.is(gemini.calls(), 3);
    assert.equal(submits(), ['/v1/batches', '/v1/batches'], 'the same one again');
  }),
);

test(
  'those that there is room for are drawn, and the others say why they are not',
  inShop(
    async ({ page, shop, expectErrors }) => {
      expectErrors(/ERR_FAILED/);
      await page.route('**/v1/quota', route => route.abort());
      await page.reload();
      await page.getByRole('checkbox').first().waitFor();
      await shop.choosePhoto();
      await shop.choose('Charcoal', 'Ink wash', 'Pen and marker');
      await shop.submit();
      await shop.takesAre('succeeded', 2);
      await shop.takesAre('failed', 1);
      await page.locator('easel-portrait .take[data-state=failed]').click();
      await shop.stage.getByText('Your pictures for today are used up.').waitFor();
    },
    { env: { QUOTA_NAMED_PER_DAY: '2' } },
  ),
);

test(
  'one that is given up while the photo leaves is not drawn, and the other one is',
  inShop(async ({ page, shop, service, hold }) => {
    const draw = hold();
    let go: () => void = () => {};
    const gate = new Promise<void>(resolve => {
      go = resolve;
    });
    await page.route('**/v1/batches', async route => {
      await gate;
      await route.continue();
    });
    await shop.choosePhoto();
    await shop.choose('Charcoal', 'Ink wash');
    const asked = page.waitForRequest('**/v1/batches');
    await shop.submit();
    await asked;
    await page.getByRole('button', { name: 'Cancel' }).click();
    go();
    await shop.takesAre('canceled', 1);
    draw();
    await shop.takesAre('succeeded', 1);
    await waitFor('both to have ended', async () => {
      const { body } = await service.call<{ jobs: { status: string }[] }>('GET', '/v1/jobs');
      return (
        body.jobs
          .map(({ status }) => status)
          .sort()
          .join(' ') === 'canceled succeeded'
      );
    });
  }),
);

test.run();

/** Paths of the submits that the page has sent. */
function submitsOf(page: Page): () => readonly string[] {
  const paths: string[] = [];
  page.on('request', request => {
    const { pathname } = new URL(request.url());
    if (request.method() === 'POST' && /^\/v1\/(jobs|batches)$/.test(pathname)) paths.push(pathname);
  });
  return () => paths;
}
