/**
 * A shopper in a shop's own page: the real service, and a page of another origin with the component in it.
 */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { type Service, withService } from '../service.ts';
import { waitFor } from '../wait-for.ts';
import { PHONE, type Visit, visiting } from './chromium.ts';
import { openTheme, type ThemeOptions, type ThemePage } from './theme-page.ts';

export interface InTheme {
  readonly service: Service;
  readonly theme: ThemePage;
}

export interface InThemeOptions {
  readonly screen?: BrowserContextOptions;
  readonly env?: { readonly [name: string]: string };
}

/** On a phone unless told otherwise. */
export function inTheme(
  theme: ThemeOptions,
  test: (visit: Visit, parts: InTheme) => Promise<void>,
  { screen = PHONE, env = {} }: InThemeOptions = {},
): () => Promise<void> {
  return withService(async service => {
    const opened = await openTheme(service, theme);
    try {
      await visiting(async visit => {
        await openOnceListed(visit.page, opened.url, service);
        await test(visit, { service, theme: opened });
      }, screen)();
    } finally {
      await opened.close();
    }
  }, env);
}

/** What an operator changes counts within a minute; the page is opened when it does. */
async function openOnceListed(page: Page, url: string, service: Service): Promise<void> {
  await waitFor(
    'the origin to be let in',
    async () => {
      const answer = await fetch(`${service.url()}/easel-portrait.js`, { headers: { Origin: url } });
      return answer.headers.get('access-control-allow-origin') === url;
    },
    { limitMs: 70_000, everyMs: 500 },
  );
  await page.goto(url);
}
