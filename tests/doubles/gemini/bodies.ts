/**
 * The JSON of the Gemini double's answers, with the counts of tokens that the catalogue leads one to expect.
 */
import { STATUS_CODES } from 'node:http';
import { type Catalogue, costMicroUsd } from '../../../common/models.ts';
import type { Usage } from '../../../common/platform/model.ts';
import type { PictureAnswer } from './answers.ts';
import { dimensionsOf, drawPicture } from './pictures.ts';
import type { GeminiRequest, Refused } from './requests.ts';

/** As google.rpc.Code names them. */
const NAMES: { readonly [status: number]: string } = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};
const CHARACTERS_PER_TOKEN = 4;
const DRAFT_TOKENS = 560;

export interface Drawn {
  readonly body: object;
  readonly usage: Usage;
  readonly costMicroUsd: number;
}

export async function pictureBody(
  answer: PictureAnswer,
  { model, prompt, config }: GeminiRequest,
  { catalogue, number }: { catalogue: Catalogue; number: number },
): Promise<Drawn> {
  const entry = catalogue.get(model);
  if (!entry) throw new Error(`the double does not know ${model}`);
  const { aspectRatio, imageSize = entry.sizes[0] ?? '1K' } = config.imageConfig;
  const { type = 'png', thought = false, drafts = 0, text, finishReason = 'STOP' } = answer;
  const draw = () => drawPicture({ ...dimensionsOf(aspectRatio, imageSize), type }, number);
  const data = answer.data ?? Buffer.from(answer.bytes ?? (await draw())).toString('base64');
  const inlineData = { mimeType: answer.mimeType ?? `image/${type}`, data };
  const draft = drafts > 0 ? { inlineData: { mimeType: 'image/png', data: await draftOf() }, thought: true } : {};
  const parts = [
    ...Array.from({ length: drafts }, () => draft),
    ...(text === undefined ? [] : [{ text }]),
    thought ? { inlineData, thought } : { inlineData },
  ];
  const usage: Usage = {
    inputTokens: entry.inputImageTokens + Math.ceil(prompt.length / CHARACTERS_PER_TOKEN),
    outputTextTokens: drafts * DRAFT_TOKENS,
    outputImageTokens: entry.imageTokens[imageSize] ?? 0,
  };
  const reason = finishReason === null ? {} : { finishReason };
  const metadata =
    answer.usageMetadata === undefined ? metadataOf(usage, entry.inputImageTokens) : answer.usageMetadata;
  const body = {
    candidates: [{ content: { role: 'model', parts }, index: 0, ...reason }],
    ...(metadata === null ? {} : { usageMetadata: metadata }),
    modelVersion: model,
    responseId: `double-${number}`,
  };
  return { body, usage, costMicroUsd: costMicroUsd(entry, usage) };
}

async function draftOf(): Promise<string> {
  return (await drawPicture({ width: 64, height: 64, type: 'png' }, 0)).toString('base64');
}

function metadataOf({ inputTokens, outputTextTokens: thoughts, outputImageTokens }: Usage, image: number): object {
  return {
    promptTokenCount: inputTokens,
    candidatesTokenCount: outputImageTokens,
    ...(thoughts > 0 ? { thoughtsTokenCount: thoughts } : {}),
    totalTokenCount: inputTokens + outputImageTokens + thoughts,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: inputTokens - image },
      { modality: 'IMAGE', tokenCount: image },
    ],
    candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: outputImageTokens }],
  };
}

export function errorBody({ status, name, message, details = [] }: Refused): string {
  const error = {
    code: status,
    message: message ?? STATUS_CODES[status] ?? 'Unknown Error',
    status: name ?? NAMES[status] ?? 'UNKNOWN',
    ...(details.length > 0 ? { details } : {}),
  };
  return JSON.stringify({ error }, null, 2);
}
