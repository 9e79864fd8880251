/**
 * The catalogue of image models: what each can draw, takes and costs, with the source and date of every figure.
 * Prices are list prices and change; configuration can add a model (GEMINI_MODEL with its price).
 */
import type { Usage } from './platform/model.ts';

export interface ModelEntry {
  readonly id: string;
  readonly sizes: readonly string[];
  readonly aspectRatios: readonly string[];
  /** Micro-dollars per million tokens; thoughts are billed as text. */
  readonly price: { readonly input: number; readonly outputText: number; readonly outputImage: number };
  /** As `price`, for what is drawn in batches of the provider's; absent = it draws none of this model. */
  readonly batchPrice?: ModelEntry['price'];
  /** Tokens of one picture by size, to estimate a call before it is made. */
  readonly imageTokens: { readonly [size: string]: number };
  /** Tokens that one input picture is counted as. */
  readonly inputImageTokens: number;
  /** The longest side, in pixels, that the model makes use of in an input picture. */
  readonly inputSidePx: number;
  /** How long the model may think before it draws, for those that can be told: `minimal`, `medium` or `high`. */
  readonly thinkingLevel?: string;
  /** Whether a seed may be sent, so that each variation is a picture of its own. */
  readonly takesSeed: boolean;
  /** Model to draw with when this one is gone; it must be able to draw the same size and ratio. */
  readonly fallback?: string;
  /** The day (YYYY-MM-DD) from which the provider no longer serves it, if announced. */
  readonly retiresOn?: string;
  /** Not among the model names that the SDK's types list. */
  readonly unlisted?: true;
  readonly source: string;
  readonly asOf: string;
}

export type Catalogue = ReadonlyMap<string, ModelEntry>;

const RATIOS = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
const WIDE_RATIOS = [...RATIOS, '1:4', '4:1', '1:8', '8:1'];
const PAGES = 'public pricing and model pages (stored copies)';
const AS_OF = '2026-11-23';

export const DEFAULT_MODEL = 'gemini-3.1-flash-lite-image';
export const OFFLINE_MODEL = 'offline';

const ENTRIES: readonly ModelEntry[] = [
  {
    id: DEFAULT_MODEL,
    sizes: ['1K'],
    aspectRatios: RATIOS,
    price: { input: 250_000, outputText: 1_500_000, outputImage: 30_000_000 },
    batchPrice: { input: 125_000, outputText: 750_000, outputImage: 15_000_000 },
    imageTokens: { '1K': 1_120 },
    inputImageTokens: 1_120,
    inputSidePx: 2_048,
    takesSeed: true,
    fallback: 'gemini-nano-banana-2.1',
    source: PAGES,
    asOf: AS_OF,
  },
  {
    id: 'gemini-nano-banana-2.1',
    sizes: ['1K', '2K', '4K'],
    aspectRatios: WIDE_RATIOS,
    price: { input: 1_500_000, outputText: 7_500_000, outputImage: 30_000_000 },
    batchPrice: { input: 750_000, outputText: 3_750_000, outputImage: 15_000_000 },
    imageTokens: { '1K': 1_120, '2K': 1_680, '4K': 3_780 },
    inputImageTokens: 1_120,
    inputSidePx: 3_072,
    // Thinking longer is billed by the token and takes up to half a minute; a style says in words what it wants.
    thinkingLevel: 'minimal',
    takesSeed: true,
    // None: the one other model that draws up to 4K costs four times as much, and nobody asked for that.
    source: `${PAGES}; tokens at 2K inferred from its predecessor`,
    asOf: AS_OF,
  },
  {
    id: 'gemini-3-pro-image',
    sizes: ['1K', '2K', '4K'],
    aspectRatios: WIDE_RATIOS,
    price: { input: 2_000_000, outputText: 12_000_000, outputImage: 120_000_000 },
    batchPrice: { input: 1_000_000, outputText: 6_000_000, outputImage: 60_000_000 },
    imageTokens: { '1K': 1_120, '2K': 1_120, '4K': 2_000 },
    inputImageTokens: 1_120,
    inputSidePx: 3_072,
    takesSeed: true,
    source: PAGES,
    asOf: AS_OF,
  },
  {
    id: 'gemini-3.1-flash-image',
    sizes: ['1K', '2K', '4K'],
    aspectRatios: WIDE_RATIOS,
    price: { input: 500_000, outputText: 3_000_000, outputImage: 60_000_000 },
    batchPrice: { input: 250_000, outputText: 1_500_000, outputImage: 30_000_000 },
    imageTokens: { '1K': 1_120, '2K': 1_680, '4K': 2_520 },
    inputImageTokens: 1_120,
    inputSidePx: 3_072,
    takesSeed: true,
    fallback: 'gemini-nano-banana-2.1',
    retiresOn: '2026-10-29',
    source: `${PAGES}; gone from the Gemini API according to two of them`,
    asOf: AS_OF,
  },
  {
    id: 'gemini-2.5-flash-image',
    sizes: ['1K'],
    aspectRatios: RATIOS,
    price: { input: 300_000, outputText: 2_500_000, outputImage: 30_000_000 },
    batchPrice: { input: 150_000, outputText: 1_250_000, outputImage: 15_000_000 },
    imageTokens: { '1K': 1_290 },
    inputImageTokens: 1_290,
    inputSidePx: 2_048,
    takesSeed: true,
    fallback: DEFAULT_MODEL,
    retiresOn: '2027-03-15',
    source: `${PAGES}; some of them name an earlier day`,
    asOf: AS_OF,
  },
  {
    id: OFFLINE_MODEL,
    sizes: ['512', '1K'],
    aspectRatios: RATIOS,
    price: { input: 0, outputText: 0, outputImage: 0 },
    imageTokens: { '512': 0, '1K': 0 },
    inputImageTokens: 0,
    inputSidePx: 2_048,
    takesSeed: false,
    unlisted: true,
    source: 'renders on this machine',
    asOf: AS_OF,
  },
];

export const CATALOGUE: Catalogue = new Map(ENTRIES.map(entry => [entry.id, entry]));

/** A prompt of a style is around 500 tokens; an estimate has to be at least the bill, so it is rounded up. */
const PROMPT_TOKENS = 1_000;

/** How a call is made: by itself, or as a part of an upstream batch. */
export type Tariff = 'call' | 'batch';

/** What the provider will bill for a call, in micro-dollars, rounded up once. */
export function costMicroUsd(entry: ModelEntry, usage: Usage, tariff: Tariff = 'call'): number {
  const price = tariff === 'batch' ? (entry.batchPrice ?? entry.price) : entry.price;
  const millionths =
    usage.inputTokens * price.input +
    usage.outputTextTokens * price.outputText +
    usage.outputImageTokens * price.outputImage;
  return Math.ceil(millionths / 1_000_000);
}

/** What a call is expected to cost before it is made, in micro-dollars. */
export function estimateMicroUsd(entry: ModelEntry, size: string, tariff: Tariff = 'call'): number {
  const usage = {
    inputTokens: entry.inputImageTokens + PROMPT_TOKENS,
    outputTextTokens: 0,
    outputImageTokens: entry.imageTokens[size] ?? Math.max(...Object.values(entry.imageTokens)),
  };
  return costMicroUsd(entry, usage, tariff);
}

/** Why the model cannot draw this, as a sentence; undefined when it can. */
export function cannotDraw(entry: ModelEntry, wish: { aspectRatio: string; size: string }): string | undefined {
  if (!entry.sizes.includes(wish.size)) return `size: expected one of ${entry.sizes.join(', ')}, got ${wish.size}`;
  if (entry.aspectRatios.includes(wish.aspectRatio)) return undefined;
  return `aspectRatio: expected one of ${entry.aspectRatios.join(', ')}, got ${wish.aspectRatio}`;
}

/**
 * The models that can draw this wish, in the order to try them: the one asked for, then its fallback, and so on. Those
 * in `gone` are left out, and so is what cannot draw the same size and ratio.
 */
export function modelsFor(
  catalogue: Catalogue,
  wish: { readonly model: string; readonly options: { readonly aspectRatio: string; readonly size: string } },
  gone: ReadonlySet<string> = new Set(),
): readonly ModelEntry[] {
  const chain = new Map<string, ModelEntry>();
  for (let id: string | undefined = wish.model; id !== undefined && !chain.has(id); ) {
    const entry = catalogue.get(id);
    if (!entry) break;
    chain.set(id, entry);
    id = entry.fallback;
  }
  return [...chain.values()].filter(entry => !gone.has(entry.id) && cannotDraw(entry, wish.options) === undefined);
}
