/**
 * What is said of styles in several places: prices, prints, and what a draft would change.
 */
import type { Answer } from './answers.ts';
import { call } from './api.ts';
import { openDialog } from './dialog.ts';
import { usd } from './words.ts';

export type Style = Answer<'AdminStyle'>;
export type Content = Pick<NonNullable<Style['active']>, (typeof FIELDS)[number]>;
export type Format = Answer<'FormatList'>['models'][number]['formats'][number];

export type Models = Answer<'FormatList'>['models'];
export type Edit = (fields: Partial<Content>) => void;

/** The prompt last: it is long. */
export const FIELDS = [
  ...(['label', 'description', 'model', 'size', 'aspectRatio', 'minSidePx', 'pool', 'prompt'] as const),
];
export const FIELD_NAMES: { readonly [field in (typeof FIELDS)[number]]: string } = {
  label: 'Label',
  description: 'Description',
  model: 'Model',
  size: 'Size',
  aspectRatio: 'Aspect ratio',
  minSidePx: 'Shorter side of the photo',
  pool: 'Quota',
  prompt: 'Prompt',
};

/** What stands in the field that an event came from. */
export function textOf({ currentTarget }: Event): string {
  return (currentTarget as HTMLInputElement).value;
}

export function labelOf({ id, active, draft }: Style): string {
  return (active ?? draft)?.label ?? id;
}

export function printWords({ print }: Pick<Format, 'print'>): string {
  if (!print) return 'not known';
  return `${print.widthCm} × ${print.heightCm} cm (${print.widthIn} × ${print.heightIn} in)`;
}

export function priceWords(priceUsd: number | undefined): string {
  return priceUsd === undefined ? 'not known' : usd(priceUsd);
}

export interface Change {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

export function changesOf(before: Content | undefined, after: Content): readonly Change[] {
  return FIELDS.flatMap(field => {
    const [was, is] = [before === undefined ? '' : String(before[field]), String(after[field])];
    return was === is ? [] : [{ name: FIELD_NAMES[field], before: was, after: is }];
  });
}

/** A change of the style that is bound to it as it is shown. */
export function change<T = Style>(request: string, { revision }: Pick<Style, 'revision'>, body?: object): Promise<T> {
  return call<T>(request, { body, headers: { 'If-Match': `"${revision}"` } });
}

export function pathOf({ id }: Pick<Style, 'id'>): string {
  return `styles/${encodeURIComponent(id)}`;
}

export function turn(style: Style): void {
  const off = style.enabled;
  openDialog({
    title: `Switch ${labelOf(style)} ${off ? 'off' : 'on'}?`,
    text: off
      ? 'It is no longer listed and no longer taken in. What was submitted before is drawn.'
      : `Version ${style.version} is sold again, from the next submit on.`,
    verb: off ? 'Switch off' : 'Switch on',
    danger: off,
    reason: 'optional',
    run: async ({ reason }) => void (await change(`PATCH ${pathOf(style)}`, style, { enabled: !off, reason })),
  });
}
