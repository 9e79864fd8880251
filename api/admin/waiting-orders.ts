/**
 * Orders that wait for a picture: GET /v1/admin/orders/waiting, the oldest first, each with its photo to look at, and
 * POST /v1/admin/uploads/{id}/draw, which has one drawn.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { jobs, uploads } from '../../common/collections.ts';
import type { Upload } from '../../common/documents.ts';
import { rfc3339 } from '../../common/job-face.ts';
import type { Api } from '../api.ts';
import { urlExpiry } from '../job-view.ts';
import { answerDrawn, draw, drawFields } from '../kept-photos/draw.ts';
import { findAnyUpload } from '../kept-photos/find.ts';
import { viewPhoto } from '../kept-photos/view.ts';
import { parseQuery } from '../query.ts';
import { readOptionalJsonBody } from '../read-json.ts';
import { by } from './acting.ts';
import { reason } from './fields.ts';
import { nextCursor, pageFields, readPage } from './page.ts';

export const waitingQuery = z.strictObject(pageFields);
export const adminDrawFields = drawFields.extend({ reason: reason.optional() });

export async function listWaiting(api: Api, ctx: Context): Promise<void> {
  const where = [['waits', '==', true] as const];
  const asked = parseQuery(ctx, waitingQuery);
  const page = await readPage(api.engine.store, { from: uploads, where, orderBy: ['orderedAt', 'asc'] }, asked);
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { orders: await Promise.all(page.items.map(upload => viewWaiting(api, upload))), ...nextCursor(page) };
}

export async function drawWaiting(api: Api, ctx: Context): Promise<void> {
  const operator = await by(api, ctx);
  const upload = await findAnyUpload(api, ctx);
  const { reason: why, ...fields } = await readOptionalJsonBody(ctx, adminDrawFields);
  const acting = why === undefined ? operator : { ...operator, reason: why };
  await answerDrawn(api, ctx, await draw(api, ctx, upload, { ...fields, by: acting }));
}

async function viewWaiting(api: Api, upload: Upload) {
  const { bucket, store } = api.engine;
  const { jobId, path, shop, orderedAt = 0 } = upload;
  const job = jobId === undefined ? undefined : await store.get(jobs, jobId);
  return {
    ...viewPhoto(upload),
    shop,
    orderedAt: rfc3339(orderedAt),
    photoUrl: await bucket.signedReadUrl(path, { expiresAt: urlExpiry(api) }),
    job: job && { id: job.id, status: job.status, code: job.error?.code },
  };
}
