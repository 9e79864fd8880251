/**
 * Google's Gemini Batch API behind the seam for batches, through the SDK. Every call has a client of its own, whose
 * `fetch` follows no redirect, is bounded in time and size, and reads refusals as for a single picture. Results are read
 * off the wire line by line: the SDK itself can only write them to a disk, which on Cloud Run is memory.
 */
import { devNull } from 'node:os';
import type { GoogleGenAI } from '@google/genai';
import type { Clock } from '../common/clock.ts';
import type { Catalogue } from '../common/models.ts';
import { type BatchItem, type BatchModel, type CallOptions, ResultsGone } from '../common/platform/batch-model.ts';
import { ModelError } from '../common/platform/model.ts';
import { openClient, USABLE_KEY } from './gemini.ts';
import { answerOf, requestLine } from './gemini-batch-lines.ts';
import { lookOf } from './gemini-batch-look.ts';
import { type Call, startCall } from './gemini-call.ts';
import { faultError } from './gemini-errors.ts';
import { createFetch, type FetchLimits, sendForSuccess } from './gemini-fetch.ts';
import { readLines } from './read-lines.ts';

export interface GeminiBatchOptions {
  readonly catalogue: Catalogue;
  readonly access: { readonly apiKey: string };
  readonly clock: Clock;
  readonly baseUrl?: string;
  readonly timeoutMs?: number;
  readonly stallMs?: number;
  /** Of one line of results. */
  readonly lineBytesMax?: number;
}

/** Batches are not in v1 yet. */
const API_VERSION = 'v1beta';
const TIMEOUT_MS = 60_000;
/** An upload or a download of some 50 MB may take its time; the caller's signal bounds it as well. */
const TRANSFER_MS = 170_000;
const STALL_MS = 30_000;
const ANSWER_BYTES_MAX = 4 * 2 ** 20;
/** As of one answer of a single call. */
const LINE_BYTES_MAX = 48 * 2 ** 20;
/** A batch is looked for among so many of the newest. */
const LISTED_PAGES = 20;
const PAGE_SIZE = 100;

export function createGeminiBatches(options: GeminiBatchOptions): BatchModel {
  const { access, clock, catalogue } = options;
  const { timeoutMs = TIMEOUT_MS, stallMs = STALL_MS, lineBytesMax = LINE_BYTES_MAX } = options;
  const limits: FetchLimits = { clock, answerBytesMax: ANSWER_BYTES_MAX, stallMs, mayBeEmpty: true };
  const discretion = { prompt: '', secrets: [access.apiKey] };

  /** One call with a client of its own. */
  async function ask<T>(
    work: (client: GoogleGenAI, call: Call) => Promise<T>,
    { signal, ms = timeoutMs, fetchOf = call => createFetch(limits, call) }: CallOptions & Asking,
  ): Promise<T> {
    signal.throwIfAborted();
    if (!USABLE_KEY.test(access.apiKey)) {
      throw faultError('a key that no header can carry: nothing is sent', discretion);
    }
    const call = startCall({ clock, timeoutMs: ms, signal, discretion });
    try {
      const client = await openClient(options, { apiVersion: API_VERSION, fetch: fetchOf(call) });
      return await call.untilEnded(work(client, call));
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof ModelError ? error : faultError('a fault inside the SDK', discretion, { error });
    } finally {
      call.end();
    }
  }

  return {
    async upload(id, items, { signal }) {
      const file = new Blob(linesOf(items, catalogue), { type: 'application/jsonl' });
      const uploaded = await ask(
        ({ files }) => files.upload({ file, config: { displayName: id, mimeType: 'application/jsonl' } }),
        { signal, ms: TRANSFER_MS },
      );
      return named(uploaded?.name);
    },
    async create({ id, model, file }, { signal }) {
      const created = await ask(({ batches }) => batches.create({ model, src: file, config: { displayName: id } }), {
        signal,
      });
      return named(created.name);
    },
    find: (id, { signal }) => ask(client => findByName(client, id), { signal, ms: TRANSFER_MS }),
    async look(name, { signal }) {
      let raw: unknown;
      const fetchOf = (call: Call) => keepJson(createFetch(limits, call), json => (raw = json));
      try {
        const job = await ask(({ batches }) => batches.get({ name }), { signal, fetchOf });
        return lookOf(job, raw, discretion);
      } catch (error) {
        if (isGone(error)) return 'gone';
        throw error;
      }
    },
    async *results(file, { signal }) {
      signal.throwIfAborted();
      const call = startCall({ clock, timeoutMs: TRANSFER_MS, signal, discretion });
      try {
        const body = await openResults(file, call);
        const lines = readLines(body, { clock, stallMs, lineBytesMax, call });
        for await (const line of lines) yield answerOf(line, { catalogue, clock, secrets: discretion.secrets });
      } finally {
        call.end();
      }
    },
    async cancel(name, { signal }) {
      await ask(({ batches }) => batches.cancel({ name }), { signal });
    },
    async forget(file, { signal }) {
      await ask(({ files }) => files.delete({ name: file }), { signal }).catch((error: unknown) => {
        if (!isGone(error) && !isForbidden(error)) throw error;
      });
    },
  };

  /** The SDK asks, with its address and its key; the answer's body is taken past it. */
  async function openResults(file: string, call: Call): Promise<Response> {
    let response: Response | undefined;
    const take: typeof fetch = async (input, init) => {
      response = await sendForSuccess(input, init, { limits, call });
      return new Response('');
    };
    try {
      const client = await openClient(options, { apiVersion: API_VERSION, fetch: take });
      await call.untilEnded(client.files.download({ file, downloadPath: devNull }));
    } catch (error) {
      // A file that is not there (any more) is answered as if one were not allowed to see it.
      if (isGone(error) || isForbidden(error)) throw new ResultsGone(file);
      throw error instanceof ModelError ? error : faultError('a fault inside the SDK', discretion, { error });
    }
    if (!response) throw faultError('a fault inside the SDK', discretion);
    return response;
  }
}

interface Asking {
  readonly ms?: number;
  readonly fetchOf?: (call: Call) => typeof fetch;
}

/** One at a time, so that no two of them lie in memory as text beside the file. */
function linesOf(items: readonly BatchItem[], catalogue: Catalogue): Blob[] {
  return items.map(item => new Blob([requestLine(item, catalogue)]));
}

async function findByName({ batches }: GoogleGenAI, id: string): Promise<string | undefined> {
  const pager = await batches.list({ config: { pageSize: PAGE_SIZE } });
  for (let page = 1; ; page++) {
    const found = pager.page.find(({ displayName }) => displayName === id);
    if (found) return named(found.name);
    if (page >= LISTED_PAGES || pager.page.length === 0 || !pager.hasNextPage()) return undefined;
    await pager.nextPage();
  }
}

function keepJson(inner: typeof fetch, keep: (json: unknown) => void): typeof fetch {
  return async (input, init) => {
    const response = await inner(input, init);
    keep(await response.json());
    return response;
  };
}

function named(name: string | undefined): string {
  if (name === undefined || name === '') throw new Error('the provider names nothing');
  return name;
}

function isGone(error: unknown): boolean {
  return error instanceof ModelError && /^404\b/.test(error.providerCode ?? '');
}

function isForbidden(error: unknown): boolean {
  return error instanceof ModelError && /^403\b/.test(error.providerCode ?? '');
}
