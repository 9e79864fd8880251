/**
 * Other pages in the browser of an operator who is signed in: none changes anything, none reads anything, none frames the
 * console. Platform: embedded; `tests/console-session.test.ts` asks without a browser.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ConsoleWorld, withConsole } from './console-world.ts';

export const FILE_LIMIT_MS = 110_000;

const test = suite('other pages and the console');

/** As another machine of the neighbourhood would be, and as another program on this one, to which cookies know no port. */
const HOSTS = ['127.0.0.1', 'localhost'] as const;

for (const host of HOSTS) {
  test(
    `a page at another port of ${host} changes nothing, reads nothing and frames nothing`,
    withConsole(
      async world => {
        const { page, service, expectErrors } = world;
        expectErrors(/CORS|frame|Failed to load|ERR_|Refused|violates|Blocked|blocked|sandbox/i);
        // It works from the console itself, so what fails below fails for its page alone.
        assert.is(await page.evaluate(pauseBulk), 200);
        const before = await audited(world);
        assert.is(before.length, 1);
        const attacker = await serveEvil();
        try {
          const evil = await world.another();
          await evil.goto(attacker.url(host));
          await attack(evil, service.url());
          await framesNothing(evil, service.url());
          await opensNothing(evil, service.url());
        } finally {
          attacker.close();
        }
        assert.equal(await audited(world), before);
        assert.is(await page.evaluate(pauseBulk), 200, 'the operator is still signed in');
      },
      { model: false },
    ),
  );
}

test.run();

/** Runs in a page of the console. */
async function pauseBulk(): Promise<number> {
  const answer = await fetch('v1/admin/queues/bulk/pause', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"reason":"a test"}',
  });
  return answer.status;
}

async function audited({ asOperator }: ConsoleWorld): Promise<readonly unknown[]> {
  return (await asOperator<{ entries: unknown[] }>('GET', 'audit')).entries;
}

async function serveEvil(): Promise<{ url(host: string): string; close(): void }> {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>Win a cat</title><link rel="icon" href="data:,"><h1>Win a cat</h1>');
  });
  await new Promise<void>(resolve => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  return { url: host => `http://${host}:${port}/`, close: () => server.close() };
}

/** Every way in which a page can make a browser send something with the cookies of another. */
async function attack(evil: Page, target: string): Promise<void> {
  const read = await evil.evaluate(async (base: string) => {
    const paths = ['queues/interactive/pause', 'queues/bulk/resume', 'keys', 'intake', 'budget/override', 'session'];
    const texts: string[] = [];
    const tell = async (path: string, init: RequestInit) => {
      const answer = await fetch(`${base}/v1/admin/${path}`, { credentials: 'include', ...init }).catch(
        () => undefined,
      );
      const text = answer && (await answer.text().catch(() => ''));
      if (text) texts.push(`${init.method} ${path}: ${text}`);
    };
    for (const path of paths) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
        const body = method === 'GET' ? {} : { body: '{"reason":"evil"}' };
        await tell(path, { method, ...body, headers: { 'Content-Type': 'application/json' } });
        if (method === 'GET' || method === 'POST') {
          await tell(path, { method, ...body, mode: 'no-cors', headers: { 'Content-Type': 'text/plain' } });
        }
      }
      // What needs no body: a form without fields, or this.
      await tell(path, { method: 'POST', mode: 'no-cors' });
      navigator.sendBeacon(`${base}/v1/admin/${path}`, new Blob(['{"reason":"evil"}'], { type: 'text/plain' }));
      for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data']) {
        const frame = document.body.appendChild(document.createElement('iframe'));
        frame.name = `${path}-${type}`;
        const form = document.body.appendChild(document.createElement('form'));
        Object.assign(form, { method: 'post', action: `${base}/v1/admin/${path}`, target: frame.name, enctype: type });
        const field = form.appendChild(document.createElement('input'));
        Object.assign(field, { name: '{"reason":"evil","x":"', value: '"}' });
        form.submit();
      }
    }
    await new Promise(resolve => {
      const image = document.body.appendChild(new Image());
      image.onload = image.onerror = resolve;
      image.src = `${base}/v1/admin/stats`;
    });
    return texts;
  }, target);
  assert.equal(read, [], 'what could be read');
}

/** The console in a frame is an error page of the browser, which nothing can be laid over. */
async function framesNothing(evil: Page, target: string): Promise<void> {
  await evil.evaluate(async (url: string) => {
    for (const tag of ['iframe', 'object', 'embed'] as const) {
      const frame = document.createElement(tag);
      frame.setAttribute(tag === 'object' ? 'data' : 'src', url);
      const shown = new Promise(resolve => {
        frame.onload = frame.onerror = resolve;
        setTimeout(resolve, 1_000);
      });
      document.body.append(frame);
      await shown;
    }
  }, `${target}/admin`);
  for (const frame of evil.frames()) {
    const text = await frame.evaluate(() => document.body?.innerText ?? '').catch(() => '');
    assert.not.match(text, /Overview|Admin key/);
  }
}

/** The console in a window of its own knows nobody who opened it. */
async function opensNothing(evil: Page, target: string): Promise<void> {
  const opened = evil.context().waitForEvent('page');
  await evil.evaluate((url: string) => void Object.assign(window, { prey: open(url) }), `${target}/admin`);
  const prey = await opened;
  await prey.getByRole('heading', { level: 1 }).first().waitFor();
  assert.is(await prey.evaluate(() => window.opener), null);
  assert.ok(await evil.evaluate(() => (window as Window & { prey?: Window }).prey?.closed), 'it holds no window');
  await prey.close();
}
