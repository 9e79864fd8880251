/**
 * The PUT of `/objects/…`: takes one upload into memory (at most the signed `bytesMax`, 20 MiB for photos) and puts it
 * into the bucket in one step, so that an upload that breaks off leaves nothing behind.
 */
import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import { ProblemError } from '../common/errors.ts';
import type { Bucket } from '../common/platform/bucket.ts';
import type { AllowedUpload } from '../common/platform/signed-objects.ts';
import type { BodyBudget } from './body-budget.ts';

export interface Receiving {
  readonly bucket: Bucket;
  /** Bounds what all uploads together hold in memory. */
  readonly budget: BodyBudget;
}

/** What may come, and where to. */
export type Expected = Omit<AllowedUpload, 'allowed' | 'expiresAt'>;

/** Answers 201. The URL only creates: a second upload is refused, whoever sends it. */
export async function receiveObject(ctx: Context, upload: Expected, { bucket, budget }: Receiving): Promise<void> {
  if (ctx.get('Content-Type') !== upload.contentType) {
    throw new ProblemError('upload_type_mismatch', {
      detail: `Send this upload as Content-Type: ${upload.contentType}.`,
    });
  }
  const announced = announcedBytes(ctx.req, upload);
  const outcome = await budget.hold(announced, async () => {
    const bytes = await readWithin(ctx.req, upload);
    return bucket.put(upload.path, bytes, { contentType: upload.contentType, ifAbsent: true });
  });
  if (outcome === 'exists') throw new ProblemError('upload_exists');
  ctx.body = null;
  ctx.status = 201;
}

/** A length that breaks the bounds is refused before anything is read; without one the upload may become the longest. */
function announcedBytes(request: IncomingMessage, bounds: Expected): number {
  const announced = request.headers['content-length'];
  if (announced === undefined) return bounds.bytesMax;
  checkLength(Number(announced), bounds);
  return Number(announced);
}

async function readWithin(request: IncomingMessage, bounds: Expected): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // The request must survive a refusal, or the client would see a broken connection instead of the answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > bounds.bytesMax) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new ProblemError('upload_too_short', { detail: 'The upload broke off.', cause: error });
  }
  // Whatever is left is read and dropped, so that the connection can be used again.
  request.resume();
  checkLength(length, bounds);
  return Buffer.concat(chunks);
}

function checkLength(bytes: number, { bytesMin, bytesMax }: Expected): void {
  if (bytes > bytesMax) throw new ProblemError('upload_too_long', { detail: `Send at most ${bytesMax} bytes.` });
  if (bytes < bytesMin) throw new ProblemError('upload_too_short', { detail: `Send at least ${bytesMin} bytes.` });
}
