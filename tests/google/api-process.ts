/**
 * The API as on Cloud Run, in a process of its own, and the calls that tests make to it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { BARE_ENVIRONMENT } from '../bare-environment.ts';
import { waitFor } from '../wait-for.ts';

export interface ApiProcess {
  /** With a key or a session's token. */
  call(method: string, path: string, options: CallOptions): Promise<Response>;
  /** Submits a photo and these fields as a form. */
  submit(fields: { readonly [name: string]: string }, options: CallOptions): Promise<Response>;
  /** Moves its clock on. */
  skip(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export interface CallOptions {
  readonly token: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: FormData | string;
}

const CLOCK = fileURLToPath(new URL('shifted-clock.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_LIMIT_MS = 30_000;
/** As wide and as high as the styles want a photo to be at least, and then some. */
const PHOTO_SIDE_PX = 512;

/** Resolves when it listens and knows the key. */
export async function startApi(environment: { readonly [name: string]: string }, key: string): Promise<ApiProcess> {
  const child = spawn(process.execPath, ['--import', CLOCK, 'api/server.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...BARE_ENVIRONMENT, ...environment, HOST: '127.0.0.1', PORT: '0' },
  });
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  let output = '';
  child.stdout?.on('data', chunk => (output += chunk));
  child.stderr?.on('data', chunk => (output += chunk));
  const listens = () => {
    if (child.exitCode !== null) throw new Error(`the API ended with ${child.exitCode}: ${output}`);
    return /"route":"(http:[^"]+)".*listens/.exec(output)?.[1];
  };
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const url = await waitFor('the API to listen', listens, { limitMs: START_LIMIT_MS }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });

  const call: ApiProcess['call'] = (method, path, { token, headers = {}, body }) =>
    fetch(url + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...headers },
      ...(body ? { body } : {}),
    });
  await waitFor('the first keys', async () => (await call('GET', '/v1/styles', { token: key })).status === 200);
  const photo = await makePhoto();

  return {
    call,
    submit(fields, options) {
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.set(name, value);
      body.set('image', photo, 'photo.jpg');
      return call('POST', '/v1/jobs', { ...options, body });
    },
    async skip(ms) {
      const moved = once(child, 'message');
      child.send(ms);
      await moved;
    },
    stop,
  };
}

async function makePhoto(): Promise<Blob> {
  const size = { width: PHOTO_SIDE_PX, height: PHOTO_SIDE_PX, channels: 3 } as const;
  const create = { ...size, background: { r: 120, g: 90, b: 60 } };
  return new Blob([new Uint8Array(await sharp({ create }).jpeg().toBuffer())]);
}
