/**
 * The fields of a submit, as JSON has them; a multipart form carries the same as text, of which
 * `options`, `metadata` and `webhook` are JSON.
 */
import { z } from 'zod';
import { fieldErrors } from './field-errors.ts';
import { URL_LENGTH_MAX } from './outbound/target.ts';

export const PROMPT_MIN = 3;
export const PROMPT_MAX = 1_000;
const METADATA_KEYS_MAX = 16;

const codePoints = (text: string) => [...text].length;

export const submitShape = {
  style: z.string().min(1).max(64).optional(),
  prompt: z
    .string()
    .transform(text => text.normalize('NFC').trim())
    .refine(text => codePoints(text) >= PROMPT_MIN && codePoints(text) <= PROMPT_MAX, {
      message: `expected ${PROMPT_MIN} to ${PROMPT_MAX} characters`,
    })
    .optional(),
  options: z
    .strictObject({
      aspectRatio: z.string().max(8).optional(),
      size: z.string().max(8).optional(),
      variation: z.int().min(0).max(9).optional(),
    })
    .optional(),
  customerId: z.string().min(1).max(128).optional(),
  customId: z.string().min(1).max(128).optional(),
  metadata: z
    .record(z.string().min(1).max(64), z.string().max(500))
    .refine(record => Object.keys(record).length <= METADATA_KEYS_MAX, {
      message: `expected at most ${METADATA_KEYS_MAX} entries`,
    })
    .optional(),
  webhook: z.strictObject({ url: z.string().max(URL_LENGTH_MAX) }).optional(),
};

export const submitFields = z
  .strictObject(submitShape)
  .refine(fields => (fields.style === undefined) !== (fields.prompt === undefined), {
    path: ['style'],
    message: 'expected either "style" or "prompt", not both',
  });

export type SubmitFields = z.infer<typeof submitFields>;

/** Throws `fields_invalid` with one entry for each bad field. */
export function parseSubmitFields(value: unknown): SubmitFields {
  const parsed = submitFields.safeParse(value);
  if (!parsed.success) throw fieldErrors(parsed.error);
  return parsed.data;
}
