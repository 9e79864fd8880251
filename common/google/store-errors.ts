/**
 * Translates what the Firestore SDK throws into the errors of the seam, and tells which of it may pass when tried
 * again. No other file knows Firestore's codes.
 */
import { PlatformError, type PlatformErrorKind } from '../platform/errors.ts';

/** Of gRPC; https://grpc.io/docs/guides/status-codes. 409 is what ABORTED becomes over REST. */
const KINDS: ReadonlyMap<unknown, PlatformErrorKind> = new Map<unknown, PlatformErrorKind>([
  [3, 'invalid'], // INVALID_ARGUMENT: a value that Firestore does not take, a document over 1 MiB
  [9, 'invalid'], // FAILED_PRECONDITION: no index covers the query
  [11, 'invalid'], // OUT_OF_RANGE
  [10, 'contended'], // ABORTED
  [409, 'contended'],
]);

/** CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, INTERNAL, UNAVAILABLE, UNAUTHENTICATED. */
const PASSING: ReadonlySet<unknown> = new Set([1, 2, 4, 8, 13, 14, 16]);
/** DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE: the SDK itself has tried a read five times over 8 s by then. */
const TRIED_BY_SDK: ReadonlySet<unknown> = new Set([4, 13, 14]);

/** Passes the answer of a call to the SDK on, its errors translated. */
export async function told<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw translate(error);
  }
}

/** For calls that check their arguments before they send anything: what they throw is `invalid`. */
export function checked<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    throw new PlatformError('invalid', `Firestore does not take this: ${messageOf(error)}`, { cause: error });
  }
}

/** Everything unknown is `unavailable`: no permission, no credentials, no such database, no network. */
export function translate(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  const kind = isExpired(error) ? 'contended' : (KINDS.get(codeOf(error)) ?? 'unavailable');
  return new PlatformError(kind, `Firestore: ${messageOf(error)}`, { cause: error });
}

/** Why a try failed that may succeed the next time, if it is one of those. */
export function passing(error: unknown, phase: 'read' | 'commit'): 'contended' | 'unavailable' | undefined {
  const code = codeOf(error);
  if (KINDS.get(code) === 'contended' || isExpired(error)) return 'contended';
  return PASSING.has(code) && !(phase === 'read' && TRIED_BY_SDK.has(code)) ? 'unavailable' : undefined;
}

/** A transaction that took too long is answered with INVALID_ARGUMENT, so that only the text tells. */
function isExpired(error: unknown): boolean {
  return codeOf(error) === 3 && /transaction (has expired|is invalid or closed)/i.test(messageOf(error));
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
