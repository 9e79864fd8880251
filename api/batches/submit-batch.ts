/**
 * POST /v1/batches: one photo and several styles come in, a batch goes out. As with a job everything is read and checked
 * first, and nothing of a refused request is kept.
 */
import type { Context } from 'koa';
import { standingOf } from '../../common/batches/batch.ts';
import { decideStylesWithoutPhoto, type SubmittedBatch, submitStyles } from '../../common/batches/submit-styles.ts';
import { ProblemError } from '../../common/errors.ts';
import type { Api } from '../api.ts';
import type { SetAside } from '../body-budget.ts';
import { PHOTO_BYTES_MAX } from '../check-photo.ts';
import { fetchPhoto } from '../fetch-photo.ts';
import { idempotencyKey } from '../idempotency-key.ts';
import { shopperOf } from '../owner-of.ts';
import { limitHeaders } from '../quota.ts';
import { readBody } from '../read-body.ts';
import { parseObject } from '../read-json.ts';
import { JSON_WITH_PHOTO_BYTES_MAX, type PhotoAddress, readImage, readPhotoForm, submitBytes } from '../read-submit.ts';
import { refusalOf } from '../submit-job.ts';
import { holdFor } from '../wait.ts';
import { viewBatch } from './batch-view.ts';
import { type PreparedStyles, prepareStyles } from './prepare-styles.ts';
import { parseStylesFields, STYLES_JSON_FIELDS, type StylesFields } from './styles-fields.ts';

export async function submitBatch(api: Api, ctx: Context): Promise<void> {
  const key = idempotencyKey(ctx);
  const { submitted, prepared } = await api.bodyBudget.hold(submitBytes(ctx), async more => {
    const { fields, photo } = await readStyles(api, ctx, more);
    const prepared = await prepareStyles(api, ctx, fields, key);
    const requestId = String(ctx.state.requestId);
    return { submitted: await submitPhoto(api, prepared, { photo, more, requestId }), prepared };
  });
  await answer(api, ctx, submitted, prepared);
  await api.engine.point('answered');
}

interface StylesBody {
  readonly fields: StylesFields;
  readonly photo: Buffer | PhotoAddress;
}

async function readStyles(api: Api, ctx: Context, more: SetAside): Promise<StylesBody> {
  if (ctx.is('multipart/form-data')) {
    const { fields, photo } = await readPhotoForm(ctx, STYLES_JSON_FIELDS);
    return { fields: parseStylesFields(fields), photo };
  }
  if (!ctx.is('application/json')) throw new ProblemError('content_type_unsupported');
  const body = await readBody(ctx.req, JSON_WITH_PHOTO_BYTES_MAX);
  const { image, ...others } = parseObject(body);
  const fields = parseStylesFields(others);
  return { fields, photo: await readImage(api, ctx, image, { bodyBytes: body.length, more }) };
}

async function submitPhoto(
  api: Api,
  { base, requestHash, withPhoto }: PreparedStyles,
  { photo, more, requestId }: { photo: Buffer | PhotoAddress; more: SetAside; requestId: string },
): Promise<SubmittedBatch> {
  if (Buffer.isBuffer(photo)) return submitStyles(api.engine, withPhoto(photo));
  // A repeat finds its batch without the address, which may show another photo by now, or none.
  const hash = requestHash(photo);
  const decided = await decideStylesWithoutPhoto(api.engine, { ...base, requestHash: hash });
  if (decided) return decided;
  more(PHOTO_BYTES_MAX);
  return submitStyles(api.engine, withPhoto(await fetchPhoto(api, photo.url, { requestId }), hash));
}

async function answer(
  api: Api,
  ctx: Context,
  submitted: SubmittedBatch,
  { quota, poolOf }: PreparedStyles,
): Promise<void> {
  const limits = await limitHeaders(api, quota.pool, quota.scopes);
  if (!('batch' in submitted)) {
    const pool = submitted.kind === 'quota exceeded' ? poolOf(submitted.scope) : quota.pool;
    throw refusalOf(submitted, { pool, limits, nowMs: api.engine.clock.now() });
  }
  const { batch, jobs, kind } = submitted;
  const standing = await holdFor(api, ctx, standingOf(batch, jobs), {
    enough: ({ done }) => done,
    subscribe: onStanding => api.batchWatch.subscribe(batch, onStanding),
  });
  ctx.set({ ...limits, 'Cache-Control': 'private, no-store', Location: `/v1/batches/${batch.id}` });
  if (kind === 'replayed') ctx.set('Idempotent-Replayed', 'true');
  const view = await viewBatch(api, standing, { detailed: shopperOf(ctx).kind === 'server' });
  if (!standing.done) ctx.set('Retry-After', String(Math.ceil(view.pollAfterMs / 1_000)));
  ctx.status = standing.done ? 200 : 202;
  ctx.body = view;
}
