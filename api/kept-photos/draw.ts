/**
 * POST /v1/uploads/{id}/draw, with a shop's server key, and the same for operators: draws an uploaded photo without any
 * shopper's quota. What is left out is as the shopper wanted it.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import type { By } from '../../common/audit.ts';
import { checkPhoto } from '../../common/check-photo.ts';
import type { Upload } from '../../common/documents.ts';
import { refuseField } from '../../common/field-errors.ts';
import type { Job } from '../../common/job.ts';
import { drawPhoto } from '../../common/kept-photos/draw.ts';
import { submitShape } from '../../common/submit-fields.ts';
import { traceIn } from '../../common/trace.ts';
import { findStyle, resolveWish } from '../../common/wish.ts';
import type { Api } from '../api.ts';
import { viewJob } from '../job-view.ts';
import { setRetryAfter } from '../jobs.ts';
import { readOptionalJsonBody } from '../read-json.ts';
import { refusalOf } from '../submit-job.ts';
import { findOwnUpload, readUploaded } from './find.ts';

export const drawFields = z.strictObject({ style: submitShape.style, options: submitShape.options });

export async function drawUpload(api: Api, ctx: Context): Promise<void> {
  const upload = await findOwnUpload(api, ctx);
  const fields = await readOptionalJsonBody(ctx, drawFields);
  await answerDrawn(api, ctx, await draw(api, ctx, upload, fields));
}

/** Throws the refusal that fits. */
export async function draw(
  api: Api,
  ctx: Context,
  upload: Upload,
  fields: z.output<typeof drawFields> & { readonly by?: By },
): Promise<Job> {
  const { engine, defaultModel } = api;
  const style = fields.style ?? upload.wish?.style;
  if (style === undefined) return refuseField('style', 'expected a style: this photo was kept for none');
  const isTheirs = fields.style === undefined || fields.style === upload.wish?.style;
  const options = fields.options ?? (isTheirs ? upload.wish?.options : undefined);
  const wanted = { style, ...(options ? { options } : {}) };
  const resolved = await resolveWish(engine, wanted, { defaultModel, styleOf: name => findStyle(engine, name) });
  const { wish, pool } = resolved;
  const trace = traceIn(ctx.get('traceparent'));
  const submitted = await api.bodyBudget.hold(upload.bytes, async () => {
    const bytes = await readUploaded(api, upload);
    const { contentType } = checkPhoto(bytes, resolved);
    return drawPhoto(engine, upload, {
      ...{ wish, bytes, contentType },
      ...(trace === undefined ? {} : { trace }),
      ...(fields.by ? { by: fields.by } : {}),
    });
  });
  if (!('job' in submitted)) throw refusalOf(submitted, { pool, limits: {}, nowMs: engine.clock.now() });
  return submitted.job;
}

export async function answerDrawn(api: Api, ctx: Context, job: Job): Promise<void> {
  const waiting = await api.waiting(job);
  if (!job.done) setRetryAfter(ctx, waiting);
  ctx.set({ 'Cache-Control': 'private, no-store', Location: `/v1/jobs/${job.id}` });
  ctx.status = job.done ? 200 : 202;
  ctx.body = await viewJob(api, job, { detailed: true, waiting });
}
