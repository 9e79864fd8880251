/**
 * Models beyond the catalogue, or with prices of one's own: a JSON file named by MODELS_FILE with a list of entries in
 * the catalogue's form. An entry with a known id takes the place of the built-in one.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CATALOGUE, type Catalogue, cannotDraw, type ModelEntry } from './models.ts';

/** Dollars per million tokens at most: a slip of the pen would otherwise close the budget with the first picture. */
const PRICE_MAX_MICRO_USD = 10_000 * 1_000_000;

const tokens = z.int().min(0).max(1_000_000);
const price = z.int().min(0).max(PRICE_MAX_MICRO_USD);
const day = z.iso.date();

const entrySchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/, 'expected a model id such as gemini-3-pro-image'),
  sizes: z.array(z.enum(['512', '1K', '2K', '4K'])).min(1),
  aspectRatios: z.array(z.string().regex(/^\d{1,2}:\d{1,2}$/, 'expected a ratio such as 4:5')).min(1),
  price: z.strictObject({ input: price, outputText: price, outputImage: price }),
  batchPrice: z.strictObject({ input: price, outputText: price, outputImage: price }).exactOptional(),
  imageTokens: z.record(z.string(), tokens),
  inputImageTokens: tokens,
  inputSidePx: z.int().min(256).max(10_000),
  thinkingLevel: z.enum(['minimal', 'low', 'medium', 'high']).exactOptional(),
  takesSeed: z.boolean(),
  fallback: z.string().exactOptional(),
  retiresOn: day.exactOptional(),
  source: z.string().min(1),
  asOf: day,
});

/** Throws an Error with a line for each problem. */
export function readCatalogue({ modelsFile, model }: { modelsFile?: string; model: string }): Catalogue {
  const catalogue = modelsFile === undefined ? CATALOGUE : new Map([...CATALOGUE, ...readEntries(modelsFile)]);
  const problems = contradictions(catalogue);
  if (!catalogue.has(model)) {
    problems.push(
      `GEMINI_MODEL: expected one of ${[...catalogue.keys()].join(', ')} or of MODELS_FILE, got "${model}"`,
    );
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return catalogue;
}

function readEntries(path: string): [string, ModelEntry][] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`MODELS_FILE: expected a JSON file, got ${(error as Error).message}`, { cause: error });
  }
  const read = z.array(entrySchema).safeParse(json);
  if (read.success) return read.data.map(entry => [entry.id, entry]);
  const lines = read.error.issues.map(({ path: at, message }) => `MODELS_FILE: ${at.join('.')}: ${message}`);
  throw new Error(lines.join('\n'));
}

function contradictions(catalogue: Catalogue): string[] {
  const problems: string[] = [];
  for (const { id, sizes, aspectRatios, imageTokens, fallback } of catalogue.values()) {
    const untold = sizes.filter(size => imageTokens[size] === undefined);
    if (untold.length > 0) problems.push(`MODELS_FILE: ${id}: imageTokens: expected a count for ${untold.join(', ')}`);
    const other = fallback === undefined ? undefined : catalogue.get(fallback);
    if (fallback !== undefined && !other) problems.push(`MODELS_FILE: ${id}: fallback: ${fallback} is no known model`);
    const wishes = sizes.flatMap(size => aspectRatios.map(aspectRatio => ({ size, aspectRatio })));
    const obstacle = other && wishes.map(wish => cannotDraw(other, wish)).find(why => why !== undefined);
    if (obstacle !== undefined)
      problems.push(`MODELS_FILE: ${id}: its fallback ${fallback} cannot draw the same: ${obstacle}`);
  }
  return problems;
}
