/**
 * A style in the console: edited, tried on a photo beside what is sold, published, sold by the storefront's API without a
 * restart, and brought back. Platform: embedded; `tests/google/styles.emulator.ts` publishes between two processes.
 */
import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PHOTO } from '../service.ts';
import { waitFor } from '../wait-for.ts';
import { PHONE } from './chromium.ts';
import { type ConsoleWorld, withConsole } from './console-world.ts';
import { isForEverybody, keepPicture } from './judge.ts';

export const FILE_LIMIT_MS = 150_000;

const test = suite('styles in the console');
const WORDS = 'Turn the attached photo into a charcoal drawing with nothing but three bold strokes.';
const EXAMPLES = new URL('../../api/web/portrait/examples/', import.meta.url);
/** No photo that the page shows may be the one that another test of this file has tried. */
const CAT = { name: 'cat.jpg', mimeType: 'image/jpeg', buffer: PHOTO };

interface Sold {
  readonly prompt: string;
  readonly styleVersion: number;
  readonly trial?: object;
}

test(
  'a style is edited, tried beside what is sold, published, and sold without a restart; then undone',
  withConsole(async world => {
    const { page, open, confirm } = world;
    const before = await soldTo(world, 'customer-1');
    await open('styles');
    await world.row('Charcoal').getByText('$0.0341').waitFor();
    await isForEverybody(page, 'the styles');
    await keepPicture(page, 'console-styles-desktop');
    await page.getByRole('link', { name: 'Charcoal', exact: true }).click();

    await page.getByLabel('Prompt').fill(WORDS);
    await page.getByLabel('Label').fill('Bold charcoal');
    await page.getByText('Not saved').waitFor();
    await page.getByText('Save the draft first.').waitFor();
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.getByText('Saved; sold to nobody before you publish it').waitFor();
    assert.is((await soldTo(world, 'customer-2')).prompt, before.prompt, 'a draft is sold to nobody');

    await tryBoth(world);
    await isForEverybody(page, 'a style with its trial');
    await page.evaluate(() => scrollTo(0, 0));
    await keepPicture(page, 'console-style-desktop');
    await page.locator('.trial').evaluate(section => section.scrollIntoView());
    await keepPicture(page, 'console-style-trial-desktop');

    await page.getByRole('button', { name: 'Publish …' }).click();
    await page.getByRole('dialog').getByText('Bold charcoal').waitFor();
    await isForEverybody(page, 'what a publication changes');
    await confirm('Publish', { Reason: 'Tried on a cat.' });
    await page.getByRole('heading', { name: 'Sold: version 2' }).waitFor();
    assert.equal(await soldTo(world, 'customer-3'), { ...before, prompt: WORDS, styleVersion: 2 });
    assert.is(await labelInTheShop(world), 'Bold charcoal');

    await world.row('from the start').getByRole('button', { name: 'Sell again …' }).click();
    await confirm('Sell again');
    await page.getByRole('heading', { name: 'Sold: version 3' }).waitFor();
    assert.equal(await soldTo(world, 'customer-4'), { ...before, styleVersion: 3 });
    await isForEverybody(page, 'the versions');
  }),
);

test(
  'a new style begins as another one, is drawn in a format that says its price and print, moved, and switched off',
  withConsole(async world => {
    const { page, open, confirm } = world;
    await open('styles');
    await page.getByRole('button', { name: 'New style …' }).click();
    await isForEverybody(page, 'a new style');
    await confirm('Make style', { Id: 'linocut', Label: 'Linocut', 'Begins as': 'charcoal' });
    await page.getByRole('heading', { name: 'Linocut', level: 1 }).waitFor();
    await page
      .getByText('About 928 × 1152 pixels, prints 7.9 × 9.8 cm (3.1 × 3.8 in) at 300 dpi; $0.0341 a picture.')
      .waitFor();
    await page.getByLabel('Model').selectOption('gemini-nano-banana-2.1');
    await page.getByText('All sizes and ratios of this model').click();
    await page.getByRole('button', { name: 'Choose 4K, 2:3' }).click();
    await page
      .getByText('3392 × 5056 pixels, prints 28.7 × 42.8 cm (11.3 × 16.9 in) at 300 dpi; $0.12 a picture.')
      .waitFor();
    await isForEverybody(page, 'formats');
    await page.getByLabel('Prompt').fill(WORDS);
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.getByText('Saved; sold to nobody').waitFor();
    assert.is((await world.service.submit({ style: 'linocut' })).body.code, 'style_unknown');
    await page.getByRole('button', { name: 'Publish …' }).click();
    await confirm('Publish');
    await page.getByRole('heading', { name: 'Sold: version 1' }).waitFor();

    await open('styles');
    await page.getByRole('button', { name: 'Move Linocut up' }).click();
    await waitFor('the order', async () => (await idsInTheShop(world)).at(-2) === 'linocut');
    await page.getByRole('switch', { name: 'Linocut is sold' }).click();
    await confirm('Switch off');
    await page.getByRole('switch', { name: 'Linocut is sold', checked: false }).waitFor();
    assert.is((await world.service.submit({ style: 'linocut' })).body.code, 'style_disabled');
  }),
);

test(
  'of two operators who edit at once neither loses a word',
  withConsole(async world => {
    const { page, open } = world;
    await open('styles/ink-wash');
    await page.getByLabel('Label').fill('Mine');
    const { admin } = await world.service.keys();
    const headers = { 'Content-Type': 'application/json', 'If-Match': '*' };
    const body = JSON.stringify({ label: 'Theirs' });
    await world.service.call('PATCH', '/v1/admin/styles/ink-wash/draft', { key: admin, headers, body });
    await page.getByText('Somebody else has changed this style meanwhile.').waitFor();
    assert.is(await page.getByLabel('Label').inputValue(), 'Mine');
    world.expectErrors(/status of 412/);
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.getByText('precondition_failed').waitFor();
    assert.is(await page.getByLabel('Label').inputValue(), 'Mine');
    await page.getByRole('button', { name: 'Take theirs' }).click();
    assert.is(await page.getByLabel('Label').inputValue(), 'Theirs');
    await page.getByText('Saved; sold to nobody').waitFor();
  }),
);

test(
  'on a phone, by the keyboard, and with a photo that is too small',
  withConsole(
    async world => {
      const { page, open } = world;
      await open('overview');
      await page.keyboard.press('g');
      await page.keyboard.press('y');
      await page.getByRole('heading', { name: 'Styles', level: 1 }).waitFor();
      await isForEverybody(page, 'the styles on a phone');
      await keepPicture(page, 'console-styles-phone');
      await open('styles/charcoal');
      await page.getByLabel('Prompt').waitFor();
      await isForEverybody(page, 'a style on a phone');
      world.expectErrors(/status of 4(00|15)/);
      await page.getByLabel('Photo', { exact: true }).setInputFiles({ ...CAT, buffer: Buffer.from('no photo') });
      await page.getByRole('button', { name: 'Draw what is sold for $0.0341' }).click();
      await page.getByText('image_type_unsupported').waitFor();
    },
    { screen: { ...PHONE, colorScheme: 'dark' as const } },
  ),
);

test.run();

/** Both on one photo, at the price that stands on the button; the picture of each can be seen. */
async function tryBoth({ page, modelAnswers }: ConsoleWorld): Promise<void> {
  const bytes = await readFile(new URL('charcoal.webp', EXAMPLES));
  modelAnswers({ kind: 'picture', type: 'webp', bytes });
  await page.getByLabel('Photo', { exact: true }).setInputFiles(CAT);
  await page.getByRole('button', { name: 'Draw what is sold for $0.0341' }).click();
  await page.getByAltText('Sold, version 1: the picture').waitFor();
  modelAnswers({ kind: 'picture', type: 'webp', bytes: await readFile(new URL('ink-wash.webp', EXAMPLES)) });
  await page.getByRole('button', { name: 'Draw both for $0.0683' }).click();
  await page.getByAltText('Draft: the picture').waitFor();
  await page.getByText('it was there already').waitFor();
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll<HTMLImageElement>('.compared img')].filter(image => image.naturalWidth > 0)
        .length === 3,
  );
}

/** What the model was asked with for a shopper of the shop, by the API that was there all the time. */
async function soldTo(world: ConsoleWorld, customer: string): Promise<Sold> {
  const id = await world.submitted(customer);
  const { prompt, styleVersion, trial } = await world.asOperator<Sold>('GET', `jobs/${id}`);
  assert.is(trial, undefined);
  return { prompt, styleVersion };
}

async function labelInTheShop({ service }: ConsoleWorld): Promise<string | undefined> {
  const { body } = await service.call<{ styles: { id: string; label: string }[] }>('GET', '/v1/styles');
  return body.styles.find(({ id }) => id === 'charcoal')?.label;
}

async function idsInTheShop({ service }: ConsoleWorld): Promise<string[]> {
  const { body } = await service.call<{ styles: { id: string }[] }>('GET', '/v1/styles');
  return body.styles.map(({ id }) => id);
}
