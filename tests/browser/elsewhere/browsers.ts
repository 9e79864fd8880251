/**
 * The browsers that are asked, where they are installed, and what is asked of each page in them.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { FIREFOX, openFirefox } from './firefox.ts';
import { isInstalled, type OtherBrowser } from './other-browser.ts';
import { openWebkit, WEBKIT_DRIVER, XVFB } from './webkit.ts';

export interface BrowserKind {
  readonly name: string;
  readonly needs: readonly string[];
  /** What Debian calls them. */
  readonly packages: string;
  start(): Promise<OtherBrowser>;
}

export const BROWSERS: readonly BrowserKind[] = [
  { name: 'firefox', needs: [FIREFOX], packages: 'firefox-esr', start: openFirefox },
  {
    name: 'webkit',
    needs: [WEBKIT_DRIVER, XVFB],
    packages: 'webkit2gtk-driver xvfb, with the locale en_GB.UTF-8',
    start: openWebkit,
  },
];

/** Runs the test in this browser, or says that it was not. */
export function within(
  { name, needs, packages, start }: BrowserKind,
  test: (browser: OtherBrowser) => () => Promise<void>,
): () => Promise<void> {
  return async () => {
    if (!needs.every(isInstalled)) return console.log(`NOT TESTED: ${name}. Debian has it as ${packages}`);
    const browser = await start();
    try {
      await test(browser)();
      console.log(`looked at in ${browser.name}`);
    } finally {
      await browser.close();
    }
  };
}

/** What must not happen on a page, for a script of its own or to be evaluated: kept in `wrong`. */
export const listenFor = `(() => {
  globalThis.wrong = [];
  addEventListener('error', event => wrong.push(event.message));
  addEventListener('unhandledrejection', event => wrong.push(String(event.reason)));
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    // Browsers ask for it by themselves.
    if (!blockedURI.endsWith('/favicon.ico')) wrong.push(violatedDirective + ' ' + blockedURI);
  });
})()`;

/** For whoever wants to look: in the folder that SCREENSHOTS names. */
export async function keepPicture(browser: OtherBrowser, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/${name}.png`, await browser.screenshot());
}
