/**
 * The storefront as a shopper uses it: by what can be read and pressed on the page.
 */
import type { FileChooser, Locator, Page } from 'playwright-core';
import { PHOTO } from '../service.ts';

export interface Shop {
  readonly stage: Locator;
  readonly takes: Locator;
  readonly quota: Locator;
  /** Waits until the styles are there and what is left for today. */
  isOpen(): Promise<void>;
  /** Chooses the real photo, as a file of the shopper's. */
  choosePhoto(): Promise<void>;
  /** The same in the dialog that has opened. */
  choosePhotoBy(chooser: FileChooser): Promise<void>;
  choose(...styles: readonly string[]): Promise<void>;
  submit(): Promise<void>;
  /** Waits until the stage shows this. */
  stageIs(state: string): Promise<void>;
  /** Waits until so many takes are in this state. */
  takesAre(state: string, count: number): Promise<void>;
}

const DRAWN_LIMIT_MS = 60_000;
const CAT = { name: 'cat.jpg', mimeType: 'image/jpeg', buffer: PHOTO };

export function shopOn(page: Page): Shop {
  const stage = page.locator('easel-portrait .stage');
  const takes = page.locator('easel-portrait .take');
  return {
    stage,
    takes,
    quota: page.locator('easel-portrait .quota'),
    async isOpen() {
      await page.getByRole('checkbox').first().waitFor();
      await page.locator('easel-portrait .quota:not(:empty)').waitFor();
    },
    async choosePhoto() {
      await page.locator('easel-portrait input[type=file]').setInputFiles(CAT);
      await page.locator('easel-portrait .stage[data-state=photo]').waitFor();
    },
    async choosePhotoBy(chooser) {
      await chooser.setFiles(CAT);
      await page.locator('easel-portrait .stage[data-state=photo]').waitFor();
    },
    async choose(...styles) {
      for (const style of styles) await page.getByRole('checkbox', { name: style }).check();
    },
    submit: () => page.locator('easel-portrait .submit').click(),
    stageIs: state => page.locator(`easel-portrait .stage[data-state=${state}]`).waitFor({ timeout: DRAWN_LIMIT_MS }),
    async takesAre(state, count) {
      await page
        .locator(`easel-portrait .take[data-state=${state}]`)
        .nth(count - 1)
        .waitFor({ timeout: DRAWN_LIMIT_MS });
    },
  };
}
