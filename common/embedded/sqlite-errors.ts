/**
 * Where SQLite's result codes become the seam's kinds of error. Nothing above the `sqlite*.ts` files looks at a code.
 */
import { PlatformError } from '../platform/errors.ts';

const SQLITE_BUSY = 5;
/** ERROR, TOOBIG, CONSTRAINT, MISMATCH, MISUSE, RANGE: the call is wrong. All other codes: the file cannot serve. */
const CALLERS_FAULT: ReadonlySet<number | undefined> = new Set([1, 18, 19, 20, 21, 25]);

/** What SQLite threw as a `PlatformError`; whatever is not from SQLite is passed on as it is. */
export function fault(error: unknown): unknown {
  const code = primaryCode(error);
  if (code === undefined) return error;
  const sentence = `SQLite answered code ${code}: ${(error as Error).message}.`;
  return new PlatformError(CALLERS_FAULT.has(code) ? 'invalid' : 'unavailable', sentence, { cause: error });
}

/** Another process holds the file. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === SQLITE_BUSY;
}

export function unavailable(message: string, cause: unknown): PlatformError {
  return new PlatformError('unavailable', message, { cause });
}

/** SQLite's code without its extension (https://www.sqlite.org/rescode.html), or undefined for any other error. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}
