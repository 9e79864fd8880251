/**
 * An order without a picture: ties a kept photo to the order. The photo then lives as long as what was sold, and stands
 * in the list of orders that wait for a picture until there is one.
 */
import { jobs, uploads } from '../collections.ts';
import type { Upload } from '../documents.ts';
import type { Engine } from '../engine.ts';
import { ORDERS_MAX, order } from '../jobs/order.ts';
import { keptPath } from '../picture.ts';
import { isPlatformError } from '../platform/errors.ts';

export type OrderedPhoto =
  | { readonly kind: 'ordered'; readonly upload: Upload }
  /** Not there, not kept, or not kept any more. */
  | { readonly kind: 'missing' | 'full' };

/** Idempotent for an order id; said again, it also completes what was cut off. */
export async function orderPhoto(engine: Engine, uploadId: string, orderId: string): Promise<OrderedPhoto> {
  const noted = await engine.store.transaction(async (tx): Promise<OrderedPhoto> => {
    const now = engine.clock.now();
    const before = await tx.get(uploads, uploadId);
    if (before?.keptAt === undefined || before.expireAt <= now) return { kind: 'missing' };
    const { orderIds = [], jobId } = before;
    if (orderIds.includes(orderId)) return { kind: 'ordered', upload: before };
    if (orderIds.length >= ORDERS_MAX) return { kind: 'full' };
    const isDrawn = jobId !== undefined && (await tx.get(jobs, jobId))?.status === 'succeeded';
    const expireAt = Math.max(before.expireAt, now + engine.settings.orderRetentionMs);
    const tied = { ...before, orderIds: [...orderIds, orderId], orderedAt: now, expireAt };
    const upload: Upload = isDrawn ? tied : { ...tied, waits: true };
    tx.set(uploads, upload);
    return { kind: 'ordered', upload };
  });
  if (noted.kind !== 'ordered') return noted;
  const upload = await moved(engine, noted.upload);
  if (!upload) return { kind: 'missing' };
  if (upload.jobId !== undefined) await order(engine, upload.jobId, orderId);
  return { kind: 'ordered', upload };
}

/** With the photo in the folder of orders. Undefined when it was erased meanwhile: then nothing may be kept. */
async function moved(engine: Engine, upload: Upload): Promise<Upload | undefined> {
  const { bucket, store } = engine;
  const path = keptPath(upload, 'photo');
  try {
    await (upload.path === path ? bucket.touch(path) : bucket.copy(upload.path, path));
  } catch (error) {
    if (!isPlatformError(error, 'missing')) throw error;
    engine.log.error('ordered photo is gone', { reason: upload.id });
    return upload;
  }
  const after = await store.transaction(async tx => {
    const now = await tx.get(uploads, upload.id);
    if (now) tx.set(uploads, { ...now, path });
    return now && { ...now, path };
  });
  if (!after) await bucket.delete(path);
  return after;
}
