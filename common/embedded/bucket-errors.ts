/**
 * Where the directory bucket turns the operating system's error codes into the seam's kinds. Nothing above it looks
 * at an errno.
 */
import { PlatformError } from '../platform/errors.ts';

/** The code of a system error such as `ENOENT`; undefined for anything that is none. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return String(error.code);
}

/** Nothing is at the path: no entry, or an object stands where a folder would have to be, or a folder stands there. */
export function isMissing(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}

/**
 * Full, read-only, forbidden, broken, out of descriptors: for the caller they are one case, `unavailable`; the cause
 * tells the operator which. Whatever is no system error (a bug, a crash point) is passed on as it is.
 */
export function translate(error: unknown, path: string): unknown {
  const code = errnoOf(error);
  if (code === undefined) return error;
  return new PlatformError('unavailable', `the bucket's directory failed at "${path}": ${code}`, { cause: error });
}

/** Runs one call of the seam; system errors leave it translated. */
export async function translated<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translate(error, path);
  }
}
