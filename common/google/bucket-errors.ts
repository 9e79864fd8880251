/**
 * Where everything that Cloud Storage, its SDK, the token and the network can fail with becomes one of the seam's
 * kinds. Nothing above this file looks at a status or a code of Google's.
 *
 * The original error is not handed on, not even as the cause: it holds the request with its token and signed query.
 */
import { PlatformError, type PlatformErrorKind } from '../platform/errors.ts';

export interface Fault {
  readonly kind: PlatformErrorKind;
  /** The HTTP status, when there was an answer. */
  readonly status?: number;
  /** For logs and messages: `503 backendError`, `ECONNRESET`. */
  readonly code: string;
  /** The same call may succeed in a moment. */
  readonly transient: boolean;
  /** It may have been done although it failed. */
  readonly unsure: boolean;
}

/** What was tried, for the message: `store`, `cache/ab/abcd`. */
export interface Call {
  readonly what: string;
  readonly path: string;
}

/** Who was asked, by the name in messages and the event of a second try in the log. */
export interface Service {
  readonly name: string;
  readonly event: string;
}

export const CLOUD_STORAGE: Service = { name: 'Cloud Storage', event: 'storage_retry' };

const TRANSIENT_STATUSES = [408, 429, 500, 502, 503, 504];
const RATE_REASONS = ['rateLimitExceeded', 'userRateLimitExceeded'];
/** Nothing that may stand in an error's text for an operator has this many characters without a gap. */
const UNBROKEN_MAX = 60;
const TEXT_LENGTH_MAX = 300;

/** Undefined for what is no fault of the outside: an error of the seam already, or a mistake in the program. */
export function faultOf(error: unknown): Fault | undefined {
  if (!(error instanceof Error) || error instanceof PlatformError) return undefined;
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError) return undefined;
  const status = statusOf(error);
  if (status !== undefined) return statusFault(error, status);
  // Without an answer: the network, a time limit, a checksum; or credentials that could not be had at all.
  const code = textOf(error, 'code') ?? (error.name === 'FetchError' ? 'FetchError' : undefined);
  if (code === undefined) return { kind: 'unavailable', code: 'no call made', transient: false, unsure: false };
  return { kind: 'unavailable', code, transient: true, unsure: true };
}

/** The error that leaves the bucket. What is no fault of the outside is passed on as it is. */
export function translate(error: unknown, { what, path }: Call, { name } = CLOUD_STORAGE): unknown {
  const fault = faultOf(error);
  if (!fault || !(error instanceof Error)) return error;
  if (fault.kind === 'missing') return new PlatformError('missing', `there is no object "${path}"`);
  const cause = new Error(`${fault.code}: ${withoutSecrets(error.message)}`);
  return new PlatformError(fault.kind, `${name} did not ${what} "${path}": ${fault.code}`, { cause });
}

/** One line without tokens, signatures and queries, short enough for a log. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/\bBearer\s+\S+/gi, 'Bearer …')
    .replace(/\bya29\.\S+/g, '…')
    .replace(/\?\S+/g, '?…')
    .replace(new RegExp(`[\\w.+/=%-]{${UNBROKEN_MAX},}`, 'g'), '…')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, TEXT_LENGTH_MAX);
}

function statusFault(error: Error, status: number): Fault {
  const reason = reasonOf(error);
  const damagedOnTheWay = status === 400 && /\b(crc32c|md5)\b.*match/i.test(error.message);
  const transient =
    TRANSIENT_STATUSES.includes(status) || status === 412 || damagedOnTheWay || RATE_REASONS.includes(reason ?? '');
  return {
    kind: damagedOnTheWay ? 'unavailable' : kindOf(error, status),
    status,
    code: reason ? `${status} ${reason}` : String(status),
    transient,
    // A refusal that says 429 or 4xx has done nothing; behind a 408 or 5xx anything may have happened.
    unsure: status === 408 || status >= 500,
  };
}

/** Only answers about the object may be `missing` or `invalid`: tokens and IAM have 400 and 404 of their own. */
function kindOf(error: Error, status: number): PlatformErrorKind {
  if ('config' in error || /bucket does not exist/i.test(error.message)) return 'unavailable';
  if (status === 404) return 'missing';
  if (status === 400 || status === 413 || status === 416) return 'invalid';
  return status === 412 ? 'contended' : 'unavailable';
}

function statusOf(error: Error): number | undefined {
  const { status, code } = error as { status?: unknown; code?: unknown };
  for (const value of [status, code]) {
    const number = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && number >= 100 && number < 600) return number;
  }
  return undefined;
}

/** `errors[0].reason` of the JSON API. */
function reasonOf(error: Error): string | undefined {
  const { errors } = error as { errors?: unknown };
  const [first] = Array.isArray(errors) ? errors : [];
  return first instanceof Object ? textOf(first, 'reason') : undefined;
}

function textOf(holder: object, key: string): string | undefined {
  const value: unknown = Reflect.get(holder, key);
  return typeof value === 'string' && /^[\w-]{1,60}$/.test(value) ? value : undefined;
}
