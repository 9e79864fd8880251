/**
 * How the storage double gives out bytes, by the JSON API (`alt=media`) and by signed URLs alike: ranges, validators
 * and the headers that clients check the bytes with.
 */
import { ApiFault } from './api-fault.ts';
import type { Answer, Exchange } from './exchange.ts';
import type { StoredObject } from './objects.ts';

export function mediaAnswer(object: StoredObject, { headers, tamper }: Exchange): Answer {
  const etag = `"${object.md5Hash}"`;
  if (headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
  const described = { ...headersOf(object), etag };
  const range = rangeOf(headers.range, object.bytes.length);
  if (!range) return { status: 200, headers: described, body: tamper(object.bytes) };
  const { start, end } = range;
  return {
    status: 206,
    headers: { ...described, 'content-range': `bytes ${start}-${end}/${object.bytes.length}` },
    body: tamper(object.bytes.subarray(start, end + 1)),
  };
}

function headersOf(object: StoredObject): { [name: string]: string } {
  return {
    'content-type': object.contentType ?? 'application/octet-stream',
    'cache-control': object.cacheControl ?? 'private, max-age=0',
    'accept-ranges': 'bytes',
    'last-modified': new Date(object.updated).toUTCString(),
    'x-goog-generation': String(object.generation),
    'x-goog-metageneration': String(object.metageneration),
    'x-goog-hash': `crc32c=${object.crc32c},md5=${object.md5Hash}`,
    'x-goog-stored-content-encoding': 'identity',
    'x-goog-stored-content-length': String(object.bytes.length),
  };
}

/** One range with both ends, an open end, or a tail; anything else is passed over, as HTTP allows. */
function rangeOf(header: string | undefined, bytes: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const tail = match[1] === '';
  const start = tail ? Math.max(0, bytes - Number(match[2])) : Number(match[1]);
  const end = tail || match[2] === '' ? bytes - 1 : Math.min(Number(match[2]), bytes - 1);
  if (start >= bytes || end < start) {
    const message = 'The requested range cannot be satisfied.';
    throw new ApiFault(416, { reason: 'requestedRangeNotSatisfiable', code: 'InvalidRange', message });
  }
  return { start, end };
}
