/**
 * Finds the picture in a successful answer. Success proves nothing: the prompt may be blocked, the candidate stopped for
 * a reason that forbids its picture, or no picture be there. The type that a part claims is not believed, nor that its
 * bytes are a picture: `verify-picture.ts` finds out.
 */
import type { Candidate, GenerateContentResponse, Part } from '@google/genai';
import type { ModelEntry } from '../common/models.ts';
import type { Drawing, DrawRequest } from '../common/platform/model.ts';
import { finishRow } from './gemini-answers.ts';
import { blockError, type Discretion, faultError, finishError } from './gemini-errors.ts';
import { readUsage } from './gemini-usage.ts';

export interface PictureContext {
  readonly request: DrawRequest;
  readonly entry: ModelEntry;
  readonly discretion: Discretion;
}

/** Throws a `ModelError` that carries the usage, since an answer without a picture is billed as well. */
export function readPicture(answer: GenerateContentResponse, context: PictureContext): Drawing {
  const { entry, discretion } = context;
  const usageWith = (picture: boolean) => readUsage(answer.usageMetadata, { ...context, picture });
  const blockReason: unknown = answer.promptFeedback?.blockReason;
  if (blockReason) throw blockError(String(blockReason), { usage: usageWith(false) });
  const candidate: Candidate | undefined = answer.candidates?.[0];
  if (!candidate) throw faultError('a success without a candidate', discretion, { usage: usageWith(false) });

  const reason = candidate.finishReason === undefined ? undefined : String(candidate.finishReason);
  const found = pickData(candidate.content?.parts, finishRow(reason).picture);
  if (found === undefined) throw finishError(reason, { usage: usageWith(false) });
  const bytes = decode(found);
  const usage = usageWith(true);
  if (!bytes) throw faultError('a picture that is empty or no base64', discretion, { usage });
  return { bytes, model: entry.id, usage: usage ?? { inputTokens: 0, outputTextTokens: 0, outputImageTokens: 0 } };
}

/** Base64 of the last picture; of the last one in the thoughts where drafts count and nothing else is there. */
function pickData(parts: unknown, wanted: 'none' | 'final' | 'any'): string | undefined {
  if (wanted === 'none' || !Array.isArray(parts)) return undefined;
  const pictures = (parts as (Part | null)[]).filter(part => typeof part?.inlineData?.data === 'string');
  const last = (thought: boolean) => {
    const kind = pictures.filter(part => (part?.thought === true) === thought).map(part => part?.inlineData?.data);
    return kind.findLast(data => data !== '') ?? kind.at(-1);
  };
  return last(false) ?? (wanted === 'any' ? last(true) : undefined);
}

/** Both alphabets of RFC 4648, as JSON of protobuf may have them; anything else is no base64. */
function decode(data: string): Uint8Array | undefined {
  const alphabet = /[-_]/.test(data) ? 'base64url' : 'base64';
  try {
    const bytes = Uint8Array.fromBase64(data, { alphabet, lastChunkHandling: 'strict' });
    return bytes.byteLength > 0 ? bytes : undefined;
  } catch {
    return undefined;
  }
}
