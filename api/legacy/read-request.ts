/**
 * Bodies in the old form: JSON with the photo as base64 in it. Members that are not known are passed over, as the earlier
 * service did; `customer_id` and `session_id` are such.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { ProblemError } from '../../common/errors.ts';
import { fieldErrors, refuseField } from '../../common/field-errors.ts';
import { readBody } from '../read-body.ts';
import { JSON_BYTES_MAX, parseObject } from '../read-json.ts';
import { decodePhoto, JSON_WITH_PHOTO_BYTES_MAX } from '../read-submit.ts';

/** What the earlier service took, and its themes send: longer than a wish that is typed by hand. */
export const OLD_PROMPT = { min: 10, max: 5_000 };

export const photoOnly = z.object({ image_data: z.string() });
export const photoAndStyle = photoOnly.extend({ style: z.string().min(1).max(64) });
export const photoAndPrompt = photoOnly.extend({
  prompt: z
    .string()
    .transform(text => text.normalize('NFC').trim())
    .refine(text => [...text].length >= OLD_PROMPT.min && [...text].length <= OLD_PROMPT.max, {
      message: `expected ${OLD_PROMPT.min} to ${OLD_PROMPT.max} characters`,
    }),
});

/** Throws the refusal that fits; the photo may be anything yet. */
export async function readPhotoRequest<S extends typeof photoOnly>(
  ctx: Context,
  schema: S,
): Promise<{ fields: z.output<S>; photo: Buffer }> {
  const fields = await readOldBody(ctx, schema, JSON_WITH_PHOTO_BYTES_MAX);
  return { fields, photo: decodePhoto(fields.image_data) ?? refuseField('image_data', 'expected base64') };
}

export async function readOldBody<S extends z.ZodType>(
  ctx: Context,
  schema: S,
  bytesMax: number = JSON_BYTES_MAX,
): Promise<z.output<S>> {
  if (!ctx.is('application/json')) throw new ProblemError('content_type_unsupported');
  const parsed = schema.safeParse(parseObject(await readBody(ctx.req, bytesMax)));
  if (!parsed.success) throw fieldErrors(parsed.error);
  return parsed.data;
}
