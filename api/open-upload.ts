/**
 * POST /v1/uploads: an address that takes one photo of the announced type and length, straight into the bucket.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { LINES_BYTES_MAX } from '../common/batches/ndjson.ts';
import { PHOTO_BYTES_MAX } from '../common/check-photo.ts';
import { refuseField } from '../common/field-errors.ts';
import { ownerUid } from '../common/owners.ts';
import { openUpload } from '../common/uploads.ts';
import type { Api } from './api.ts';
import { ownerOf, shopperOf } from './owner-of.ts';
import { readJsonBody } from './read-json.ts';

/** The items of a batch, for a server key. */
const LINES = 'application/x-ndjson';

export const uploadFields = z
  .strictObject({
    contentType: z.enum(['image/jpeg', 'image/png', 'image/webp', LINES]),
    bytes: z.int().min(1).max(PHOTO_BYTES_MAX),
  })
  .refine(({ contentType, bytes }) => contentType !== LINES || bytes <= LINES_BYTES_MAX, {
    path: ['bytes'],
    message: `expected at most ${LINES_BYTES_MAX} for a batch`,
  });

export async function createUpload(api: Api, ctx: Context): Promise<void> {
  const fields = await readJsonBody(ctx, uploadFields);
  const { settings } = api.engine;
  const shopper = shopperOf(ctx);
  if (fields.contentType === LINES && shopper.kind !== 'server') refuseField('contentType', 'only with a server key');
  const uid = ownerUid(settings.idSecret, shopper.shop, ownerOf(ctx, shopper, settings));
  const { upload, request, expiresAt } = await openUpload(api.engine, { ...fields, shop: shopper.shop, ownerUid: uid });
  ctx.status = 201;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { uploadId: upload.id, ...request, expiresAt: new Date(expiresAt).toISOString() };
}
