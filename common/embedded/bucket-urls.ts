/**
 * Signed URLs of the directory bucket: `{base}/objects/{path}?expires=…&…&signature=…`, served by `api/objects.ts`.
 * The HMAC covers method, path and every parameter in its order, so that nothing can be changed, added or left out.
 * It does not cover the host: the service stays reachable under several.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Bucket, SignedRead, SignedUpload } from '../platform/bucket.ts';
import { checkPath, checkSignedRead, checkSignedUpload } from '../platform/object-rules.ts';
import type { AllowedRead, AllowedUpload, SignedObjects } from '../platform/signed-objects.ts';

export interface UrlOptions {
  /** Asked at each signing, because the port is known only once the API listens. */
  readonly baseUrl: () => string;
  readonly signingKey: Uint8Array;
  readonly clock: Clock;
}

type Parameters = [name: string, value: string][];
type Purpose = 'GET' | 'PUT';

const ROUTE = '/objects/';

export function signedUrls(options: UrlOptions): Pick<Bucket, 'signedReadUrl' | 'signedUploadUrl'> & SignedObjects {
  const { baseUrl, signingKey, clock } = options;
  const urlOf = (purpose: Purpose, path: string, parameters: Parameters) => {
    const query = new URLSearchParams(parameters);
    query.append('signature', signature(signingKey, { purpose, path, parameters }));
    return `${baseUrl().replace(/\/+$/, '')}${ROUTE}${path}?${query}`;
  };

  return {
    async signedReadUrl(path, read) {
      checkPath(path);
      checkSignedRead(read);
      return urlOf('GET', path, readParameters(read));
    },
    async signedUploadUrl(path, upload) {
      checkPath(path);
      checkSignedUpload(upload);
      const url = urlOf('PUT', path, uploadParameters(upload));
      return { url, method: 'PUT', headers: { 'content-type': upload.contentType } };
    },
    verify({ method, url }) {
      const purpose = purposeOf(method);
      const request = parseUrl(url);
      if (!purpose || !request) return { refused: 'forbidden' };
      const expected = signature(signingKey, { purpose, ...request });
      if (!equalInConstantTime(expected, request.given)) return { refused: 'forbidden' };
      const access = purpose === 'GET' ? allowedRead(request) : allowedUpload(request);
      return clock.now() < access.expiresAt ? access : { refused: 'expired' };
    },
  };
}

function purposeOf(method: string): Purpose | undefined {
  if (method === 'GET' || method === 'HEAD') return 'GET';
  return method === 'PUT' ? 'PUT' : undefined;
}

function readParameters({ expiresAt, downloadName }: SignedRead): Parameters {
  return [
    ['expires', seconds(expiresAt)],
    ...(downloadName === undefined ? [] : [['download', downloadName] satisfies Parameters[number]]),
  ];
}

function uploadParameters({ expiresAt, contentType, bytesMin, bytesMax }: SignedUpload): Parameters {
  return [
    ['expires', seconds(expiresAt)],
    ['type', contentType],
    ['min', String(bytesMin)],
    ['max', String(bytesMax)],
  ];
}

/** Rounded down: the URL must never work longer than was asked for. */
function seconds(ms: number): string {
  return String(Math.floor(ms / 1000));
}

/** JSON keeps the parts apart: no two different requests have the same text. */
function signature(key: Uint8Array, signed: { purpose: Purpose; path: string; parameters: Parameters }): string {
  const text = JSON.stringify(['easel-object-1', signed.purpose, signed.path, signed.parameters]);
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** The signature has to come last and once; a second one would count among the signed parameters and not fit. */
function parseUrl(url: string): { path: string; parameters: Parameters; given: string } | undefined {
  const queryAt = url.indexOf('?');
  if (!url.startsWith(ROUTE) || queryAt < 0) return undefined;
  const path = url.slice(ROUTE.length, queryAt);
  const parameters = [...new URLSearchParams(url.slice(queryAt))];
  const last = parameters.pop();
  if (last?.[0] !== 'signature') return undefined;
  return { path, parameters, given: last[1] };
}

/** Compares the text, not the bytes it stands for: base64url has several spellings of the same bytes. */
function equalInConstantTime(expected: string, given: string): boolean {
  const expectedBytes = Buffer.from(expected);
  const givenBytes = Buffer.from(given);
  return expectedBytes.length === givenBytes.length && timingSafeEqual(expectedBytes, givenBytes);
}

/** Called after the signature was found good: the parameters are the ones that were signed here. */
function allowedRead({ path, parameters }: { path: string; parameters: Parameters }): AllowedRead {
  const { expires, download } = Object.fromEntries(parameters);
  return {
    allowed: 'read',
    path,
    expiresAt: Number(expires) * 1000,
    ...(download === undefined ? {} : { downloadName: download }),
  };
}

function allowedUpload({ path, parameters }: { path: string; parameters: Parameters }): AllowedUpload {
  const { expires, type, min, max } = Object.fromEntries(parameters);
  return {
    allowed: 'upload',
    path,
    expiresAt: Number(expires) * 1000,
    contentType: String(type),
    bytesMin: Number(min),
    bytesMax: Number(max),
  };
}
