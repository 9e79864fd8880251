/**
 * Reads a call to the Gemini double as the real API would: who asks, for which model, and whether the body holds only
 * what that model takes. What it refuses, it refuses in the API's words and status.
 */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { sha256 } from '../../../common/ids.ts';
import type { Catalogue, ModelEntry } from '../../../common/models.ts';
import type { GeminiAnswer } from './answers.ts';
import { reasonDetails } from './answers.ts';

export interface GeminiRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly vertex: boolean;
  readonly model: string;
  readonly prompt: string;
  /** Of the photo, lower-case hex: by this a test finds the job that asked. */
  readonly imageSha256: string;
  readonly imageBytes: number;
  readonly seed: number | undefined;
  /** As sent; without the photo. */
  readonly config: Body['generationConfig'];
  readonly safetySettings: Body['safetySettings'];
}

export type Refused = Extract<GeminiAnswer, { kind: 'status' }>;

export interface Door {
  readonly catalogue: Catalogue;
  readonly apiKey: string;
  readonly token: string;
  readonly retired: ReadonlySet<string>;
}

const TEXT = z.strictObject({ text: z.string().min(1) });
const INLINE = z.strictObject({
  inlineData: z.strictObject({ mimeType: z.enum(['image/jpeg', 'image/png', 'image/webp']), data: z.base64().min(1) }),
});
const BODY = z.strictObject({
  contents: z.tuple([z.strictObject({ role: z.literal('user'), parts: z.tuple([TEXT, INLINE]) })]),
  safetySettings: z.array(
    z.strictObject({
      category: z.string().regex(/^HARM_CATEGORY_[A-Z_]+$/),
      threshold: z.enum(['BLOCK_LOW_AND_ABOVE', 'BLOCK_MEDIUM_AND_ABOVE', 'BLOCK_ONLY_HIGH', 'BLOCK_NONE', 'OFF']),
    }),
  ),
  generationConfig: z.strictObject({
    responseModalities: z.array(z.enum(['TEXT', 'IMAGE'])),
    imageConfig: z.strictObject({ aspectRatio: z.string(), imageSize: z.string().optional() }),
    seed: z.int32().optional(),
    thinkingConfig: z.strictObject({ thinkingLevel: z.enum(['MINIMAL', 'MEDIUM', 'HIGH']) }).optional(),
  }),
});
type Body = z.infer<typeof BODY>;

const GEMINI_PATH = /^\/v1\/models\/([^/:]+):generateContent$/;
const VERTEX_PATH =
  /^\/v1beta1\/projects\/[^/]+\/locations\/[^/]+\/publishers\/google\/models\/([^/:]+):generateContent$/;

/** The model that is asked; undefined for any other path. */
function modelIn(path: string): { model: string; vertex: boolean } | undefined {
  const [, model] = GEMINI_PATH.exec(path) ?? [];
  if (model !== undefined) return { model, vertex: false };
  const [, onVertex] = VERTEX_PATH.exec(path) ?? [];
  return onVertex === undefined ? undefined : { model: onVertex, vertex: true };
}

export function readRequest(
  { url: path = '', headers }: IncomingMessage,
  body: string,
  door: Door,
): GeminiRequest | Refused {
  const asked = modelIn(path);
  if (!asked) return { kind: 'status', status: 404, body: '<html>404. That’s an error.</html>' };
  const { model, vertex } = asked;
  const stranger = refuseStranger(headers, vertex, door);
  if (stranger) return stranger;
  const entry = door.catalogue.get(model);
  if (!entry || door.retired.has(model)) return refuse(404, `models/${model} is not found for API version v1.`);
  const wish = readWish(parsedOrText(body), entry, vertex);
  return 'kind' in wish ? wish : { path, headers, vertex, model, ...wish };
}

type Wish = Omit<GeminiRequest, 'path' | 'headers' | 'vertex' | 'model'>;

/** What is to be drawn; or why the model does not take it. */
export function readWish(body: unknown, entry: ModelEntry, vertex: boolean): Wish | Refused {
  const parsed = BODY.safeParse(body);
  if (!parsed.success) return refuse(400, `Invalid JSON payload received. ${z.prettifyError(parsed.error)}`);
  const problem = unsuited(parsed.data, entry, vertex);
  if (problem !== undefined) return refuse(400, problem);
  const { contents, generationConfig: config, safetySettings } = parsed.data;
  const [text, { inlineData }] = contents[0].parts;
  const image = Buffer.from(inlineData.data, 'base64');
  const photo = { imageSha256: sha256(image), imageBytes: image.length };
  return { prompt: text.text, ...photo, seed: config.seed, config, safetySettings };
}

export function refuseStranger(headers: IncomingMessage['headers'], vertex: boolean, door: Door): Refused | undefined {
  if (vertex) {
    if (headers.authorization === `Bearer ${door.token}`) return undefined;
    return refuse(401, 'Request had invalid authentication credentials.');
  }
  const key = headers['x-goog-api-key'];
  if (key === undefined) return refuse(403, "Method doesn't allow unregistered callers.");
  if (key === door.apiKey) return undefined;
  return {
    ...refuse(400, 'API key not valid. Please pass a valid API key.'),
    details: reasonDetails('API_KEY_INVALID'),
  };
}

function unsuited({ generationConfig, safetySettings }: Body, entry: ModelEntry, vertex: boolean): string | undefined {
  const { imageConfig, thinkingConfig } = generationConfig;
  const { aspectRatio, imageSize } = imageConfig;
  if (!entry.aspectRatios.includes(aspectRatio)) return `aspect_ratio ${aspectRatio} is not supported by this model.`;
  // Stricter than the real API may be: a model of one size is better not asked for it.
  if (imageSize !== undefined && (entry.sizes.length === 1 || !entry.sizes.includes(imageSize))) {
    return `image_size ${imageSize} is not supported by this model.`;
  }
  if (thinkingConfig && entry.thinkingLevel === undefined) return 'Thinking level is not supported for this model.';
  const image = safetySettings.find(({ category }) => category.startsWith('HARM_CATEGORY_IMAGE_'));
  return image && !vertex ? `Unsupported safety category: ${image.category}` : undefined;
}

function parsedOrText(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

export function refuse(status: number, message: string): Refused {
  return { kind: 'status', status, message };
}
