/**
 * The client in Chromium, imported by a page of another origin, as a theme does it: what only a browser has (CORS,
 * progress, IndexedDB, Web Locks, the network's coming and going). Platform: embedded; the rest of the client is tested
 * without a browser on both.
 */
import { createServer } from 'node:http';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EaselClient, Job, Progress } from '../../api/web/easel-client.ts';
import { closeServer, listen } from '../doubles/tasks/listen.ts';
import { PHOTO, type Service, withService } from '../service.ts';
import { waitFor } from '../wait-for.ts';
import { type Visit, visiting } from './chromium.ts';

export const FILE_LIMIT_MS = 180_000;

const test = suite('the client in a browser');

declare global {
  interface Window {
    easel: EaselClient;
    photo: Blob;
  }
}

test(
  "shows a photo's way, on both ways, and brings the picture",
  inTheme(async ({ page }) => {
    const seen = await page.evaluate(async () => {
      const results = [];
      for (const via of ['form', 'upload'] as const) {
        const progress: Progress[] = [];
        const onProgress = (step: Progress) => void progress.push(step);
        const options = { variation: via === 'form' ? 0 : 1 };
        const job = await window.easel.submit({ image: window.photo, style: 'charcoal', options }, { via, onProgress });
        const done = await window.easel.wait(job);
        const { size } = await window.easel.download(done);
        results.push({ progress, status: done.status, whole: size === done.output?.bytes });
      }
      return { results, bytes: window.photo.size };
    });
    for (const { progress, status, whole } of seen.results) {
      assert.equal([status, whole], ['succeeded', true]);
      const last = progress.at(-1);
      assert.ok(last && last.sent === last.total && last.total >= seen.bytes, JSON.stringify(progress));
      assert.ok(progress.every(({ sent }, index) => sent >= (progress[index - 1]?.sent ?? 0)));
    }
    assert.equal(await keptPhotos(page), []);
  }),
);

test(
  'goes on after a reload in the middle of a submit, with the photo that the browser has kept',
  inTheme(async ({ page, expectErrors }, { service, enter }) => {
    expectErrors(/Failed to load resource|ERR_/);
    await page.route('**/v1/jobs', route => new Promise(() => route));
    const asked = page.waitForRequest('**/v1/jobs');
    await page.evaluate(() => {
      window.easel.submit({ image: window.photo, style: 'charcoal' }).catch(() => {});
    });
    await asked;
    await page.waitForFunction(async () => (await window.easel.unfinished()).submits.length === 1);
    await waitFor('the photo to be kept', async () => (await keptPhotos(page)).length === 1);
    assert.not.match(await page.evaluate(() => JSON.stringify(localStorage)), /JFIF|base64|\/9j\//);
    await page.unrouteAll();
    await page.reload();
    await enter(page);
    const end = await page.evaluate(async () => {
      const jobs = await window.easel.resume();
      const done = await Promise.all(jobs.map(job => window.easel.wait(job)));
      return { statuses: done.map(({ status }) => status), left: await window.easel.unfinished() };
    });
    assert.equal(end, { statuses: ['succeeded'], left: { jobs: [], submits: [] } });
    assert.equal(await keptPhotos(page), []);
    const { body } = await service.call<{ jobs: Job[] }>('GET', '/v1/jobs');
    assert.is(body.jobs.length, 1);
  }),
);

test(
  'two tabs share a session, and each sees the job of the other through a network that comes and goes',
  inTheme(async ({ page, another, expectErrors }, { enter }) => {
    expectErrors(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|Failed to load resource/);
    const second = await another();
    await enter(second);
    const tokens = await Promise.all(
      [page, second].map(tab => tab.evaluate(async () => (await window.easel.session()).token)),
    );
    assert.is(tokens[0], tokens[1]);
    const id = await page.evaluate(async () => {
      const { id } = await window.easel.submit({ image: window.photo, style: 'charcoal' });
      return id;
    });
    await second.context().setOffline(true);
    const waiting = second.evaluate(async id => (await window.easel.wait(id)).status, id);
    await second.waitForFunction(() => !navigator.onLine);
    await second.context().setOffline(false);
    assert.is(await waiting, 'succeeded');
  }),
);

test(
  'a page that the shop does not list can neither import the client nor learn anything',
  withService(service =>
    visiting(async ({ page, expectErrors }) => {
      expectErrors(/CORS policy|ERR_FAILED/);
      const server = createServer((_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>'));
      try {
        await page.goto(`http://127.0.0.1:${await listen(server)}`);
        const failed = await page.evaluate(
          url => import(url).then(() => 'imported', String),
          `${service.url()}/easel-client.js`,
        );
        assert.match(failed, 'Failed to fetch dynamically imported module');
      } finally {
        await closeServer(server);
      }
    })(),
  ),
);

test.run();

interface Theme {
  readonly service: Service;
  /** Puts the client and a photo into a tab. */
  enter(page: Page): Promise<void>;
}

/** A page of an origin that the shop lists, with the client and a photo in it. */
function inTheme(run: (visit: Visit, theme: Theme) => Promise<void>): () => Promise<void> {
  return withService(async service => {
    const server = createServer(({ url }, response) => {
      if (url === '/photo.jpg') response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(PHOTO);
      else response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>A theme</title>');
    });
    const origin = `http://127.0.0.1:${await listen(server)}`;
    const { admin, storefront } = await service.keys();
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ origins: [origin], reason: 'a theme' });
    const { status } = await service.call('PATCH', '/v1/admin/shops/default', { key: admin, headers, body });
    assert.is(status, 200);
    const settings = { url: service.url(), key: storefront };
    const enter = async (page: Page) => {
      if (!page.url().startsWith(origin)) await page.goto(origin);
      await page.evaluate(async ({ url, key }) => {
        const { createEaselClient } = await import(`${url}/easel-client.js`);
        window.easel = createEaselClient({ url, key });
        window.photo = await (await fetch('/photo.jpg')).blob();
      }, settings);
    };
    try {
      await visiting(async visit => {
        await enter(visit.page);
        await run(visit, { service, enter });
      })();
    } finally {
      await closeServer(server);
    }
  });
}

function keptPhotos(page: Page): Promise<string[]> {
  return page.evaluate(
    () =>
      new Promise<string[]>((resolve, reject) => {
        const opening = indexedDB.open('easel', 1);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const asked = opening.result.transaction('photos').objectStore('photos').getAllKeys();
          asked.onsuccess = () => resolve(asked.result.map(String));
          opening.result.close();
        };
      }),
  );
}
