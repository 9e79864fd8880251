/**
 * The lines of a batch's two files: a request with its key, and the answer with the same key, which is what a call by
 * itself would have been answered, or an error in the form of google.rpc.Status.
 */
import type { GenerateContentResponse } from '@google/genai';
import type { Clock } from '../common/clock.ts';
import type { Catalogue } from '../common/models.ts';
import type { BatchAnswer, BatchItem } from '../common/platform/batch-model.ts';
import { faultError, refusalError } from './gemini-errors.ts';
import { holdsTooMuch } from './gemini-fetch.ts';
import { readPicture } from './gemini-picture.ts';
import { readRefusal } from './gemini-refusal.ts';
import { restRequestOf } from './gemini-request.ts';
import type { Line } from './read-lines.ts';

export function requestLine({ key, request }: BatchItem, catalogue: Catalogue): string {
  const entry = catalogue.get(request.model);
  if (!entry) throw new Error(`${request.model} is not in the catalogue`);
  return `${JSON.stringify({ key, request: restRequestOf(request, entry) })}\n`;
}

export interface LineContext {
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly secrets: readonly string[];
}

/** HTTP statuses of google.rpc.Code, with its names: a line's error has the code alone. */
const RPC: { readonly [code: number]: readonly [status: number, name: string] } = {
  1: [499, 'CANCELLED'],
  3: [400, 'INVALID_ARGUMENT'],
  4: [504, 'DEADLINE_EXCEEDED'],
  5: [404, 'NOT_FOUND'],
  6: [409, 'ALREADY_EXISTS'],
  7: [403, 'PERMISSION_DENIED'],
  8: [429, 'RESOURCE_EXHAUSTED'],
  9: [400, 'FAILED_PRECONDITION'],
  10: [409, 'ABORTED'],
  11: [400, 'OUT_OF_RANGE'],
  12: [501, 'UNIMPLEMENTED'],
  13: [500, 'INTERNAL'],
  14: [503, 'UNAVAILABLE'],
  15: [500, 'DATA_LOSS'],
  16: [401, 'UNAUTHENTICATED'],
};
/** Of a line that is too long to be parsed: the key may stand at its beginning. */
const KEY = /^\s*\{\s*"key"\s*:\s*"([A-Za-z0-9_-]{1,64})"/;

interface Parsed {
  readonly key?: unknown;
  readonly metadata?: { readonly key?: unknown };
  readonly response?: GenerateContentResponse;
  readonly error?: { readonly code?: unknown; readonly status?: unknown };
}

export function answerOf(line: Line, { catalogue, clock, secrets }: LineContext): BatchAnswer {
  const parsed = line.text === undefined || holdsTooMuch(line.text) ? undefined : parse(line.text);
  const key = parsed?.key ?? parsed?.metadata?.key ?? KEY.exec(line.head)?.[1];
  return {
    key: typeof key === 'string' ? key : undefined,
    read(request) {
      const discretion = { prompt: request.prompt, secrets };
      const { error, response } = parsed ?? {};
      if (line.text === undefined) throw faultError('an answer beyond the size limit', discretion);
      if (typeof error === 'object' && error !== null) {
        throw refusalError(readRefusal(statusOf(error), refusalBody(error), clock.now()), discretion);
      }
      const entry = catalogue.get(request.model);
      if (!entry) throw faultError('not in the catalogue: nothing is sent', discretion);
      if (typeof response !== 'object' || response === null) {
        throw faultError('a success that is no JSON object', discretion);
      }
      return readPicture(response, { request: { ...request, image: new Uint8Array() }, entry, discretion });
    },
  };
}

function parse(text: string): Parsed | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Codes from 100 on are taken for HTTP's own. */
function statusOf({ code }: { readonly code?: unknown }): { status: number; headers: Headers } {
  const number = typeof code === 'number' ? code : 0;
  return { status: RPC[number]?.[0] ?? (number >= 100 ? number : 0), headers: new Headers() };
}

function refusalBody(error: { readonly code?: unknown; readonly status?: unknown }): string {
  const name = typeof error.code === 'number' ? RPC[error.code]?.[1] : undefined;
  return JSON.stringify({ error: { ...error, status: error.status ?? name } });
}
