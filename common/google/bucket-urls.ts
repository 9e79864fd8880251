/**
 * V4 signed URLs of Cloud Storage. What a URL says depends on its arguments alone, so that every process gives out the
 * same one and browsers can cache; the SDK would put its own time into it.
 * https://cloud.google.com/storage/docs/authentication/canonical-requests
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Bucket, SignedRead } from '../platform/bucket.ts';
import { PlatformError } from '../platform/errors.ts';
import { checkPath, checkSignedRead, checkSignedUpload } from '../platform/object-rules.ts';
import type { Signer } from './signer.ts';

export interface SignedUrlOptions {
  readonly bucketName: string;
  readonly endpoint: string | undefined;
  readonly clock: Clock;
  readonly signer: Signer;
}

interface Request {
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  readonly expiresAt: number;
  readonly headers?: { readonly [name: string]: string };
  readonly query?: { readonly [name: string]: string };
}

const ENDPOINT = 'https://storage.googleapis.com';
const HOUR_S = 60 * 60;
const LIFE_MAX_S = 7 * 24 * HOUR_S;
/** A signature of `signBlob` holds for at least 12 hours; the keys behind it change. */
const LIFE_USUAL_S = 12 * HOUR_S;
/** About two megabytes of URLs. */
const KEPT_MAX = 2_000;

export function signedUrls(options: SignedUrlOptions): Pick<Bucket, 'signedReadUrl' | 'signedUploadUrl'> {
  const kept = new Map<string, Promise<string>>();

  async function readUrl(path: string, { expiresAt, downloadName }: SignedRead): Promise<string> {
    const disposition = downloadName === undefined ? {} : { 'response-content-disposition': attachment(downloadName) };
    return signedUrl(options, { method: 'GET', path, expiresAt, query: disposition });
  }

  return {
    async signedReadUrl(path, read) {
      checkPath(path);
      checkSignedRead(read);
      checkLife(read.expiresAt, options.clock);
      const key = JSON.stringify([path, seconds(read.expiresAt), read.downloadName]);
      const url = kept.get(key) ?? readUrl(path, read);
      // Last in, last out; one that fails is not kept, and whoever shares it hears of it.
      kept.delete(key);
      kept.set(key, url);
      url.catch(() => kept.delete(key));
      for (const oldest of kept.keys()) {
        if (kept.size <= KEPT_MAX) break;
        kept.delete(oldest);
      }
      return url;
    },
    async signedUploadUrl(path, upload) {
      checkPath(path);
      checkSignedUpload(upload);
      checkLife(upload.expiresAt, options.clock);
      const headers = {
        'content-type': upload.contentType,
        'x-goog-content-length-range': `${upload.bytesMin},${upload.bytesMax}`,
        'x-goog-if-generation-match': '0',
      };
      const url = await signedUrl(options, { method: 'PUT', path, expiresAt: upload.expiresAt, headers });
      return { url, method: 'PUT', headers };
    },
  };
}

async function signedUrl({ bucketName, endpoint, clock, signer }: SignedUrlOptions, request: Request): Promise<string> {
  const base = (endpoint ?? ENDPOINT).replace(/\/+$/, '');
  // The host without its port, as the SDK signs it: Cloud Storage has none.
  const headers = { ...request.headers, host: new URL(base).hostname };
  const { date, life } = lifeOf(request.expiresAt, clock);
  const scope = `${date.slice(0, 8)}/auto/storage/goog4_request`;
  const query = canonicalQuery({
    'X-Goog-Algorithm': 'GOOG4-RSA-SHA256',
    'X-Goog-Credential': `${await signer.account()}/${scope}`,
    'X-Goog-Date': date,
    'X-Goog-Expires': String(life),
    'X-Goog-SignedHeaders': Object.keys(headers).sort().join(';'),
    ...request.query,
  });
  const resource = `/${bucketName}/${request.path}`;
  const canonical = [request.method, resource, query, canonicalHeaders(headers), 'UNSIGNED-PAYLOAD'].join('\n');
  const hash = createHash('sha256').update(canonical).digest('hex');
  const signature = await signer.sign(['GOOG4-RSA-SHA256', date, scope, hash].join('\n'), request.path);
  return `${base}${resource}?${query}&X-Goog-Signature=${signature.toString('hex')}`;
}

/**
 * A URL is valid from 12 hours before its end, or from 7 days before when it lives longer: a beginning that follows
 * from the end alone. A long-lived one so changes once, when its last 12 hours begin.
 */
function lifeOf(expiresAt: number, clock: Clock): { date: string; life: number } {
  const end = seconds(expiresAt);
  const span = end - seconds(clock.now()) <= LIFE_USUAL_S ? LIFE_USUAL_S : LIFE_MAX_S;
  const begin = Math.max(0, end - span);
  const date = new Date(begin * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
  return { date, life: end - begin };
}

function checkLife(expiresAt: number, clock: Clock): void {
  if (seconds(expiresAt) - clock.now() / 1000 <= LIFE_MAX_S) return;
  throw new PlatformError('invalid', 'expected a signed URL to end within 7 days');
}

function canonicalQuery(query: { readonly [name: string]: string }): string {
  const parameters = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return parameters.sort().join('&');
}

/** Ends with the list of their names, as the canonical request wants it. */
function canonicalHeaders(headers: { readonly [name: string]: string }): string {
  const names = Object.keys(headers).sort();
  const lines = names.map(name => `${name}:${headers[name]?.trim().replace(/\s+/g, ' ')}\n`);
  return `${lines.join('')}\n${names.join(';')}`;
}

/** RFC 3986: what `encodeURIComponent` leaves alone is encoded too. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The name was checked: printable ASCII, so only quotes and backslashes need care (RFC 9110, 5.6.4). */
function attachment(downloadName: string): string {
  return `attachment; filename="${downloadName.replace(/["\\]/g, '\\$&')}"`;
}

/** Rounded down: the URL must never work longer than was asked for. */
function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
