/**
 * The code for a theme in docs/shopify.md, as it stands there, between a double of Shopify's App Proxy and the service.
 * The double does what Shopify documents. Platform: the API in the test's process, on SQLite, with the real worker.
 */
import { readFile } from 'node:fs/promises';
import { decodeJwt } from 'jose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DAY_MS } from '../common/limits.ts';
import { type ApiWorld, inApiWorld } from './api-world.ts';
import { CONNECTION, signedQuery } from './doubles/app-proxy.ts';
import { PHOTO } from './service.ts';

const test = suite('theme');
const PAGE = 'https://www.cats.example';
const HOUR_MS = 3_600_000;

interface Settings {
  readonly api: string;
  readonly proxy: string;
  readonly key: string;
  readonly customer: number | null;
}

interface Theme {
  session(settings: Settings): Promise<string>;
  draw(
    settings: Settings,
    file: Blob,
    style: string,
    onChange: (job: { status: string }) => void,
  ): Promise<{ url: string }>;
}

test(
  'a logged-in customer draws a picture, and Shopify passes on one call alone',
  inApiWorld(async world => {
    world.startWorker();
    const page = await visit(world, { customer: 7 });
    const statuses: string[] = [];
    const file = new Blob([new Uint8Array(PHOTO)], { type: 'image/jpeg' });
    const output = await page.theme.draw(page.settings, file, 'charcoal', ({ status }) => statuses.push(status));
    assert.match(output.url, '/objects/cache/');
    assert.is(statuses[0], 'queued');
    assert.equal(page.proxied, ['POST /v1/sessions']);
    assert.equal(page.direct.slice(0, 2), ['POST /v1/jobs', 'GET /v1/jobs/*']);
    assert.is(decodeJwt(await page.theme.session(page.settings)).customer, '7');
  }),
);

test(
  'a session is kept, renewed before it ends and for six days after, and opened anew later',
  inApiWorld(async world => {
    for (const customer of [7, null]) {
      const page = await visit(world, { customer });
      const first = await page.theme.session(page.settings);
      await world.clock.advance(22 * HOUR_MS);
      assert.is(await page.theme.session(page.settings), first);
      await world.clock.advance(HOUR_MS);
      const second = await page.theme.session(page.settings);
      assert.is.not(second, first);
      await world.clock.advance(6 * DAY_MS);
      const third = await page.theme.session(page.settings);
      assert.equal([decodeJwt(second).sub, decodeJwt(third).sub], [decodeJwt(first).sub, decodeJwt(first).sub]);
      await world.clock.advance(8 * DAY_MS);
      assert.is.not(decodeJwt(await page.theme.session(page.settings)).sub, decodeJwt(first).sub);
      assert.is(page.proxied.length, customer === null ? 0 : 2);
    }
  }),
);

test(
  'whoever logs in or out has another session, and a kept one that ended is replaced',
  inApiWorld(async world => {
    const page = await visit(world, { customer: null });
    const guest = await page.theme.session(page.settings);
    assert.is(decodeJwt(guest).customer, undefined);
    page.shopper.customer = 7;
    const customer = await page.theme.session({ ...page.settings, customer: 7 });
    page.shopper.customer = null;
    assert.is(decodeJwt(customer).customer, '7');
    assert.is(await page.theme.session(page.settings), guest);

    await world.revoke(page.settings.key);
    await world.clock.advance(23.5 * HOUR_MS);
    const settings = { ...page.settings, key: await world.key('storefront') };
    assert.is.not(decodeJwt(await page.theme.session(settings)).sub, decodeJwt(guest).sub);
  }),
);

test(
  'what the service refuses is told by its code',
  inApiWorld(async world => {
    const page = await visit(world, { customer: null });
    const refused = (settings: Settings) =>
      page.theme.session(settings).then(
        () => 'opened',
        error => error.code,
      );
    assert.is(await refused({ ...page.settings, key: 'pk_nothing' }), 'unauthorized');
    await world.shop('default', { origins: [PAGE] });
    await world.clock.advance(60_000);
    assert.is(await refused({ ...page.settings, customer: 8 }), 'signature_invalid', 'the shop is not connected');
  }),
);

test.run();

/** A browser at a page of the shop that runs the theme's code. */
async function visit(world: ApiWorld, { customer }: { customer: number | null }) {
  await world.shop('default', { origins: [PAGE], shopify: CONNECTION });
  await world.clock.advance(60_000);
  const shopper = { customer };
  const proxied: string[] = [];
  const direct: string[] = [];
  const kept = new Map<string, string>();
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => kept.set(name, text),
  };
  const browse = async (address: string, init: RequestInit = {}) => {
    const url = new URL(address, PAGE);
    if (url.origin === PAGE) {
      proxied.push(`${init.method} /v1/sessions`);
      return appProxy(world, { url, init, ...shopper });
    }
    direct.push(`${init.method ?? 'GET'} ${url.pathname.replace(/job_\w+/, '*')}`);
    const answer = await fetch(url, { ...init, headers: { ...init.headers, Origin: PAGE } });
    assert.is(answer.headers.get('access-control-allow-origin'), PAGE, 'or a browser would not show it to the page');
    return answer;
  };
  const now = { now: world.clock.now, parse: Date.parse };
  const timer = (run: () => void, ms: number) => void setTimeout(run, Math.min(ms, 20));
  const code = (await themeCode()).replaceAll('export async', 'async');
  const build = new Function('fetch', 'localStorage', 'Date', 'setTimeout', `${code}\nreturn { session, draw };`);
  const theme = build(browse, storage, now, timer) as Theme;
  const settings = { api: world.url, proxy: CONNECTION.pathPrefix, key: await world.key('storefront'), customer };
  return { theme, settings, shopper, proxied, direct };
}

/** As Shopify documents it: method and body go on, cookies and keys do not, and the query gets a signature. */
function appProxy(
  world: ApiWorld,
  { url, init, customer }: { url: URL; init: RequestInit; customer: number | null },
): Promise<Response> {
  assert.is(url.pathname, CONNECTION.pathPrefix);
  const changed = { ...Object.fromEntries(url.searchParams), logged_in_customer_id: String(customer ?? '') };
  const query = signedQuery({ now: world.clock.now(), changed });
  const headers = { 'X-Forwarded-For': '192.0.2.1', 'X-Forwarded-Host': CONNECTION.domain };
  return fetch(`${world.url}/v1/sessions${query}`, { method: init.method ?? 'GET', headers, body: init.body ?? null });
}

async function themeCode(): Promise<string> {
  const page = await readFile(new URL('../docs/shopify.md', import.meta.url), 'utf8');
  const code = /^`assets\/easel\.js`:\n\n```js\n(.*?)\n```$/ms.exec(page)?.[1];
  if (code === undefined) throw new Error('the code of the theme is not where it was');
  return code;
}
