/**
 * `/objects/…`: serves the signed URLs of a bucket that cannot serve them itself (the embedded one). Who may do what
 * stands in the URL; this route holds the request to it and speaks HTTP: ranges, validators, caching.
 */
import type { Readable } from 'node:stream';
import type { Context, Middleware } from 'koa';
import type { Clock } from '../common/clock.ts';
import { ProblemError } from '../common/errors.ts';
import type { Bucket, ObjectStat } from '../common/platform/bucket.ts';
import { isPlatformError } from '../common/platform/errors.ts';
import type { AllowedRead, SignedObjects } from '../common/platform/signed-objects.ts';
import { createBodyBudget } from './body-budget.ts';
import { type ByteRange, requestedRange } from './byte-range.ts';
import { clientHas } from './etag.ts';
import { receiveObject } from './object-upload.ts';

export interface ObjectRouteOptions {
  readonly bucket: Bucket;
  readonly signedObjects: SignedObjects;
  readonly clock: Clock;
}

/**
 * On every answer, refusals too. Any page may show a picture; reading it, as a canvas does, takes CORS as everywhere. What a
 * user uploaded must not run as a page of this origin: hence nosniff and sandbox.
 */
const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};
const METHODS = ['GET', 'HEAD', 'PUT'];
/** Six photos of the largest size at once; a further upload is told to come back. */
const UPLOAD_BYTES_IN_FLIGHT_MAX = 128 * 2 ** 20;
/** An object that is replaced at each of so many tries in a row is not read by anyone in time. */
const VERSION_TRIES = 5;

export function objectRoutes({ bucket, signedObjects, clock }: ObjectRouteOptions): Middleware {
  const budget = createBodyBudget(UPLOAD_BYTES_IN_FLIGHT_MAX);
  return async (ctx, next) => {
    if (!ctx.path.startsWith('/objects/')) return next();
    ctx.set(HEADERS);
    if (!METHODS.includes(ctx.method)) {
      throw new ProblemError('method_not_allowed', { headers: { Allow: METHODS.join(', ') } });
    }
    const access = signedObjects.verify({ method: ctx.method, url: `${ctx.path}${ctx.search}` });
    if ('refused' in access) throw new ProblemError(access.refused === 'expired' ? 'url_expired' : 'url_invalid');
    if (access.allowed === 'upload') return receiveObject(ctx, access, { bucket, budget });
    return sendObject(ctx, { bucket, access, nowMs: clock.now() });
  };
}

interface Sending {
  readonly bucket: Bucket;
  readonly access: AllowedRead;
  readonly nowMs: number;
}

/**
 * Asks for the object's stat before and after it is opened: when the ETag is the same, what was opened is the version
 * that the headers describe. Otherwise bytes of one version would be cached under the ETag of another.
 */
async function sendObject(ctx: Context, { bucket, access, nowMs }: Sending): Promise<void> {
  for (let triesLeft = VERSION_TRIES; triesLeft > 0; triesLeft--) {
    const stat = await bucket.stat(access.path);
    if (!stat) throw new ProblemError('not_found');
    if (clientHas(ctx, `"${stat.etag}"`)) return answerNotModified(ctx, stat, { access, nowMs });
    if (ctx.method === 'HEAD') return describe(ctx, stat, { access, nowMs });
    const range = requestedRange(ctx.headers, stat);
    const body = await openVersion(bucket, stat, range);
    if (!body) continue;
    describe(ctx, stat, { access, nowMs, range });
    // Koa destroys the stream when the client goes away, and cuts the connection when the stream fails.
    ctx.body = body;
    return;
  }
  throw new ProblemError('unavailable', { headers: { 'Retry-After': '1' } });
}

/** The bytes of exactly this version; undefined when the object was replaced or deleted meanwhile. */
async function openVersion(bucket: Bucket, stat: ObjectStat, range?: ByteRange): Promise<Readable | undefined> {
  let body: Readable;
  try {
    body = await bucket.read(stat.path, range);
  } catch (error) {
    // `invalid`: the version that stands there now is shorter than the range.
    if (isPlatformError(error, 'missing') || (range && isPlatformError(error, 'invalid'))) return undefined;
    throw error;
  }
  try {
    if ((await bucket.stat(stat.path))?.etag === stat.etag) return body;
  } catch (error) {
    body.destroy();
    throw error;
  }
  body.destroy();
  return undefined;
}

interface Answering {
  readonly access: AllowedRead;
  readonly nowMs: number;
  readonly range?: ByteRange | undefined;
}

function answerNotModified(ctx: Context, stat: ObjectStat, answering: Answering): void {
  setValidators(ctx, stat, answering);
  ctx.status = 304;
}

function describe(ctx: Context, stat: ObjectStat, answering: Answering): void {
  const { access, range } = answering;
  setValidators(ctx, stat, answering);
  ctx.status = range ? 206 : 200;
  if (range) ctx.set('Content-Range', `bytes ${range.start}-${range.end}/${stat.bytes}`);
  ctx.set('Accept-Ranges', 'bytes');
  ctx.set('Content-Type', stat.contentType);
  ctx.set('Content-Length', String(range ? range.end - range.start + 1 : stat.bytes));
  ctx.set('Content-Disposition', disposition(access.downloadName));
}

/** Nobody keeps the picture longer than the URL would give it out. */
function setValidators(ctx: Context, stat: ObjectStat, { access, nowMs }: Answering): void {
  ctx.set('ETag', `"${stat.etag}"`);
  ctx.set('Cache-Control', `private, max-age=${Math.max(0, Math.floor((access.expiresAt - nowMs) / 1000))}`);
}

/** The name was signed here and is printable ASCII; only quotes and backslashes need care (RFC 9110, 5.6.4). */
function disposition(downloadName: string | undefined): string {
  return downloadName === undefined ? 'inline' : `attachment; filename="${downloadName.replace(/["\\]/g, '\\$&')}"`;
}
