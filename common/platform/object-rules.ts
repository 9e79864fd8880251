/**
 * What the bucket seam accepts, checked before anything is done, so that both platforms refuse the same calls with the
 * same kind (`invalid`). A path that passes can name neither a hidden file nor anything outside the bucket.
 */
import type { ObjectInput, SignedRead, SignedUpload } from './bucket.ts';
import { PlatformError } from './errors.ts';

const PATH_LENGTH_MAX = 200;
const PATH = /^[a-z0-9_-]+(\/[a-z0-9_-]+)*$/;
const PREFIX = /^([a-z0-9_-]+\/)*[a-z0-9_-]*$/;
const METADATA_KEY = /^[a-zA-Z0-9]{1,40}$/;
const METADATA_BYTES_MAX = 4096;
/** Goes into a response header as it is, so it must not be able to end one. */
const CONTENT_TYPE = /^[a-zA-Z0-9][\w!#$&^.+-]*\/[a-zA-Z0-9][\w!#$&^.+-]*(; ?[\x20-\x7e]+)?$/;
const CONTENT_TYPE_LENGTH_MAX = 200;
const DOWNLOAD_NAME = /^[\x20-\x7e]{1,200}$/;
const LIST_LIMIT_MAX = 1000;

export function isObjectPath(path: string): boolean {
  return path.length <= PATH_LENGTH_MAX && PATH.test(path);
}

export function checkPath(path: string): void {
  if (!isObjectPath(path))
    refuse(`expected 1 to 200 characters a-z 0-9 _ - in segments split by "/", got ${show(path)}`);
}

export function checkInput(input: ObjectInput): void {
  checkContentType(input.contentType);
  let bytes = 0;
  for (const [key, value] of Object.entries(input.metadata ?? {})) {
    if (!METADATA_KEY.test(key)) refuse(`expected a metadata key of 1 to 40 letters and digits, got ${show(key)}`);
    // Half a surrogate pair has no UTF-8 form: it would come back changed from a platform that sends it as text.
    if (typeof value !== 'string' || !value.isWellFormed()) refuse(`expected well-formed text in metadata "${key}"`);
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > METADATA_BYTES_MAX) refuse(`expected at most ${METADATA_BYTES_MAX} bytes of metadata, got ${bytes}`);
}

export function checkList(prefix: string, options: { readonly limit: number; readonly after?: string }): void {
  if (prefix.length > PATH_LENGTH_MAX || !PREFIX.test(prefix)) {
    refuse(`expected the beginning of a path as prefix, got ${show(prefix)}`);
  }
  checkInteger('limit', options.limit, { min: 1, max: LIST_LIMIT_MAX });
  if (options.after !== undefined) checkPath(options.after);
}

export function checkRange(range: { readonly start: number; readonly end: number }): void {
  checkInteger('start', range.start, { min: 0 });
  checkInteger('end', range.end, { min: range.start });
}

export function checkSignedRead(options: SignedRead): void {
  checkInteger('expiresAt', options.expiresAt, { min: 0 });
  if (options.downloadName !== undefined && !DOWNLOAD_NAME.test(options.downloadName)) {
    refuse(`expected a download name of 1 to 200 printable ASCII characters, got ${show(options.downloadName)}`);
  }
}

export function checkSignedUpload(options: SignedUpload): void {
  checkInteger('expiresAt', options.expiresAt, { min: 0 });
  checkContentType(options.contentType);
  checkInteger('bytesMin', options.bytesMin, { min: 0 });
  checkInteger('bytesMax', options.bytesMax, { min: options.bytesMin });
}

function checkContentType(contentType: string): void {
  if (contentType.length > CONTENT_TYPE_LENGTH_MAX || !CONTENT_TYPE.test(contentType)) {
    refuse(`expected a content type such as image/png, got ${show(contentType)}`);
  }
}

function checkInteger(name: string, value: number, { min, max }: { min: number; max?: number }): void {
  if (Number.isSafeInteger(value) && value >= min && value <= (max ?? value)) return;
  refuse(`expected ${name} to be an integer from ${min}${max === undefined ? '' : ` to ${max}`}, got ${value}`);
}

/** Bad input may be long or unprintable; the message that quotes it is neither. */
function show(text: string): string {
  return JSON.stringify(text.slice(0, 80)) + (text.length > 80 ? ` (${text.length} characters)` : '');
}

function refuse(message: string): never {
  throw new PlatformError('invalid', message);
}
