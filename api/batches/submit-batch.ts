/**
 * POST /v1/batches: one photo and several styles come in, or many items, and a batch goes out. As with a job everything is
 * read and checked first, and nothing of a refused request is kept.
 */
import type { Context } from 'koa';
import { standingOf } from '../../common/batches/batch.ts';
import { decideStylesWithoutPhoto, type SubmittedBatch, submitStyles } from '../../common/batches/submit-styles.ts';
import { PHOTO_BYTES_MAX } from '../../common/check-photo.ts';
import { ProblemError } from '../../common/errors.ts';
import type { Api } from '../api.ts';
import type { SetAside } from '../body-budget.ts';
import { fetchPhoto } from '../fetch-photo.ts';
import { idempotencyKey } from '../idempotency-key.ts';
import { shopperOf } from '../owner-of.ts';
import { limitHeaders } from '../quota.ts';
import { readBody } from '../read-body.ts';
import { parseObject } from '../read-json.ts';
import { JSON_WITH_PHOTO_BYTES_MAX, type PhotoAddress, readImage, readPhotoForm, submitBytes } from '../read-submit.ts';
import { refusalOf } from '../submit-job.ts';
import { holdFor } from '../wait.ts';
import { answerItems } from './answer-items.ts';
import { viewBatch } from './batch-view.ts';
import { type PreparedStyles, prepareStyles } from './prepare-styles.ts';
import { parseStylesFields, STYLES_JSON_FIELDS, type StylesFields } from './styles-fields.ts';
import { submitFile, submitJsonItems, submitLines } from './submit-items.ts';

const NDJSON = 'application/x-ndjson';

export async function submitBatch(api: Api, ctx: Context): Promise<void> {
  const key = idempotencyKey(ctx);
  if (ctx.is(NDJSON)) {
    await answerItems(api, ctx, await submitLines(api, ctx, key));
  } else {
    await api.bodyBudget.hold(submitBytes(ctx), async more => {
      if (ctx.is('multipart/form-data')) {
        const { fields, photo } = await readPhotoForm(ctx, STYLES_JSON_FIELDS);
        return submitStylesOf(api, ctx, { fields: parseStylesFields(fields), photo, key, more });
      }
      if (!ctx.is('application/json')) throw new ProblemError('content_type_unsupported');
      const bytes = await readBody(ctx.req, JSON_WITH_PHOTO_BYTES_MAX);
      const body = parseObject(bytes);
      if ('items' in body) return answerItems(api, ctx, await submitJsonItems(api, ctx, body, key));
      if ('file' in body) return answerItems(api, ctx, await submitFile(api, ctx, body, key));
      const { image, ...others } = body;
      const fields = parseStylesFields(others);
      const photo = await readImage(api, ctx, image, { bodyBytes: bytes.length, more });
      return submitStylesOf(api, ctx, { fields, photo, key, more });
    });
  }
  await api.engine.point('answered');
}

interface StylesBody {
  readonly fields: StylesFields;
  readonly photo: Buffer | PhotoAddress;
  readonly key: string | undefined;
  readonly more: SetAside;
}

async function submitStylesOf(api: Api, ctx: Context, { fields, photo, key, more }: StylesBody): Promise<void> {
  const prepared = await prepareStyles(api, ctx, fields, key);
  const requestId = String(ctx.state.requestId);
  await answer(api, ctx, await submitPhoto(api, prepared, { photo, more, requestId }), prepared);
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
