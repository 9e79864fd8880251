/**
 * What is sent to Gemini for a picture: the prompt, the photo, and a configuration that holds nothing the model would
 * refuse. The seed follows from the variation, so that a wish repeated is the same wish.
 */
import type {
  Content,
  GenerateContentConfig,
  HarmBlockThreshold,
  HarmCategory,
  SafetySetting,
  ThinkingLevel,
} from '@google/genai';
import type { ModelEntry } from '../common/models.ts';
import type { DrawRequest } from '../common/platform/model.ts';

/**
 * Said for every kind of harm, because what holds otherwise differs between models and is "off" for the newer ones: a
 * fallback must not show what the model it stands in for would not. Medium is the mildest level that still keeps
 * doubtful pictures out of a shop where children upload photos too; pets and families stay far below it.
 */
const THRESHOLD = 'BLOCK_MEDIUM_AND_ABOVE';
const CATEGORIES = ['HARASSMENT', 'HATE_SPEECH', 'SEXUALLY_EXPLICIT', 'DANGEROUS_CONTENT'];
/** The Gemini API refuses a call that names these; Vertex AI judges the picture by them. */
const IMAGE_CATEGORIES = ['IMAGE_HARASSMENT', 'IMAGE_HATE', 'IMAGE_SEXUALLY_EXPLICIT', 'IMAGE_DANGEROUS_CONTENT'];

/** Neighbouring seeds are as different as any, but zero may count as none. Ten of these stay below 2^31. */
const SEED_STEP = 104_729;

export interface ConfigContext {
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  /** On Vertex AI, rather than the Gemini API. */
  readonly vertex: boolean;
}

export function contentsOf({ prompt, image }: DrawRequest): Content[] {
  return [
    { role: 'user', parts: [{ text: prompt }, { inlineData: { mimeType: 'image/jpeg', data: image.toBase64() } }] },
  ];
}

export function configOf(
  { aspectRatio, size, variation, traceparent }: DrawRequest,
  { sizes, thinkingLevel, takesSeed }: ModelEntry,
  { fetch, timeoutMs, vertex }: ConfigContext,
): GenerateContentConfig {
  return {
    responseModalities: ['IMAGE'],
    // A model of one size draws it unasked, and older ones refuse the field.
    imageConfig: { aspectRatio, ...(sizes.length > 1 ? { imageSize: size } : {}) },
    safetySettings: safetySettings(vertex),
    ...(takesSeed ? { seed: (variation + 1) * SEED_STEP } : {}),
    ...(thinkingLevel !== undefined
      ? { thinkingConfig: { thinkingLevel: thinkingLevel.toUpperCase() as ThinkingLevel } }
      : {}),
    // A continuation would be a second request, and billed as one.
    automaticContinuation: false,
    // Not as `timeout`: that would start a timer of the SDK's own, which outlives the call.
    httpOptions: {
      fetch,
      headers: {
        'x-server-timeout': String(Math.ceil(timeoutMs / 1_000)),
        ...(traceparent === undefined ? {} : { traceparent }),
      },
    },
  };
}

/** As the REST API takes it, for where no SDK puts the request together: a line of a batch. */
export function restRequestOf(request: DrawRequest, entry: ModelEntry): object {
  const { responseModalities, imageConfig, seed, thinkingConfig } = configOf(request, entry, {
    fetch,
    timeoutMs: 0,
    vertex: false,
  });
  const generationConfig = { responseModalities, imageConfig, seed, thinkingConfig };
  return { contents: contentsOf(request), generationConfig, safetySettings: safetySettings(false) };
}

function safetySettings(vertex: boolean): SafetySetting[] {
  return [...CATEGORIES, ...(vertex ? IMAGE_CATEGORIES : [])].map(category => ({
    category: `HARM_CATEGORY_${category}` as HarmCategory,
    threshold: THRESHOLD as HarmBlockThreshold,
  }));
}
