/**
 * Styles as operators see them, as schemas; part of `admin-answers.ts`.
 */
import { z } from 'zod';

const moment = z.iso.datetime();
const count = z.int().min(0);
const usd = z.number().min(0);
const length = z.number().min(0);

const format = {
  priceUsd: usd
    .optional()
    .describe('What one picture is expected to cost; absent when no model of the catalogue draws it.'),
  picture: z.strictObject({ widthPx: count, heightPx: count }).optional().describe('About how many pixels it has.'),
  print: z
    .strictObject({ widthCm: length, heightCm: length, widthIn: length, heightIn: length })
    .optional()
    .describe('How large it prints at 300 dpi.'),
};

const content = {
  label: z.string(),
  description: z.string(),
  prompt: z.string().describe('What the model reads. No shopper ever sees it.'),
  model: z.string().describe('Of the catalogue, or `default`.'),
  size: z.string(),
  aspectRatio: z.string(),
  minSidePx: z.int().min(1),
  pool: z.enum(['named', 'custom']),
  drawnBy: z.string().optional().describe('The model that this comes down to.'),
  ...format,
};

const style = z
  .strictObject({
    id: z.string(),
    version: count.describe('That is sold; 0 when none was published so far.'),
    enabled: z.boolean(),
    order: z.int().describe('Its place in lists, ascending.'),
    revision: count.describe('Rises with each change; the ETag.'),
    active: z.strictObject(content).optional().describe('What is sold. Absent when nothing was published so far.'),
    draft: z
      .strictObject({
        ...content,
        changedAt: moment,
        changedBy: z.string(),
        differs: z.boolean().describe('Whether publishing it would change anything.'),
      })
      .optional()
      .describe('What is prepared; sold to nobody.'),
  })
  .describe('A style with what is sold and what is prepared.');

const version = z
  .strictObject({
    version: z.int().min(1),
    publishedAt: moment.optional().describe('Absent for one that was there from the start.'),
    publishedBy: z.string().optional(),
    restores: z.int().optional().describe('The earlier version whose content this one brought back.'),
    ...content,
  })
  .describe('A version that was published, as it was.');

const model = z.strictObject({
  id: z.string(),
  default: z.boolean().describe("Whether a style's `default` stands for it."),
  retiresOn: z.iso.date().optional().describe('When the provider serves it no longer.'),
  formats: z.array(z.strictObject({ size: z.string(), aspectRatio: z.string(), ...format, priceUsd: usd })),
});

export const STYLE_ANSWERS = {
  AdminStyle: style,
  AdminStyleList: z.strictObject({ styles: z.array(style).describe('All of them, in the order of lists.') }),
  StyleVersionList: z.strictObject({ versions: z.array(version).describe('The newest 100, newest first.') }),
  FormatList: z.strictObject({ models: z.array(model) }).describe('What the models can draw.'),
};
