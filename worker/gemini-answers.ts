/**
 * The one table of what Gemini answers and what that means for the attempt: every HTTP status, every reason to block or
 * to stop, and every way in which no answer is had. Nothing else in the code maps an answer of Gemini to an outcome;
 * `common/outcomes.ts` says what follows. The keys are the words of docs/outcomes.md, and each row has its test.
 */
import type { BlockedReason, FinishReason } from '@google/genai';
import type { OutcomeCode } from '../common/outcomes.ts';
import type { Refusal } from './gemini-refusal.ts';

export interface RefusalRow {
  readonly code: OutcomeCode;
  /** Whether the time that the provider names (RetryInfo, else Retry-After) is handed on. */
  readonly waits: boolean;
  readonly matches: (refusal: Refusal) => boolean;
}

export interface FinishRow {
  /** When the answer has no picture, or none that counts. */
  readonly code: OutcomeCode;
  /**
   * Which picture counts: `none`, however good; `final`, not one out of the model's thoughts, which is a draft; `any` =
   * a draft where there is no other. Not `none` means that nothing is said against showing it, and it is paid for.
   */
  readonly picture: 'none' | 'final' | 'any';
}

/** Longer than a quota per minute can ask for: whoever names such a time means a day or a budget. */
const MINUTE_QUOTA_WAIT_MS = 5 * 60_000;
/** As the API words it. The usual 429 also names "billing details", so that word alone proves nothing. */
const OUT_OF_MONEY = /prepay|credits? (is|are|has|have) |spending (cap|limit)|spend[- ]based|out of credits/i;
const NAMES_A_MODEL = /\bmodels?\b/i;

const stays = (code: OutcomeCode, matches: RefusalRow['matches']): RefusalRow => ({ code, waits: false, matches });
const waits = (code: OutcomeCode, matches: RefusalRow['matches']): RefusalRow => ({ code, waits: true, matches });
const status = (wanted: number) => (refusal: Refusal) => refusal.httpStatus === wanted;
const class_ = (hundreds: number) => (refusal: Refusal) => Math.floor(refusal.httpStatus / 100) === hundreds;
const both = (first: RefusalRow['matches'], second: RefusalRow['matches']) => (refusal: Refusal) =>
  first(refusal) && second(refusal);

/**
 * By HTTP status; the first row that matches counts, so no key may be a mere number: JavaScript puts those first. The
 * body may be Google's, a proxy's, or missing.
 */
export const REFUSALS = {
  'a redirect (3xx): never followed, the key would go with it': stays('unknown', class_(3)),
  '400 with reason API_KEY_…': stays(
    'bad_key',
    both(status(400), ({ reasons }) => reasons.some(reason => reason.startsWith('API_KEY_'))),
  ),
  '400 FAILED_PRECONDITION: location or billing of the account': stays(
    'bad_key',
    both(status(400), refusal => refusal.status === 'FAILED_PRECONDITION'),
  ),
  '400 otherwise': stays('invalid_input', status(400)),
  '401: no valid credentials': stays('bad_key', status(401)),
  '402: to be paid first': stays('quota_exhausted', status(402)),
  '403 with reason BILLING_DISABLED': stays(
    'quota_exhausted',
    both(status(403), ({ reasons }) => reasons.includes('BILLING_DISABLED')),
  ),
  '403 otherwise': stays('bad_key', status(403)),
  '404 NOT_FOUND that names the model': stays(
    'model_retired',
    both(status(404), refusal => refusal.status === 'NOT_FOUND' && NAMES_A_MODEL.test(refusal.message)),
  ),
  '404 otherwise: a wrong address': stays('unknown', status(404)),
  '408: the request took too long': stays('timeout', status(408)),
  '409: a conflict inside the provider': stays('overloaded', status(409)),
  '413: the request is too large': stays('invalid_input', status(413)),
  '429, a quota per day': stays(
    'quota_exhausted',
    both(status(429), ({ quotas }) => quotas.some(quota => /PerDay/i.test(quota.id))),
  ),
  '429, a quota of zero': stays(
    'quota_exhausted',
    both(status(429), ({ quotas }) => quotas.some(quota => quota.value === '0')),
  ),
  '429, credits or spending cap used up': stays(
    'quota_exhausted',
    both(status(429), ({ message }) => OUT_OF_MONEY.test(message)),
  ),
  '429 that asks for more than five minutes': waits(
    'quota_exhausted',
    both(status(429), ({ retryAfterMs = 0 }) => retryAfterMs > MINUTE_QUOTA_WAIT_MS),
  ),
  '429 with reason MODEL_CAPACITY_EXHAUSTED': waits(
    'overloaded',
    both(status(429), ({ reasons }) => reasons.includes('MODEL_CAPACITY_EXHAUSTED')),
  ),
  '429 otherwise: per minute, or without details': waits('rate_limited', status(429)),
  '499: cancelled on the way': stays('connection_lost', status(499)),
  '500: a fault of the provider': waits('overloaded', status(500)),
  '501: not implemented': stays('unknown', status(501)),
  '502: a fault on the way': waits('overloaded', status(502)),
  '503: overloaded or down': waits('overloaded', status(503)),
  '504: not done in time': waits('overloaded', status(504)),
  'another 4xx': stays('unknown', class_(4)),
  'another 5xx': waits('overloaded', class_(5)),
  'any other status': stays('unknown', () => true),
} as const satisfies { readonly [came: string]: RefusalRow };

/** Faults without an HTTP status, or in spite of a good one. */
export const FAULTS = {
  'not in the catalogue: nothing is sent': 'model_retired',
  'a key that no header can carry: nothing is sent': 'bad_key',
  'credentials of the project are refused: nothing is sent': 'bad_key',
  'credentials of the project cannot be had: nothing is sent': 'overloaded',
  'no connection (refused, DNS, TLS): nothing is sent': 'overloaded',
  'the connection broke after the request was sent': 'connection_lost',
  'an answer that stops before its end': 'connection_lost',
  'no answer, or no more of it, in time': 'timeout',
  'an answer beyond the size limit': 'unknown',
  'a success that is no JSON object': 'unknown',
  'a fault inside the SDK': 'unknown',
  'a success without a candidate': 'no_image',
  'a picture that is empty or no base64': 'unreadable_image',
} as const satisfies { readonly [came: string]: OutcomeCode };

/** `promptFeedback.blockReason`. Whatever stands there, the prompt was blocked: a reason not listed counts alike. */
export const BLOCK_REASONS = {
  BLOCKED_REASON_UNSPECIFIED: 'content_blocked',
  SAFETY: 'content_blocked',
  OTHER: 'content_blocked',
  BLOCKLIST: 'content_blocked',
  PROHIBITED_CONTENT: 'content_blocked',
  IMAGE_SAFETY: 'content_blocked',
  MODEL_ARMOR: 'content_blocked',
  JAILBREAK: 'content_blocked',
  'any other': 'content_blocked',
} as const satisfies Record<`${BlockedReason}` | 'any other', OutcomeCode>;

const finished: FinishRow = { code: 'no_image', picture: 'any' };
const brokenOff: FinishRow = { code: 'no_image', picture: 'final' };
const blocked: FinishRow = { code: 'content_blocked', picture: 'none' };

/** `finishReason` of the candidate. One that is not listed may be a new way to block: its picture is not shown. */
export const FINISH_REASONS = {
  STOP: finished,
  FINISH_REASON_UNSPECIFIED: finished,
  none: finished,
  MAX_TOKENS: brokenOff,
  LANGUAGE: brokenOff,
  OTHER: brokenOff,
  NO_IMAGE: brokenOff,
  IMAGE_OTHER: brokenOff,
  CONTINUATION: brokenOff,
  MALFORMED_RESPONSE: brokenOff,
  MALFORMED_FUNCTION_CALL: brokenOff,
  UNEXPECTED_TOOL_CALL: brokenOff,
  TOO_MANY_TOOL_CALLS: brokenOff,
  SAFETY: blocked,
  BLOCKLIST: blocked,
  PROHIBITED_CONTENT: blocked,
  SPII: blocked,
  RECITATION: blocked,
  IMAGE_SAFETY: blocked,
  IMAGE_PROHIBITED_CONTENT: blocked,
  IMAGE_RECITATION: blocked,
  'any other': { code: 'unknown', picture: 'none' },
} as const satisfies Record<`${FinishReason}` | 'none' | 'any other', FinishRow>;

export type FaultName = keyof typeof FAULTS;

export function refusalRow(refusal: Refusal): RefusalRow {
  return Object.values<RefusalRow>(REFUSALS).find(row => row.matches(refusal)) ?? REFUSALS['any other status'];
}

export function blockCode(reason: string): OutcomeCode {
  return own(BLOCK_REASONS, reason) ?? BLOCK_REASONS['any other'];
}

export function finishRow(reason: string | undefined): FinishRow {
  return own(FINISH_REASONS, reason ?? 'none') ?? FINISH_REASONS['any other'];
}

/** What an answer names may be anything, `constructor` included. */
function own<T>(table: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
