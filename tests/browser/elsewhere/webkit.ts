/**
 * WebKitGTK's small browser on a screen that nobody sees, by WebDriver (https://www.w3.org/TR/webdriver2/) through the
 * server that comes with it.
 */
import { glob } from 'node:fs/promises';
import { freePort } from '../../../infra-scripts/local/google-services.ts';
import { waitFor } from '../../wait-for.ts';
import { type OtherBrowser, startProgram } from './other-browser.ts';

export const WEBKIT_DRIVER = process.env.WEBKIT_DRIVER ?? '/usr/bin/WebKitWebDriver';
export const XVFB = '/usr/bin/Xvfb';
/** A reference to an element has this name, by the standard. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const START_LIMIT_MS = 60_000;

interface Session {
  readonly sessionId: string;
  readonly capabilities: { readonly browserName: string; readonly browserVersion: string };
}

export async function openWebkit(): Promise<OtherBrowser> {
  const screen = startProgram([XVFB, '-displayfd', '3', '-screen', '0', '1300x1000x24', '-nolisten', 'tcp']);
  const display = `:${await screen.says(/^(\d+)$/, 3)}`;
  const port = await freePort();
  // Without such a locale on the machine its language is "C", which is none, and what formats numbers throws.
  const driver = startProgram([WEBKIT_DRIVER, `--port=${port}`], { DISPLAY: display, LC_ALL: 'en_GB.UTF-8' });
  const call = caller(`http://127.0.0.1:${port}`);
  await waitFor('the driver', () => call('GET', '/status').catch(() => false), { limitMs: START_LIMIT_MS });
  const { sessionId, capabilities } = await call<Session>('POST', '/session', {
    capabilities: {
      alwaysMatch: { 'webkitgtk:browserOptions': { binary: await minimalBrowser(), args: ['--automation'] } },
    },
  });
  const session = `/session/${sessionId}`;
  const execute = <T>(script: string) => call<T>('POST', `${session}/execute/sync`, { script, args: [] });
  return {
    name: `WebKitGTK ${capabilities.browserVersion}`,
    open: url => call('POST', `${session}/url`, { url }),
    read: async <T>(expression: string) =>
      JSON.parse(await execute(`return (async () => JSON.stringify((await (${expression})) ?? null))()`)) as T,
    async chooseFile(field, path) {
      const element = await execute<{ readonly [ELEMENT]: string }>(`return ${field}`);
      await call('POST', `${session}/element/${element[ELEMENT]}/value`, { text: path });
    },
    screenshot: async () => Buffer.from(await call<string>('GET', `${session}/screenshot`), 'base64'),
    async close() {
      await call('DELETE', session);
      await driver.stop();
      await screen.stop();
    },
  };
}

function caller(url: string) {
  return async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(`${url}${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const { value } = (await answer.json()) as { value: T };
    if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(value)}`);
    return value;
  };
}

async function minimalBrowser(): Promise<string> {
  const [path] = await Array.fromAsync(glob('/usr/lib/*/webkit2gtk-4*/MiniBrowser'));
  if (path === undefined) throw new Error('The driver of WebKitGTK is here, but not its browser.');
  return path;
}
