/**
 * The fields of a batch of styles, as JSON has them; a multipart form carries the same as text, of which all but
 * `customerId` and `customId` are JSON.
 */
import { z } from 'zod';
import { STYLES_MAX } from '../../common/batches/batch.ts';
import { fieldErrors } from '../../common/field-errors.ts';
import { submitShape } from '../../common/submit-fields.ts';

export const STYLES_JSON_FIELDS = ['styles', 'options', 'metadata', 'webhook', 'partial'];

const { options, customerId, customId, metadata, webhook } = submitShape;

export const stylesFields = z.strictObject({
  styles: z.array(z.string().min(1).max(64)).min(1).max(STYLES_MAX),
  ...{ options, customerId, customId, metadata, webhook },
  partial: z.boolean().default(false),
});

export type StylesFields = z.output<typeof stylesFields>;

/** Throws `fields_invalid` with one entry for each bad field. */
export function parseStylesFields(value: unknown): StylesFields {
  const parsed = stylesFields.safeParse(value);
  if (!parsed.success) throw fieldErrors(parsed.error);
  return parsed.data;
}
