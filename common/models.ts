/**
 * The catalogue of image models: what each can draw, takes and costs, with the source and date of every figure.
 * Prices are list prices and change; configuration can add a model (GEMINI_MODEL with its price).
 */
import type { Usage } from './platform/model.ts';

export interface ModelEntry {
  readonly id: string;
  readonly sizes: readonly string[];
  readonly aspectRatios: readonly string[];
  /** Micro-dollars per million tokens. */
  readonly price: { readonly input: number; readonly outputText: number; readonly outputImage: number };
  /** Tokens of one picture by size, to estimate a call before it is made. */
  readonly imageTokens: { readonly [size: string]: number };
  /** Tokens that one input picture is counted as. */
  readonly inputImageTokens: number;
  /** The longest side, in pixels, that the model makes use of in an input picture. */
  readonly inputSidePx: number;
  /** Model to draw with when this one is gone; it must be able to draw the same size and ratio. */
  readonly fallback?: string;
  /** The day (YYYY-MM-DD) from which the provider no longer serves it, if announced. */
  readonly retiresOn?: string;
  readonly source: string;
  readonly asOf: string;
}

export type Catalogue = ReadonlyMap<string, ModelEntry>;

const RATIOS = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
const WIDE_RATIOS = [...RATIOS, '1:4', '4:1', '1:8', '8:1'];
const PAGES = 'public pricing and model pages (stored copies)';

export const DEFAULT_MODEL = 'gemini-3.1-flash-lite-image';
export const OFFLINE_MODEL = 'offline';

const ENTRIES: readonly ModelEntry[] = [
  {
    id: DEFAULT_MODEL,
    sizes: ['1K'],
    aspectRatios: RATIOS,
    price: { input: 250_000, outputText: 1_500_000, outputImage: 30_000_000 },
    imageTokens: { '1K': 1_120 },
    inputImageTokens: 1_120,
    inputSidePx: 2_048,
    fallback: 'gemini-nano-banana-2.1',
    source: PAGES,
    asOf: '2026-11-23',
  },
  {
    id: 'gemini-nano-banana-2.1',
    sizes: ['1K', '2K', '4K'],
    aspectRatios: WIDE_RATIOS,
    price: { input: 1_500_000, outputText: 7_500_000, outputImage: 30_000_000 },
    imageTokens: { '1K': 1_120, '2K': 1_680, '4K': 3_780 },
    inputImageTokens: 1_120,
    inputSidePx: 3_072,
    source: PAGES,
    asOf: '2026-11-23',
  },
  {
    id: OFFLINE_MODEL,
    sizes: ['512', '1K'],
    aspectRatios: RATIOS,
    price: { input: 0, outputText: 0, outputImage: 0 },
    imageTokens: { '512': 0, '1K': 0 },
    inputImageTokens: 0,
    inputSidePx: 2_048,
    source: 'renders on this machine',
    asOf: '2026-11-23',
  },
];

export const CATALOGUE: Catalogue = new Map(ENTRIES.map(entry => [entry.id, entry]));

/** A prompt of a style is around 500 tokens; an estimate has to be at least the bill, so it is rounded up. */
const PROMPT_TOKENS = 1_000;

/** What the provider will bill for a call, in micro-dollars, rounded up once. */
export function costMicroUsd(entry: ModelEntry, usage: Usage): number {
  const millionths =
    usage.inputTokens * entry.price.input +
    usage.outputTextTokens * entry.price.outputText +
    usage.outputImageTokens * entry.price.outputImage;
  return Math.ceil(millionths / 1_000_000);
}

/** What a call is expected to cost before it is made, in micro-dollars. */
export function estimateMicroUsd(entry: ModelEntry, size: string): number {
  return costMicroUsd(entry, {
    inputTokens: entry.inputImageTokens + PROMPT_TOKENS,
    outputTextTokens: 0,
    outputImageTokens: entry.imageTokens[size] ?? Math.max(...Object.values(entry.imageTokens)),
  });
}

/** Why the model cannot draw this, as a sentence; undefined when it can. */
export function cannotDraw(entry: ModelEntry, wish: { aspectRatio: string; size: string }): string | undefined {
  if (!entry.sizes.includes(wish.size)) return `size: expected one of ${entry.sizes.join(', ')}, got ${wish.size}`;
  if (entry.aspectRatios.includes(wish.aspectRatio)) return undefined;
  return `aspectRatio: expected one of ${entry.aspectRatios.join(', ')}, got ${wish.aspectRatio}`;
}
