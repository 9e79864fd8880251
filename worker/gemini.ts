/**
 * Google's Gemini image models behind the model seam. One call is one HTTP request: the SDK's retries and continuations
 * are off, redirects are not followed, and time and size are bounded here. What came back is read by `gemini-picture.ts`
 * and judged by the table in `gemini-answers.ts`; no key, prompt or picture ever stands in an error.
 */
import type { GenerateContentResponse, GoogleGenAI } from '@google/genai';
import type { Clock } from '../common/clock.ts';
import type { Catalogue, ModelEntry } from '../common/models.ts';
import { type Drawing, type DrawRequest, type Model, ModelError } from '../common/platform/model.ts';
import { type Call, startCall } from './gemini-call.ts';
import { type Discretion, faultError } from './gemini-errors.ts';
import { createFetch } from './gemini-fetch.ts';
import { readPicture } from './gemini-picture.ts';
import { configOf, contentsOf } from './gemini-request.ts';

/** A key of the Gemini API; or a Google Cloud project, whose own credentials are found as on Cloud Run. */
export type GeminiAccess = { readonly apiKey: string } | { readonly project: string; readonly location: string };

export interface GeminiOptions {
  readonly catalogue: Catalogue;
  readonly access: GeminiAccess;
  readonly clock: Clock;
  /** Where the API is instead of at Google, such as `http://127.0.0.1:8090`: for a proxy or a double. */
  readonly baseUrl?: string;
  /** Of one answer, unpacked. */
  readonly answerBytesMax?: number;
  /** Of one call as a whole; the provider is told, so that it stops as well. */
  readonly timeoutMs?: number;
  /** Between two pieces of an answer. */
  readonly stallMs?: number;
}

/** A noisy 4K PNG has some 30 MiB, base64 adds a third; twice the size is no picture that a model here draws. */
const ANSWER_BYTES_MAX = 48 * 2 ** 20;
const TIMEOUT_MS = 120_000;
/** The answer comes in one go once the picture is drawn: a pause this long inside of it is a dead connection. */
const STALL_MS = 30_000;

/** Said outright, so that no variable of the environment leads the key elsewhere. */
const GEMINI_API = 'https://generativelanguage.googleapis.com';
const API_VERSION = { gemini: 'v1', vertex: 'v1beta1' };

/** What a header can carry. The SDK would otherwise name the key in its complaint. */
export const USABLE_KEY = /^(?!auth_tokens\/)[\x21-\x7e]+$/;

/** Opens nothing and loads nothing: the SDK is read at the first call, off the path of a cold start. */
export function createGeminiModel(options: GeminiOptions): Model {
  const { catalogue, access, clock } = options;
  const limits = {
    clock,
    answerBytesMax: options.answerBytesMax ?? ANSWER_BYTES_MAX,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    stallMs: options.stallMs ?? STALL_MS,
  };
  const client = once(() => openClient(options, { apiVersion: API_VERSION.gemini }));

  async function ask(request: DrawRequest, entry: ModelEntry, call: Call): Promise<GenerateContentResponse> {
    const { models } = await client();
    const fetch = createFetch(limits, call);
    const config = configOf(request, entry, { fetch, timeoutMs: limits.timeoutMs, vertex: 'project' in access });
    return models.generateContent({ model: entry.id, contents: contentsOf(request), config });
  }

  return {
    async generate(request: DrawRequest, { signal }): Promise<Drawing> {
      signal.throwIfAborted();
      const discretion: Discretion = { prompt: request.prompt, secrets: 'apiKey' in access ? [access.apiKey] : [] };
      const entry = catalogue.get(request.model);
      if (!entry) throw faultError('not in the catalogue: nothing is sent', discretion);
      if ('apiKey' in access && !USABLE_KEY.test(access.apiKey)) {
        throw faultError('a key that no header can carry: nothing is sent', discretion);
      }
      const call = startCall({ ...limits, signal, discretion });
      try {
        const answer = await call.untilEnded(ask(request, entry, call));
        return readPicture(answer, { request, entry, discretion });
      } catch (error) {
        signal.throwIfAborted();
        throw error instanceof ModelError ? error : strayError(error, { call, vertex: 'project' in access });
      } finally {
        call.end();
      }
    },
  };
}

/** `http` goes with every request of this client; the version is that of the Gemini API. */
export async function openClient(
  { access, baseUrl }: Pick<GeminiOptions, 'access' | 'baseUrl'>,
  { apiVersion, ...http }: { readonly apiVersion: string; readonly fetch?: typeof fetch },
): Promise<GoogleGenAI> {
  const { GoogleGenAI } = await import('@google/genai');
  if ('apiKey' in access) {
    const httpOptions = { baseUrl: baseUrl ?? GEMINI_API, ...http };
    return new GoogleGenAI({ enterprise: false, ...access, apiVersion, httpOptions });
  }
  const httpOptions = baseUrl === undefined ? {} : { baseUrl };
  return new GoogleGenAI({ enterprise: true, ...access, apiVersion: API_VERSION.vertex, httpOptions });
}

/** Thrown outside of our own `fetch`: before the request by the search for credentials, after it by the SDK's reading. */
function strayError(error: unknown, { call, vertex }: { call: Call; vertex: boolean }): ModelError {
  if (call.sent || !vertex) return faultError('a fault inside the SDK', call.discretion, { error });
  // The metadata server or the token endpoint says no; anything else may be better in a moment.
  const { status } = error as { status?: unknown };
  const refused = typeof status === 'number' && status >= 400 && status < 500 && status !== 408 && status !== 429;
  if (refused) return faultError('credentials of the project are refused: nothing is sent', call.discretion, { error });
  return faultError('credentials of the project cannot be had: nothing is sent', call.discretion, { error });
}

/** Opens it at the first call, for all; again if that failed. */
function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}
