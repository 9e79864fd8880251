/**
 * Makes the `ModelError` of a call, by the table. Detail and provider code go into the ledger and the log: they are
 * short and plain, and whatever echoes the key, the prompt or a picture is taken out. For the same reason no foreign
 * error hangs on as a cause: a parser's complaint quotes the answer, a header's quotes the key.
 */
import type { OutcomeCode } from '../common/outcomes.ts';
import { ModelError, type Usage } from '../common/platform/model.ts';
import { blockCode, FAULTS, type FaultName, finishRow, refusalRow } from './gemini-answers.ts';
import type { Refusal } from './gemini-refusal.ts';

/** What must not be told. */
export interface Discretion {
  readonly prompt: string;
  readonly secrets: readonly string[];
}

const DETAIL_CHARACTERS_MAX = 300;
const PROVIDER_CODE_CHARACTERS_MAX = 120;
/** So many characters of the prompt in a row are no coincidence. */
const ECHO_CHARACTERS = 24;
/** Only the start of a foreign text is looked at. */
const FOREIGN_CHARACTERS_MAX = 2_000;
const KEYS_AND_TOKENS = /AIza[\w-]{20,}|ya29\.[\w.-]+|Bearer\s+\S+/g;
/** Base64 of a picture, or a token of a kind not thought of. The longest name of a quota known has 50 characters. */
const LONG_RUN = /[\w+/=-]{64,}/g;

/** The provider refused the call by its HTTP status. */
export function refusalError(refusal: Refusal, discretion: Discretion): ModelError {
  const { code, waits } = refusalRow(refusal);
  const { httpStatus, status, reasons, quotas, message, retryAfterMs } = refusal;
  const quota = quotas.find(({ id }) => /PerDay/i.test(id)) ?? quotas[0];
  const providerCode = [httpStatus, status, ...reasons, quota?.id ?? ''].filter(word => word !== '').join(' ');
  return modelError(code, `Gemini answered ${httpStatus}: ${discreet(message, discretion) || 'no words'}`, {
    providerCode: discreet(providerCode, discretion),
    ...(waits && retryAfterMs !== undefined ? { retryAfterMs } : {}),
  });
}

/** `error` is foreign: its words are for the operator. */
export function faultError(
  fault: FaultName,
  discretion: Discretion,
  { error, usage }: { readonly error?: unknown; readonly usage?: Usage | undefined } = {},
): ModelError {
  const { words, code } = wordsOf(error);
  const told = discreet(words, discretion);
  const providerCode = discreet(code, discretion) || fault;
  return modelError(FAULTS[fault], `${fault}${told && ` (${told})`}`, { providerCode, usage });
}

export function blockError(reason: string, { usage }: { readonly usage: Usage | undefined }): ModelError {
  const name = nameOf(reason);
  return modelError(blockCode(reason), `the prompt was blocked: ${name}`, {
    providerCode: `blockReason ${name}`,
    usage,
  });
}

export function finishError(reason: string | undefined, { usage }: { readonly usage: Usage | undefined }): ModelError {
  const name = nameOf(reason ?? 'none');
  const providerCode = `finishReason ${name}`;
  return modelError(finishRow(reason).code, `no picture that counts; why it ended: ${name}`, { providerCode, usage });
}

/** A reason is a name; what is none may be anything. */
function nameOf(reason: string): string {
  return /^\w{1,60}$/.test(reason) ? reason : 'unnamed';
}

/** Name, code and words of an error and of what lies behind it, and the deepest code: the system's own. */
function wordsOf(error: unknown): { words: string; code: string } {
  const words: string[] = [];
  let deepest = '';
  for (let at = error; at instanceof Error && words.length < 4; ) {
    const { code, status } = at as { code?: unknown; status?: unknown };
    const known = [code, status].find(value => typeof value === 'string' || typeof value === 'number');
    if (known !== undefined) deepest = String(known);
    words.push([at.name, known ?? '', at.message].filter(word => word !== '').join(' '));
    // Of a connection that was tried at several addresses, the first stands for all.
    at = at instanceof AggregateError ? at.errors[0] : at.cause;
  }
  return { words: words.join(', '), code: deepest };
}

interface Known {
  readonly providerCode: string;
  readonly retryAfterMs?: number;
  readonly usage?: Usage | undefined;
}

function modelError(code: OutcomeCode, detail: string, { providerCode, retryAfterMs, usage }: Known): ModelError {
  return new ModelError(code, detail.slice(0, DETAIL_CHARACTERS_MAX), {
    providerCode: plain(providerCode).slice(0, PROVIDER_CODE_CHARACTERS_MAX),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(usage === undefined ? {} : { usage }),
  });
}

/** A foreign text without what must not be told; empty when it echoes the prompt. */
export function discreet(text: string, { prompt, secrets }: Discretion): string {
  let told = text.slice(0, FOREIGN_CHARACTERS_MAX);
  for (const secret of secrets) told = told.replaceAll(secret, '…');
  if (echoes(told, prompt)) return '';
  return plain(told.replace(KEYS_AND_TOKENS, '…').replace(LONG_RUN, '…'));
}

function echoes(text: string, prompt: string): boolean {
  const [heard, said] = [flat(text), flat(prompt)];
  const length = Math.min(ECHO_CHARACTERS, said.length);
  if (length === 0) return false;
  for (let start = 0; start + length <= said.length; start++) {
    if (heard.includes(said.slice(start, start + length))) return true;
  }
  return false;
}

/** Without differences that quoting makes: line breaks, escapes, case. */
function flat(text: string): string {
  return text
    .toLowerCase()
    .replace(/\\[nrt]/g, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Printable ASCII on one line: it ends up in documents, terminals and tables. */
function plain(text: string): string {
  return text
    .replace(/[^\x20-\x7e…]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
