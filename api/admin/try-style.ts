/**
 * POST /v1/admin/styles/{id}/try: draws a style on a photo that an operator sends along, after its price was confirmed.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { ProblemError } from '../../common/errors.ts';
import { fieldErrors } from '../../common/field-errors.ts';
import { TRIED, type Tried, tryStyle } from '../../common/styles/try-style.ts';
import type { Api } from '../api.ts';
import { readBody } from '../read-body.ts';
import { parseObject } from '../read-json.ts';
import { decodePhoto, JSON_WITH_PHOTO_BYTES_MAX, readPhotoForm, submitBytes } from '../read-submit.ts';
import { refusalOf as refusalOfSubmit } from '../submit-job.ts';
import { by } from './acting.ts';
import { microUsdOf, usd, usdOf } from './fields.ts';
import { readIfMatch } from './if-match.ts';
import { answerWithWhole, pairOf } from './jobs.ts';
import { refusalOf } from './style-refusals.ts';
import { acting, found } from './styles.ts';

export const tryFields = z.strictObject({
  of: z.enum(TRIED).default('draft'),
  confirmUsd: usd.optional(),
  variation: z.int().min(0).max(9).default(0),
});

/** Fields of a form that are JSON: the numbers. */
const NUMBERS = ['confirmUsd', 'variation'];

export async function tryOut(api: Api, ctx: Context): Promise<void> {
  const { id } = await found(api, ctx);
  const seen = readIfMatch(ctx);
  const operator = await by(api, ctx);
  const tried = await api.bodyBudget.hold(submitBytes(ctx), async () => {
    const { photo, of, variation, confirmUsd } = await readTrial(ctx);
    return tryStyle(acting(api), id, {
      ...{ by: operator, of, photo, variation },
      ...(typeof seen === 'number' ? { ifRevision: seen } : {}),
      ...(confirmUsd === undefined ? {} : { confirmedMicroUsd: microUsdOf(confirmUsd) }),
    });
  });
  const { job } = orRefuse(api, tried);
  ctx.status = job.done ? 200 : 202;
  ctx.set('Location', `/v1/admin/jobs/${job.id}`);
  await answerWithWhole(api, ctx, await pairOf(api, job.id));
}

async function readTrial(ctx: Context): Promise<z.output<typeof tryFields> & { readonly photo: Buffer }> {
  if (ctx.is('multipart/form-data')) {
    const { fields, photo } = await readPhotoForm(ctx, NUMBERS);
    return { ...parsed(fields), photo };
  }
  if (!ctx.is('application/json')) throw new ProblemError('content_type_unsupported');
  const { image, ...fields } = parseObject(await readBody(ctx.req, JSON_WITH_PHOTO_BYTES_MAX));
  const data = z.strictObject({ data: z.string() }).safeParse(image);
  const photo = data.success ? decodePhoto(data.data.data) : undefined;
  if (!photo) throw new ProblemError('image_missing');
  return { ...parsed(fields), photo };
}

function parsed(fields: Record<string, unknown>): z.output<typeof tryFields> {
  const read = tryFields.safeParse(fields);
  if (!read.success) throw fieldErrors(read.error);
  return read.data;
}

function orRefuse({ engine }: Api, tried: Tried) {
  if ('submitted' in tried) return tried.submitted;
  if ('refused' in tried) throw refusalOf(tried.refused);
  if ('notTaken' in tried) {
    throw refusalOfSubmit(tried.notTaken, { pool: 'named', limits: {}, nowMs: engine.clock.now() });
  }
  const members = { costUsd: usdOf(tried.costMicroUsd) };
  throw new ProblemError('price_not_confirmed', { members });
}
