/**
 * What the Gemini double can be told to answer. Everything is plain data, so that a test can hold it in a table and a
 * process can be given it on its command line.
 */
import type { PictureType } from './pictures.ts';

export type GeminiAnswer = (
  | PictureAnswer
  /** An HTTP status with Google's form of an error, or with a body of another kind. */
  | {
      readonly kind: 'status';
      readonly status: number;
      /** `RESOURCE_EXHAUSTED` and the like; by default the one that belongs to the HTTP status. */
      readonly name?: string;
      readonly message?: string;
      readonly details?: readonly object[];
      readonly headers?: { readonly [name: string]: string };
      /** Instead of Google's form. */
      readonly body?: string;
    }
  /** 200 with this, whatever it is. */
  | { readonly kind: 'json'; readonly body: unknown }
  | { readonly kind: 'text'; readonly body: string; readonly contentType?: string }
  /** Nothing comes: not even headers, or only the first half of a good answer. */
  | { readonly kind: 'hang'; readonly at: 'headers' | 'body' }
  /** Half of a good answer; then a reset, or an end as if that had been all. */
  | { readonly kind: 'cut off'; readonly by: 'reset' | 'end' }
  /** The connection breaks once the request is read. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'redirect'; readonly status: number; readonly to: string }
  /** A good answer in small pieces and the rest, with these to be waited for in between. */
  | { readonly kind: 'pieces'; readonly pauses: readonly Promise<unknown>[] }
  /** JSON that begins well and never ends, as fast as it is taken; 200 unless told. */
  | { readonly kind: 'endless'; readonly status?: number }
  /** So many bytes announced; they come like `endless`. */
  | { readonly kind: 'announced'; readonly bytes: number }
  /** Packed small, unpacked so many bytes: of one text, or of values that each cost more in memory than their length. */
  | { readonly kind: 'gzip bomb'; readonly bytes: number; readonly of: 'text' | 'values' }
) & {
  /** Waits with the answer. */
  readonly delayMs?: number;
  /** Answers when it resolves; not for a process of its own. */
  readonly until?: Promise<unknown>;
};

export interface PictureAnswer {
  readonly kind: 'picture';
  /** Default: png. */
  readonly type?: PictureType;
  /** Instead of a picture drawn for the request. */
  readonly bytes?: Uint8Array;
  /** The base64 as it stands in the answer, whatever it decodes to. */
  readonly data?: string;
  /** What the part claims to be; default: what it is. */
  readonly mimeType?: string;
  /** Only in the thoughts, where drafts are. */
  readonly thought?: boolean;
  /** Drafts in the thoughts, before the picture. */
  readonly drafts?: number;
  /** Words before the picture. */
  readonly text?: string;
  /** Null leaves it out. Default: STOP. */
  readonly finishReason?: string | null;
  /** Null leaves it out; default: what the catalogue says. */
  readonly usageMetadata?: object | null;
}

/** An answer without a picture, billed for its input and some thoughts. */
export const WORDS_ONLY_USAGE = { promptTokenCount: 1_500, candidatesTokenCount: 20, totalTokenCount: 1_520 };

export function finished(finishReason: string | undefined, parts: readonly object[] = []): GeminiAnswer {
  const content = parts.length > 0 ? { content: { role: 'model', parts } } : {};
  const candidate = { ...content, index: 0, ...(finishReason === undefined ? {} : { finishReason }) };
  return { kind: 'json', body: { candidates: [candidate], usageMetadata: WORDS_ONLY_USAGE } };
}

export function blocked(blockReason: string): GeminiAnswer {
  return { kind: 'json', body: { promptFeedback: { blockReason }, usageMetadata: { promptTokenCount: 1_500 } } };
}

/** Details of a 429: the quotas that were exceeded, and when to come again. */
export function quotaDetails(quotas: readonly { id: string; value?: string }[], retryDelay?: string): object[] {
  const violations = quotas.map(({ id, value = '10' }) => ({
    quotaMetric: 'generativelanguage.googleapis.com/generate_content_paid_tier_requests',
    quotaId: id,
    quotaDimensions: { location: 'global' },
    quotaValue: value,
  }));
  const failure = { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations };
  const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay };
  return [...(quotas.length > 0 ? [failure] : []), ...(retryDelay === undefined ? [] : [retry])];
}

export function reasonDetails(reason: string): object[] {
  return [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' }];
}
