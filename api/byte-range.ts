/**
 * Reads `Range` and `If-Range` (RFC 9110, section 14) for the objects route: one range of bytes, or the whole object.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { ProblemError } from '../common/errors.ts';

/** Both ends are included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Undefined = send everything: no range asked for, several at once, a form that is not understood, or a copy that is
 * no longer current. Throws `range_not_satisfiable` when the range lies behind the end.
 */
export function requestedRange(
  headers: IncomingHttpHeaders,
  object: { readonly bytes: number; readonly etag: string },
): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range?.replaceAll(' ', '') ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (!match || (first === '' && last === '')) return undefined;
  // If-Range compares strongly, and a date never fits, because no Last-Modified is ever sent.
  const condition = headers['if-range'];
  if (condition !== undefined && condition !== `"${object.etag}"`) return undefined;
  if (first !== '' && last !== '' && Number(first) > Number(last)) return undefined;

  const start = first === '' ? Math.max(0, object.bytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? object.bytes - 1 : Math.min(Number(last), object.bytes - 1);
  if (start <= end) return { start, end };
  throw new ProblemError('range_not_satisfiable', { headers: { 'Content-Range': `bytes */${object.bytes}` } });
}
