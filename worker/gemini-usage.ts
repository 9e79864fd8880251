/**
 * What a call cost, in tokens, from `usageMetadata`. Where the provider tells less than it should, the dearer reading is
 * taken: output whose kind is not told counts as picture, and what has no count at all as the catalogue estimates it.
 */
import type { GenerateContentResponseUsageMetadata } from '@google/genai';
import type { ModelEntry } from '../common/models.ts';
import type { DrawRequest, Usage } from '../common/platform/model.ts';

/** More than any image model takes or gives in a call: a count beyond it is a mistake, and must not eat up the budget. */
const TOKENS_MAX = 100_000;
/** A word of a prompt has more. */
const CHARACTERS_PER_TOKEN = 3;

export interface UsageContext {
  readonly request: DrawRequest;
  readonly entry: ModelEntry;
  /** Whether a picture came. */
  readonly picture: boolean;
}

/** Undefined when nothing is told and no picture came: then the estimate made at the claim stands. */
export function readUsage(
  metadata: GenerateContentResponseUsageMetadata | undefined,
  { request, entry, picture }: UsageContext,
): Usage | undefined {
  const told = Object.values(metadata ?? {}).some(value => count(value) > 0);
  if (!told && !picture) return undefined;
  const { promptTokenCount, toolUsePromptTokenCount, thoughtsTokenCount, totalTokenCount, ...given } = metadata ?? {};
  const input = count(promptTokenCount) + count(toolUsePromptTokenCount);
  const thoughts = count(thoughtsTokenCount);
  const counted = imagesIn(given.candidatesTokensDetails);
  const output =
    count(given.candidatesTokenCount) || count(count(totalTokenCount) - input - thoughts) || (counted ?? 0);
  const kindTold = counted !== undefined && (counted > 0 || !picture);
  const images = kindTold ? counted : output || (picture ? imageTokensOf(entry, request.size) : 0);
  return {
    inputTokens: input || entry.inputImageTokens + Math.ceil(request.prompt.length / CHARACTERS_PER_TOKEN),
    outputTextTokens: Math.max(0, output - images) + thoughts,
    outputImageTokens: images,
  };
}

/** Undefined where the kinds of output are not told apart. */
function imagesIn(details: unknown): number | undefined {
  if (!Array.isArray(details) || details.length === 0) return undefined;
  const images = details.filter(detail => detail?.modality === 'IMAGE');
  return images.reduce((sum, detail) => count(sum + count(detail.tokenCount)), 0);
}

function imageTokensOf({ imageTokens }: ModelEntry, size: string): number {
  return imageTokens[size] ?? Math.max(...Object.values(imageTokens));
}

function count(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.min(TOKENS_MAX, Math.round(value)) : 0;
}
