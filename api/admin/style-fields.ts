/**
 * The content of a style as operators send it.
 */
import { z } from 'zod';
import { holdsKey } from '../../common/keys.ts';
import {
  DESCRIPTION_MAX,
  LABEL_MAX,
  MIN_SIDE_PX,
  STYLE_PROMPT_MAX,
  STYLE_PROMPT_MIN,
} from '../../common/styles/style-content.ts';
import { line } from './fields.ts';

const length = (text: string) => [...text].length;

/** Several lines for the model. What nobody sees in an editor has no business in it. */
const prompt = z
  .string()
  .transform(text => text.normalize('NFC').replaceAll('\r\n', '\n').trim())
  .refine(text => length(text) >= STYLE_PROMPT_MIN && length(text) <= STYLE_PROMPT_MAX, {
    message: `expected ${STYLE_PROMPT_MIN} to ${STYLE_PROMPT_MAX} characters`,
  })
  .refine(text => !/[^\P{Cc}\n\t]/u.test(text), { message: 'expected no control characters but ends of lines' })
  .refine(text => !holdsKey(text), { message: 'expected no key in it: many can read this' });

export const contentFields = {
  label: line(LABEL_MAX).optional(),
  description: z.union([z.literal(''), line(DESCRIPTION_MAX)]).optional(),
  prompt: prompt.optional(),
  model: z.string().min(1).max(100).optional(),
  size: z.string().min(1).max(8).optional(),
  aspectRatio: z.string().min(1).max(8).optional(),
  minSidePx: z.int().min(MIN_SIDE_PX.min).max(MIN_SIDE_PX.max).optional(),
  pool: z.enum(['named', 'custom']).optional(),
};

export const newStyleContent = { ...contentFields, label: line(LABEL_MAX), prompt };
