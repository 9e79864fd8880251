/**
 * What is to be drawn: a style or a wish in words, completed with the defaults of the style and checked against what the
 * model can draw.
 */
import { styles } from './collections.ts';
import type { Engine } from './engine.ts';
import { ProblemError } from './errors.ts';
import type { DrawOptions } from './job.ts';
import { cannotDraw } from './models.ts';
import type { Pool } from './quota.ts';
import { resolveStyleId, type Style } from './styles.ts';
import type { SubmitFields } from './submit-fields.ts';

/** What a wish without a named style is drawn with. */
const CUSTOM = { aspectRatio: '4:5', size: '1K', minSidePx: 256, model: 'default' };

export interface ResolvedWish {
  readonly wish: {
    readonly style?: string;
    readonly styleVersion?: number;
    readonly prompt: string;
    readonly options: DrawOptions;
    readonly model: string;
  };
  readonly pool: Pool;
  readonly minSidePx: number;
}

/** `defaultModel` is the catalogue id that a style's `default` stands for. Throws the refusal that fits. */
export async function resolveWish(
  { catalogue }: Pick<Engine, 'catalogue'>,
  fields: Pick<SubmitFields, 'style' | 'prompt' | 'options'>,
  { defaultModel, styleOf }: { defaultModel: string; styleOf: (name: string) => Promise<Style> },
): Promise<ResolvedWish> {
  const style = fields.style === undefined ? undefined : await styleOf(fields.style);
  const base = style ?? CUSTOM;
  const options = {
    aspectRatio: fields.options?.aspectRatio ?? base.aspectRatio,
    size: fields.options?.size ?? base.size,
    variation: fields.options?.variation ?? 0,
  };
  const model = base.model === 'default' ? defaultModel : base.model;
  const entry = catalogue.get(model);
  const obstacle = entry ? cannotDraw(entry, options) : `the model ${model} is not in the catalogue`;
  if (obstacle !== undefined) throw new ProblemError('option_unsupported', { detail: obstacle });
  const named = style ? { style: style.id, styleVersion: style.version } : {};
  return {
    wish: { ...named, prompt: style?.prompt ?? fields.prompt ?? '', options, model },
    pool: style?.pool ?? 'custom',
    minSidePx: base.minSidePx,
  };
}

/** By its id or an alias. Throws `style_unknown` or `style_disabled`. */
export async function findStyle({ store }: Pick<Engine, 'store'>, name: string): Promise<Style> {
  const style = await store.get(styles, resolveStyleId(name));
  // One that was never published is the operators' own affair.
  if (!style || style.version === 0)
    throw new ProblemError('style_unknown', { detail: `There is no style "${name}". GET /v1/styles lists them.` });
  if (!style.enabled) throw new ProblemError('style_disabled');
  return style;
}
