/**
 * Takes a `multipart/related` upload apart: a JSON part that describes the object, then its bytes.
 */
import { badRequest } from './api-fault.ts';

export interface Upload {
  readonly resource: { readonly [key: string]: unknown };
  /** The `Content-Type` of the second part, which counts when the description names none. */
  readonly contentType: string;
  readonly bytes: Buffer;
}

export function parseUpload(contentType: string, body: Buffer): Upload {
  const boundary = /^multipart\/related;.*\bboundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  if (!boundary) throw badRequest('Missing multipart boundary.');
  const delimiter = `--${boundary[1] ?? boundary[2]}`;
  const first = body.indexOf(delimiter);
  const second = body.indexOf(`\r\n${delimiter}`, first + delimiter.length);
  const end = body.lastIndexOf(`\r\n${delimiter}--`);
  if (first !== 0 || second < 0 || end <= second) throw badRequest('Malformed multipart body.');
  const description = partOf(body.subarray(delimiter.length, second));
  const content = partOf(body.subarray(second + 2 + delimiter.length, end));
  return { resource: parseJson(description.bytes), contentType: content.contentType, bytes: content.bytes };
}

export function parseJson(bytes: Buffer): { [key: string]: unknown } {
  try {
    const value: unknown = bytes.length === 0 ? {} : JSON.parse(bytes.toString());
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Falls through to the refusal.
  }
  throw badRequest('Parse Error');
}

function partOf(part: Buffer): { contentType: string; bytes: Buffer } {
  const headEnd = part.indexOf('\r\n\r\n');
  if (headEnd < 0) throw badRequest('Malformed multipart body.');
  const head = part.subarray(0, headEnd).toString('latin1');
  const type = /^content-type:\s*(.+?)\s*$/im.exec(head);
  return { contentType: type?.[1] ?? 'application/octet-stream', bytes: part.subarray(headEnd + 4) };
}
