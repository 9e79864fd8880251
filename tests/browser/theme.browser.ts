/**
 * The component in a shop's own page: another origin, a strict policy, colours, texts and events of the theme, a customer
 * who is logged in at the shop. Platform: embedded.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { waitFor } from '../wait-for.ts';
import { inTheme } from './in-theme.ts';
import { isForEverybody, keepPicture } from './judge.ts';
import { shopOn } from './shop.ts';

export const FILE_LIMIT_MS = 120_000;

const test = suite('the component in a theme');

/** As docs/storefront.md has it: the portrait becomes part of the order. */
const SCRIPT = `
addEventListener('easel-change', ({ target, detail }) => {
  target.dataset.heard = [target.dataset.heard, detail.status].filter(Boolean).join(' ');
  if (detail.status === 'succeeded') target.dataset.job = detail.jobId;
});
`;

test(
  'from another origin, under a strict policy, in the colours and words of the theme, with its events',
  inTheme(
    {
      body: key => `<easel-portrait key="${key}" styles="charcoal ink-wash">
        <script type="application/json">{"submit.one": "Paint my cat", "style.charcoal": "Coal"}</script></easel-portrait>`,
      script: SCRIPT,
    },
    async ({ page }) => {
      const shop = shopOn(page);
      await shop.isOpen();
      const names = await page.locator('.style-name').allTextContents();
      assert.equal(names, ['Coal', 'Ink wash'], 'the chosen styles in their order, one under its own name');
      await shop.choosePhoto();
      await shop.choose('Coal');
      const submit = page.getByRole('button', { name: 'Paint my cat' });
      const look = await submit.evaluate(button => {
        const { backgroundColor, textTransform } = getComputedStyle(button);
        return [backgroundColor, textTransform];
      });
      assert.equal(look, ['rgb(91, 42, 134)', 'uppercase']);
      await isForEverybody(page, 'in a theme');
      await submit.click();
      await shop.stageIs('succeeded');
      await page.locator('.stage .is-loaded').waitFor();
      await keepPicture(page, 'storefront-theme');
      const { heard = '', job = '' } = await page
        .locator('easel-portrait')
        .evaluate(element => ({ ...(element as HTMLElement).dataset }));
      assert.match(heard, /^sending .*queued.* succeeded$/);
      assert.match(job, /^job_/);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download' }).click(),
      ]);
      assert.is(download.suggestedFilename(), 'charcoal.jpg', 'saved as a file, although it comes from elsewhere');
    },
  ),
);

test(
  'a customer who is logged in at the shop comes through its App Proxy and counts as that customer',
  inTheme(
    {
      body: key => `<easel-portrait key="${key}" proxy="/apps/easel" customer="7"></easel-portrait>`,
      customer: '7',
    },
    async ({ page }, { service, theme }) => {
      const shop = shopOn(page);
      await shop.isOpen();
      await shop.choosePhoto();
      await shop.choose('Charcoal');
      await shop.submit();
      await shop.stageIs('succeeded');
      assert.is(theme.proxied(), 1);
      await waitFor('the quota', async () => (await service.remaining('7')) === 9);
    },
  ),
);

test(
  'a key that is none is told in words to the shopper, and by its code to who made the theme',
  inTheme({ body: () => '<easel-portrait key="pk_nothing"></easel-portrait>' }, async ({ page, expectErrors }) => {
    expectErrors(/status of 401/);
    expectErrors(/^console: <easel-portrait>: unauthorized/);
    await page
      .getByRole('alert')
      .getByText('This page is not set up for portraits yet. Please tell the shop.')
      .waitFor();
    await isForEverybody(page, 'refused');
  }),
);

test.run();
