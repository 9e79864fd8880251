/**
 * What one `easel generate` asks for: a wish is one picture, that is one photo in one style or by one prompt. Checked as
 * far as this machine can, before anything is sent.
 */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Call } from './command.ts';
import { usageFault } from './faults.ts';

export interface Wish {
  /** What tells it from the others on the screen. */
  readonly label: string;
  readonly photo: string;
  readonly style?: string;
  readonly prompt?: string;
  readonly variation: number;
  /** The fields of the submit, as a multipart form carries them. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** Every photo in every style and by every prompt. Throws a usage fault. */
export async function readWishes({ args, options }: Pick<Call, 'args' | 'options'>): Promise<Wish[]> {
  const photos = [...new Map(args.map(path => [resolve(path), path])).values()];
  const styles = [...new Set(options.texts('style'))];
  const prompts = [...new Set(options.texts('prompt'))];
  if (styles.length + prompts.length === 0) {
    throw usageFault('"generate" needs a --style or a --prompt.', '"easel styles" lists the styles.');
  }
  await Promise.all(photos.map(checkPhoto));
  const variation = options.integer('variation', 0);
  const common = commonFields(options, variation);
  const wish = (photo: string, name: string, wanted: Pick<Wish, 'style' | 'prompt'>): Wish => ({
    label: `${basename(photo)}, ${name}`,
    photo,
    variation: variation ?? 0,
    ...wanted,
    fields: [...Object.entries(wanted), ...common],
  });
  return photos.flatMap(photo => [
    ...styles.map(style => wish(photo, style, { style })),
    ...prompts.map((prompt, index) => wish(photo, prompts.length > 1 ? `prompt ${index + 1}` : 'prompt', { prompt })),
  ]);
}

function commonFields(options: Call['options'], variation: number | undefined): [name: string, value: string][] {
  const text = (name: string, option: string): [string, string][] => {
    const value = options.text(option);
    return value === undefined ? [] : [[name, value]];
  };
  const wished = [
    ...text('size', 'size'),
    ...text('aspectRatio', 'aspect-ratio'),
    ...(variation === undefined ? [] : [['variation', variation] as const]),
  ];
  return [
    ...text('customerId', 'customer'),
    ...text('customId', 'custom-id'),
    ...(wished.length > 0 ? [['options', JSON.stringify(Object.fromEntries(wished))] as [string, string]] : []),
  ];
}

async function checkPhoto(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw usageFault(`${path}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}.`);
  });
  if (!found.isFile()) throw usageFault(`${path} is no file.`);
}
