/**
 * The `fetch` that the SDK sends a call with. It follows no redirect, reads errors with their headers, which the SDK
 * would drop, takes an answer only up to a size, and looks it over before it is parsed: a text within the size can hold
 * millions of values.
 */
import type { Clock } from '../common/clock.ts';
import type { FaultName } from './gemini-answers.ts';
import { readText } from './gemini-body.ts';
import type { Call } from './gemini-call.ts';
import { faultError, refusalError } from './gemini-errors.ts';
import { readRefusal } from './gemini-refusal.ts';

export interface FetchLimits {
  readonly clock: Clock;
  readonly answerBytesMax: number;
  readonly stallMs: number;
  /** An answer without a body is an empty one. */
  readonly mayBeEmpty?: boolean;
}

/** Google's errors have some hundred bytes; of what is longer the status alone counts. */
const ERROR_BYTES_MAX = 64 * 2 ** 10;
/** An answer has some hundred, and base64 none of these characters; each value costs memory many times its length. */
const VALUES_MAX = 100_000;
const OPENINGS = ['{', '[', ',', ':'];
/** Of errors that come before the first byte is sent. */
const CONNECTING = /^(connect|getaddrinfo)$/;
const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|EPROTO$)/;

/** Answers are complete when it resolves: the SDK reads no more from the network. */
export function createFetch(limits: FetchLimits, call: Call): typeof fetch {
  return async (input, init) => {
    const response = await sendForSuccess(input, init, { limits, call });
    const reading = { ...limits, giveUp: call.giveUp };
    const text = await readText(response, { ...reading, bytesMax: limits.answerBytesMax }).catch((error: unknown) =>
      fail('the connection broke after the request was sent', call, error),
    );
    if (text === undefined) return fail('an answer beyond the size limit', call);
    const answer = limits.mayBeEmpty && text.trim() === '' ? {} : parse(text, call);
    return Object.assign(new Response(null, { headers: response.headers }), { json: async () => answer });
  };
}

/** The answer with its body still to come. Throws a `ModelError` for any status but 200. */
export async function sendForSuccess(
  input: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
  { limits, call }: { readonly limits: FetchLimits; readonly call: Call },
): Promise<Response> {
  const response = await send(input, init, call);
  if (response.status === 200) return response;
  const reading = { ...limits, giveUp: call.giveUp, bytesMax: ERROR_BYTES_MAX };
  const text = await readText(response, reading).catch(() => '');
  call.signal.throwIfAborted();
  throw refusalError(readRefusal(response, text ?? '', limits.clock.now()), call.discretion);
}

async function send(input: Parameters<typeof fetch>[0], init: RequestInit | undefined, call: Call): Promise<Response> {
  call.sent = true;
  try {
    return await fetch(input, { ...init, redirect: 'manual', signal: call.signal });
  } catch (error) {
    const unsent = rootsOf(error).every(
      root =>
        CONNECTING.test(root.syscall ?? '') || TLS.test(root.code ?? '') || root.code === 'UND_ERR_CONNECT_TIMEOUT',
    );
    return fail(
      unsent ? 'no connection (refused, DNS, TLS): nothing is sent' : 'the connection broke after the request was sent',
      call,
      error,
    );
  }
}

/** What the system said; several where several addresses were tried. */
function rootsOf(error: unknown): NodeJS.ErrnoException[] {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.flatMap(rootsOf);
  if (error instanceof Error && error.cause !== undefined) return rootsOf(error.cause);
  return [error as NodeJS.ErrnoException];
}

function parse(text: string, call: Call): object {
  if (holdsTooMuch(text)) return fail('an answer beyond the size limit', call);
  const parsed = parsedOrNothing(text);
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  const begun = parsed === undefined && /^\s*\{/.test(text.slice(0, 100));
  return fail(begun ? 'an answer that stops before its end' : 'a success that is no JSON object', call);
}

function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the JSON has more values than any answer: each costs memory many times its length. */
export function holdsTooMuch(text: string): boolean {
  return OPENINGS.some(character => {
    let found = 0;
    for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) {
      if (++found > VALUES_MAX) return true;
    }
    return false;
  });
}

export function fail(fault: FaultName, call: Call, error?: unknown): never {
  call.signal.throwIfAborted();
  throw faultError(fault, call.discretion, { error });
}
