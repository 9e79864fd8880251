/**
 * How many pixels a picture is expected to have, and how large it prints. One table for each family of models; public
 * pages differ from it, and from each other, by a few percent. A picture's own width and height stand in its job.
 */
import { type ModelEntry, OFFLINE_MODEL } from './models.ts';

export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Of paper, at the sharpness that printers ask for. */
export interface PrintSize {
  readonly widthCm: number;
  readonly heightCm: number;
  readonly widthIn: number;
  readonly heightIn: number;
}

type Table = { readonly [aspectRatio: string]: readonly [width: number, height: number] };

export const PRINT_DPI = 300;
const CM_PER_IN = 2.54;

/** At 1K; the other sizes are multiples of it. Stored copies of public pages, November 2026. */
const GEMINI_3: Table = {
  '1:1': [1024, 1024],
  '2:3': [848, 1264],
  '3:2': [1264, 848],
  '3:4': [896, 1200],
  '4:3': [1200, 896],
  '4:5': [928, 1152],
  '5:4': [1152, 928],
  '9:16': [768, 1376],
  '16:9': [1376, 768],
  '21:9': [1584, 672],
  '1:4': [512, 2048],
  '4:1': [2048, 512],
  '1:8': [384, 3072],
  '8:1': [3072, 384],
};

const GEMINI_2_5: Table = {
  ...{ '1:1': [1024, 1024], '2:3': [832, 1248], '3:2': [1248, 832], '3:4': [864, 1184], '4:3': [1184, 864] },
  ...{ '4:5': [896, 1152], '5:4': [1152, 896], '9:16': [768, 1344], '16:9': [1344, 768], '21:9': [1536, 672] },
};

const TABLES: ReadonlyMap<string, Table> = new Map([['gemini-2.5-flash-image', GEMINI_2_5]]);
const FACTORS: { readonly [size: string]: number } = { '512': 0.5, '1K': 1, '2K': 2, '4K': 4 };

/** Undefined for a size that is in no table. A model of one's own (MODELS_FILE) is taken to draw what Gemini 3 does. */
export function pictureSize(
  { id }: Pick<ModelEntry, 'id'>,
  { size, aspectRatio }: { readonly size: string; readonly aspectRatio: string },
): PictureSize | undefined {
  const factor = FACTORS[size];
  const side = id === OFFLINE_MODEL ? longSide(aspectRatio) : (TABLES.get(id) ?? GEMINI_3)[aspectRatio];
  if (factor === undefined || !side) return undefined;
  return { widthPx: Math.round(side[0] * factor), heightPx: Math.round(side[1] * factor) };
}

export function printSize({ widthPx, heightPx }: PictureSize): PrintSize {
  const inches = (px: number) => Math.round((px / PRINT_DPI) * 10) / 10;
  const cm = (px: number) => Math.round((px / PRINT_DPI) * CM_PER_IN * 10) / 10;
  return { widthCm: cm(widthPx), heightCm: cm(heightPx), widthIn: inches(widthPx), heightIn: inches(heightPx) };
}

/** The offline model draws exactly the ratio, its longer side at 1,024. */
function longSide(aspectRatio: string): readonly [number, number] | undefined {
  const [, across, down] = /^(\d{1,2}):(\d{1,2})$/.exec(aspectRatio)?.map(Number) ?? [];
  if (!across || !down) return undefined;
  const scale = 1024 / Math.max(across, down);
  return [across * scale, down * scale];
}
