/**
 * What a seam may throw. Each platform translates its SDK's or engine's faults into one of these in one place, so
 * that the domain, the API and the worker decide by `kind` and never by a foreign error code.
 */
export type PlatformErrorKind =
  /** The backing service cannot be reached or cannot write (disk full, no network). Nothing is known to be done. */
  | 'unavailable'
  /** A transaction lost against others until its tries ran out. Nothing was written; the caller may try later. */
  | 'contended'
  /** The object or document that the call needs is not there. */
  | 'missing'
  /** What is stored there is broken: asking again does not help, writing it anew does. */
  | 'damaged'
  /** The call itself is wrong (bad path, bad cursor): a bug or bad input, never worth a retry. */
  | 'invalid';

export class PlatformError extends Error {
  readonly kind: PlatformErrorKind;

  constructor(kind: PlatformErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PlatformError';
    this.kind = kind;
  }
}

export function isPlatformError(error: unknown, kind?: PlatformErrorKind): error is PlatformError {
  return error instanceof PlatformError && (kind === undefined || error.kind === kind);
}
