/**
 * Firefox without a window, by WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/), which it speaks on a socket of its own.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OtherBrowser, startProgram } from './other-browser.ts';

export const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';

interface Answer {
  readonly id?: number;
  readonly type: 'success' | 'error' | 'event';
  readonly result?: unknown;
  readonly error?: string;
  readonly message?: string;
}

interface Evaluated {
  readonly type: 'success' | 'exception';
  readonly result?: { readonly value?: string; readonly sharedId?: string };
  readonly exceptionDetails?: { readonly text: string };
}

export async function openFirefox(): Promise<OtherBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'easel-firefox-'));
  const command = [FIREFOX, '--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'];
  const program = startProgram(command);
  const { send, close } = await connect(`${await program.says(/WebDriver BiDi listening on (ws:\S+)/)}/session`);
  const { capabilities } = await send<{ capabilities: { browserName: string; browserVersion: string } }>(
    'session.new',
    { capabilities: {} },
  );
  const { context } = await send<{ context: string }>('browsingContext.create', { type: 'tab' });
  const viewport = { width: 1_280, height: 900 };
  await send('browsingContext.setViewport', { context, viewport });
  const evaluate = async (expression: string) => {
    const asked = { expression, target: { context }, awaitPromise: true };
    const { result, exceptionDetails } = await send<Evaluated>('script.evaluate', asked);
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result;
  };
  return {
    name: `${capabilities.browserName} ${capabilities.browserVersion}`,
    open: async url => void (await send('browsingContext.navigate', { context, url, wait: 'complete' })),
    read: async <T>(expression: string) =>
      JSON.parse((await evaluate(`(async () => JSON.stringify((await (${expression})) ?? null))()`))?.value ?? '') as T,
    async chooseFile(field, path) {
      const element = await evaluate(field);
      await send('input.setFiles', { context, element: { sharedId: element?.sharedId }, files: [path] });
    },
    async screenshot() {
      const { data } = await send<{ data: string }>('browsingContext.captureScreenshot', { context });
      return Buffer.from(data, 'base64');
    },
    async close() {
      close();
      await program.stop();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function connect(url: string) {
  const socket = new WebSocket(url);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  socket.onmessage = ({ data }) => {
    const { id = 0, type, result, error, message } = JSON.parse(String(data)) as Answer;
    if (type === 'error') waiting.get(id)?.reject(new Error(`${error}: ${message}`));
    else waiting.get(id)?.resolve(result);
    waiting.delete(id);
  };
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  return {
    send<T>(method: string, params: object): Promise<T> {
      const answer = Promise.withResolvers<unknown>();
      const id = ++lastId;
      waiting.set(id, answer);
      socket.send(JSON.stringify({ id, method, params }));
      return answer.promise as Promise<T>;
    },
    close: () => socket.close(),
  };
}
