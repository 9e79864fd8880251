/**
 * Speaks to the API over HTTP. What may be asked twice is: a GET, and a submit under an Idempotency-Key, which the API
 * answers with the same job however often it comes. Anything else is sent once.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from './connection.ts';
import { Refusal } from './faults.ts';
import { refusalOf } from './read-refusal.ts';
import { unreachable } from './unreachable.ts';

export interface Client {
  readonly connection: Connection;
  /** The answer's JSON. Throws `Refusal` for a refusal, `Fault` where no answer comes. */
  json<T>(method: Method, path: string, options?: RequestOptions): Promise<T>;
  /** The whole answer, for what is no JSON. `path` may be an address elsewhere, which gets no key. */
  reply(method: Method, path: string, options?: RequestOptions): Promise<Reply>;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RequestOptions {
  readonly form?: FormData;
  /** Sent as JSON. */
  readonly body?: object;
  /** Sent as it is, with these headers. */
  readonly raw?: { readonly body: Blob | Buffer<ArrayBuffer>; readonly headers: { readonly [name: string]: string } };
  readonly idempotencyKey?: string;
  /** Seconds that the API may hold the answer back, see `Prefer: wait`. */
  readonly waitS?: number;
  readonly anonymous?: boolean;
  /** ETag that the thing has to have still. */
  readonly ifMatch?: string;
  /** Statuses beside 2xx that are an answer here and no refusal; they are not asked for twice. */
  readonly takes?: readonly number[];
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer<ArrayBuffer>;
}

type Tried = { readonly reply: Reply } | { readonly broken: Error };

const TRIES_MAX = 3;
/** Then three times that: together longer than a service on this machine takes to start again. */
const BACKOFF_MS = 700;
/** Who is told to come back later than this is better told than kept. */
const RETRY_AFTER_MAX_MS = 20_000;
const PASSING = [502, 503, 504];
const TIMEOUT_MS = 30_000;
/** 20 MiB over a slow line; the service itself gives up at 120 s. */
const SUBMIT_TIMEOUT_MS = 130_000;

export function createClient(connection: Connection, { signal }: { signal: AbortSignal }): Client {
  let answered = false;

  async function attempt(method: Method, url: string, init: RequestInit, timeoutMs: number): Promise<Tried> {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const response = await fetch(url, { ...init, method, redirect: 'manual', signal: limit });
      answered = true;
      const bytes = Buffer.from(await response.arrayBuffer());
      return { reply: { status: response.status, headers: response.headers, bytes } };
    } catch (error) {
      signal.throwIfAborted();
      return { broken: error as Error };
    }
  }

  async function reply(method: Method, path: string, options: RequestOptions = {}): Promise<Reply> {
    const { form, raw, body, waitS = 0, takes = [] } = options;
    const url = path.startsWith('/') ? connection.url + path : path;
    const sent = form ?? raw?.body ?? (body && JSON.stringify(body));
    const init = { headers: headersOf(connection, path, options), ...(sent ? { body: sent } : {}) };
    const timeoutMs = (form || raw ? SUBMIT_TIMEOUT_MS : TIMEOUT_MS) + waitS * 1_000;
    const repeatable = method === 'GET' || options.idempotencyKey !== undefined;
    for (let tries = 1; ; tries++) {
      const tried = await attempt(method, url, init, timeoutMs);
      const isAnswer = 'reply' in tried && (tried.reply.status < 300 || takes.includes(tried.reply.status));
      if (isAnswer) return tried.reply;
      const waitMs = repeatable && tries < TRIES_MAX ? waitBeforeNext(tried, tries, answered) : undefined;
      if (waitMs !== undefined) await pause(waitMs, undefined, { signal });
      else if ('reply' in tried) throw refusalOf(tried.reply, connection);
      else throw unreachable(tried.broken, url, connection);
    }
  }

  return {
    connection,
    reply,
    async json<T>(method: Method, path: string, options?: RequestOptions) {
      const answer = await reply(method, path, options);
      try {
        return JSON.parse(answer.bytes.toString('utf8')) as T;
      } catch {
        const title = `${connection.url} answers, but not as Easel does: what it sent is no JSON.`;
        throw new Refusal(answer.status, { title }, { hint: 'Is the address right? --url or EASEL_URL names it.' });
      }
    },
  };
}

function headersOf(
  connection: Connection,
  path: string,
  { body, raw, idempotencyKey, waitS = 0, anonymous, ifMatch }: RequestOptions,
) {
  return {
    ...(body ? { 'Content-Type': 'application/json' } : {}),
    ...raw?.headers,
    ...(path.startsWith('/') && !anonymous ? { Authorization: `Bearer ${connection.key()}` } : {}),
    ...(idempotencyKey !== undefined ? { 'Idempotency-Key': idempotencyKey } : {}),
    ...(ifMatch !== undefined ? { 'If-Match': ifMatch } : {}),
    ...(waitS > 0 ? { Prefer: `wait=${waitS}` } : {}),
  };
}

/** Milliseconds to wait, or undefined where another try is pointless. */
function waitBeforeNext(tried: Tried, tries: number, answered: boolean): number | undefined {
  const backoffMs = BACKOFF_MS * 3 ** (tries - 1);
  // Where nobody has ever listened nobody will in a second; a service that answered before is being restarted.
  if ('broken' in tried) return answered || !isRefused(tried.broken) ? backoffMs : undefined;
  if (!PASSING.includes(tried.reply.status)) return undefined;
  const retryAfterMs = retryAfter(tried.reply.headers) ?? 0;
  return retryAfterMs > RETRY_AFTER_MAX_MS ? undefined : Math.max(backoffMs, retryAfterMs);
}

function isRefused({ cause }: Error): boolean {
  return ['ECONNREFUSED', 'ENOTFOUND'].includes(String((cause as NodeJS.ErrnoException | undefined)?.code));
}

function retryAfter(headers: Headers): number | undefined {
  const text = headers.get('Retry-After') ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : ms;
}
