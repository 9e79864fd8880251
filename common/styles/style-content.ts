/**
 * What the content of a style has to be: it is read by shoppers, by the model, and by the estimate of its price. Asked
 * when a draft is written and again when it is published, because the catalogue may have changed in between.
 */
import { type Catalogue, cannotDraw, estimateMicroUsd, type ModelEntry } from '../models.ts';
import { STYLE_ALIASES, type StyleContent } from '../styles.ts';

/** Part of addresses. An alias of another style would never be found under its own name. */
const STYLE_ID = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
export const LABEL_MAX = 60;
export const DESCRIPTION_MAX = 240;
/** The estimate counts 1,000 tokens for a prompt, about four characters each: a longer one would cost more than it says. */
export const STYLE_PROMPT_MAX = 4_000;
export const STYLE_PROMPT_MIN = 20;
/** All styles are read at once, to be listed and to be put in order. */
export const STYLES_MAX = 200;
/** The sides that photos may have, see `check-photo.ts`. */
export const MIN_SIDE_PX = { min: 64, max: 4_096 };
/** Until somebody says otherwise: a portrait for common frames, from the configured model. */
export const NEW_STYLE = { model: 'default', size: '1K', aspectRatio: '4:5', minSidePx: 256, pool: 'named' } as const;

export const CONTENT_FIELDS = [
  ...(['label', 'description', 'prompt', 'model', 'size', 'aspectRatio', 'minSidePx', 'pool'] as const),
];

export interface Drawable {
  readonly catalogue: Catalogue;
  /** Catalogue id that a style's `default` stands for. */
  readonly defaultModel: string;
}

export interface Unfit {
  readonly field: keyof StyleContent;
  readonly why: string;
}

export function isStyleId(id: string): boolean {
  return STYLE_ID.test(id) && !Object.hasOwn(STYLE_ALIASES, id);
}

/** The content alone, without what else a document holds. */
export function contentOf(content: StyleContent): StyleContent {
  const { label, description, prompt, model, size, aspectRatio, minSidePx, pool } = content;
  return { label, description, prompt, model, size, aspectRatio, minSidePx, pool };
}

export function isSameContent(one: StyleContent, other: StyleContent): boolean {
  return CONTENT_FIELDS.every(field => one[field] === other[field]);
}

export function entryOf({ catalogue, defaultModel }: Drawable, { model }: Pick<StyleContent, 'model'>) {
  return catalogue.get(model === 'default' ? defaultModel : model);
}

/** Why the model cannot draw it; undefined when it can. */
export function unfit(drawable: Drawable, content: StyleContent): Unfit | undefined {
  const entry = entryOf(drawable, content);
  if (!entry) return { field: 'model', why: `expected ${namesOf(drawable.catalogue)}, got "${content.model}"` };
  const obstacle = cannotDraw(entry, content);
  if (obstacle === undefined) return undefined;
  const field = obstacle.startsWith('size') ? 'size' : 'aspectRatio';
  return { field, why: `${obstacle.slice(field.length + 2)} (${entry.id})` };
}

/** Of a model that is written into a style anew: whether the provider serves it on that day. */
export function isRetired({ retiresOn }: ModelEntry, nowMs: number): boolean {
  return retiresOn !== undefined && Date.parse(retiresOn) <= nowMs;
}

/** What one picture is expected to cost, in micro-dollars; undefined when no model draws it. */
export function priceOf(drawable: Drawable, content: StyleContent): number | undefined {
  const entry = entryOf(drawable, content);
  return entry && estimateMicroUsd(entry, content.size);
}

function namesOf(catalogue: Catalogue): string {
  return `default or one of ${[...catalogue.keys()].join(', ')}`;
}
