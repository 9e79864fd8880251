/**
 * Judges what is on the screen: axe-core for what keeps people out, and pictures for the documentation.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import * as assert from 'uvu/assert';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const WIDTH_MAX = 1_280;

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** `state` names what is on the screen. Contrast, names, roles, order of headings: whatever axe-core finds fails. */
export async function isForEverybody(page: Page, state: string): Promise<void> {
  // By the debugger and not by a script element, which the page's policy would refuse.
  await page.evaluate(AXE);
  const result = (await page.evaluate('axe.run()')) as AxeResult;
  const found = result.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
  );
  assert.equal(found, [], state);
  const { wide, room } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    room: document.documentElement.clientWidth,
  }));
  assert.ok(wide <= room, `${state}: ${wide} pixels wide in ${room}`);
}

/** Keeps a picture for the documentation, when it is asked for. */
export async function keepPicture(page: Page, name: string, { full = false } = {}): Promise<void> {
  if (process.env.UPDATE_DOCS !== '1') return;
  await mkdir(IMAGES, { recursive: true });
  const bytes = await page.screenshot({ fullPage: full, animations: 'disabled' });
  await sharp(bytes)
    .resize({ width: WIDTH_MAX, withoutEnlargement: true })
    .webp({ quality: 80 })
    .toFile(`${IMAGES}${name}.webp`);
}
