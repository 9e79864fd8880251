/**
 * The journey of who uses no pointer: by keyboard alone, with what a screen reader is told, without motion, and in German
 * on the narrowest phone. Platform: embedded.
 */
import type { FileChooser } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inShop } from './in-shop.ts';
import { isForEverybody, keepPicture } from './judge.ts';

const test = suite('the storefront for everybody');

test(
  'by keyboard alone, in the order of the page, and every step is said aloud',
  inShop(
    async ({ page, shop, hold }) => {
      const draw = hold();
      await page.evaluate(listenToStatus);
      // The first listener makes the browser hand its dialogs over, which takes a moment.
      const opened = new Promise<FileChooser>(resolve => page.once('filechooser', resolve));
      const focused = () => page.evaluate(nameOfFocus);
      const tabTo = async (name: string) => {
        for (let presses = 0; presses < 20; presses++) {
          await page.keyboard.press('Tab');
          if ((await focused()) === name) return;
        }
        throw new Error(`Tab leads to no ${name}; it is at ${await focused()}`);
      };
      await tabTo('Choose a photo');
      await page.keyboard.press('Enter');
      await shop.choosePhotoBy(await opened);
      await tabTo('Ink wash');
      await page.keyboard.press('Space');
      await tabTo('Make my portrait');
      await page.keyboard.press('Enter');
      await shop.stageIs('running');
      for (let presses = 0; presses < 12 && (await focused()) !== 'Cancel'; presses++)
        await page.keyboard.press('Shift+Tab');
      assert.is(await focused(), 'Cancel');
      draw();
      await shop.stageIs('succeeded');
      assert.is(await focused(), 'Compare with your photo', 'what vanishes hands the focus on');
      for (let presses = 0; presses < 3; presses++) await page.keyboard.press('ArrowRight');
      assert.is(await page.getByRole('slider').getAttribute('aria-valuetext'), '3% photo');
      await isForEverybody(page, 'done by keyboard');
      await tabTo('Download');
      const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
      assert.match(download.suggestedFilename(), /^ink-wash\.(png|jpg)$/);
      await tabTo('Ink wash ready');
      assert.equal(await page.evaluate('statusHeard'), [
        'Your photo is ready.',
        'Your photo has been sent.',
        'Your portrait is being drawn',
        'Your portrait in Ink wash is ready.',
      ]);
    },
    { screen: { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' } },
  ),
);

test(
  'in German and dark on 360 pixels: nothing is cut off, and it can be used by touch',
  inShop(
    async ({ page, shop }) => {
      await isForEverybody(page, 'empty in German');
      await shop.choosePhoto();
      await shop.choose('Tusche', 'Ölgemälde');
      await page.getByRole('button', { name: '2 Porträts zeichnen lassen' }).tap();
      await shop.takesAre('succeeded', 2);
      await shop.quota.getByText('Heute noch 8 Bilder frei').waitFor();
      // Whichever came first has the stage.
      await page.getByRole('img', { name: /^Ihr Foto als (Tusche|Ölgemälde)$/ }).waitFor();
      const slider = page.getByRole('slider', { name: 'Mit Ihrem Foto vergleichen' });
      const box = await slider.boundingBox();
      assert.ok(box);
      await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
      const share = Number(await slider.inputValue());
      assert.ok(share > 40 && share < 60, `${share}`);
      await isForEverybody(page, 'done in German');
      await keepPicture(page, 'storefront-phone-german');
    },
    {
      screen: {
        viewport: { width: 360, height: 740 },
        isMobile: true,
        hasTouch: true,
        deviceScaleFactor: 2,
        locale: 'de-DE',
        colorScheme: 'dark',
      },
    },
  ),
);

test(
  'a file that is no photo, and one that this browser cannot open, are told in words',
  inShop(async ({ page, shop }) => {
    const input = page.locator('easel-portrait input[type=file]');
    const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic\0\0\0\0mif1heic')]);
    for (const [name, bytes, text] of [
      ['list.txt', Buffer.from('milk, bread'), 'This is not a photo. Please choose a JPEG, PNG or WebP file.'],
      ['cat.heic', heic, 'This browser cannot open HEIC photos.'],
      ['cut.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), 'This photo could not be opened; it may be damaged.'],
      ['tiny.png', TINY_PNG, 'This photo is too small. Each side needs at least 256 pixels.'],
    ] as const) {
      await input.setInputFiles({ name, mimeType: 'image/jpeg', buffer: Buffer.from(bytes) });
      await page.getByRole('alert').getByText(text).waitFor({ timeout: 60_000 });
      await isForEverybody(page, name);
    }
    await shop.choosePhoto();
  }),
);

test.run();

const TINY_PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Runs in the page: the name of what has the focus, looked for in the component, too. */
function nameOfFocus(): string {
  const element = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
  const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
  const text = element?.getAttribute('aria-label') ?? label ?? element?.textContent ?? '';
  if (element?.classList.contains('take'))
    return [...element.children]
      .map(({ textContent }) => textContent)
      .join(' ')
      .trim();
  return text.trim();
}

/** Runs in the page: keeps all that a screen reader is told. */
function listenToStatus(): void {
  const heard: string[] = [];
  Object.assign(window, { statusHeard: heard });
  const status = document.querySelector('easel-portrait')?.shadowRoot?.querySelector('[role=status]');
  if (!status) throw new Error('there is nothing to listen to');
  new MutationObserver(() => heard.push(status.textContent ?? '')).observe(status, {
    childList: true,
    characterData: true,
    subtree: true,
  });
}
