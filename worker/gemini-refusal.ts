/**
 * Reads an HTTP error of Gemini: the status, and what the body says in the forms of Google's error model
 * (google.rpc.Status with ErrorInfo, QuotaFailure and RetryInfo). Any other body, a proxy's page say, is no error here.
 */

export interface Refusal {
  readonly httpStatus: number;
  /** Google's name of it, such as `RESOURCE_EXHAUSTED`; empty when the body is none of Google's. */
  readonly status: string;
  readonly message: string;
  /** Of ErrorInfo, such as `API_KEY_INVALID`. */
  readonly reasons: readonly string[];
  /** Of QuotaFailure: which quotas the call would have exceeded. */
  readonly quotas: readonly { readonly id: string; readonly value: string }[];
  /** From RetryInfo, else from Retry-After; never more than `RETRY_AFTER_MAX_MS`. */
  readonly retryAfterMs?: number;
}

/** Whoever asks for more than an hour is asked again after an hour: the time may be a mistake, the quota be raised. */
export const RETRY_AFTER_MAX_MS = 60 * 60_000;

/** `Date.parse` alone takes almost anything for a date. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

type Json = { readonly [name: string]: unknown };

export function readRefusal(
  { status: httpStatus, headers }: { readonly status: number; readonly headers: Headers },
  body: string,
  nowMs: number,
): Refusal {
  const error = errorOf(body);
  const details = list(error.details);
  const retryAfterMs =
    details.map(detail => durationMs(detail.retryDelay)).find(ms => ms !== undefined) ??
    headerMs(headers.get('retry-after'), nowMs);
  return {
    httpStatus,
    status: text(error.status),
    message: text(error.message),
    reasons: details.map(detail => text(detail.reason)).filter(reason => reason !== ''),
    quotas: details
      .flatMap(detail => list(detail.violations))
      .map(({ quotaId, quotaMetric, quotaValue }) => ({
        id: text(quotaId) || text(quotaMetric),
        value: text(quotaValue),
      })),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Vertex AI wraps some errors into a list of one. */
function errorOf(body: string): Json {
  try {
    const parsed: unknown = JSON.parse(body);
    return object(object(Array.isArray(parsed) ? parsed[0] : parsed).error);
  } catch {
    return {};
  }
}

/** A protobuf duration in JSON, such as `27.5s`. A negative one, or one that is none, says nothing. */
function durationMs(value: unknown): number | undefined {
  const [, seconds] = /^(\d{1,30}(?:\.\d{1,30})?)s$/.exec(text(value)) ?? [];
  return seconds === undefined ? undefined : clamped(Math.ceil(Number(seconds) * 1_000));
}

/** Seconds or a date, RFC 9110 section 10.2.3. */
function headerMs(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,30}$/.test(value)) return clamped(Number(value) * 1_000);
  return HTTP_DATE.test(value) ? clamped(Date.parse(value) - nowMs) : undefined;
}

function clamped(ms: number): number {
  // NaN, of a date such as the 99th of a month, asks for nothing.
  return Math.min(RETRY_AFTER_MAX_MS, Math.max(0, ms || 0));
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(object) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
