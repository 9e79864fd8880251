/**
 * The model seam: draws one picture from one photo. `worker/offline-model.ts` and `worker/gemini.ts` stand behind it.
 * A call has no idempotency key and may be billed even if its answer is lost; the attempt ledger records that.
 */
import type { OutcomeCode } from '../outcomes.ts';

export interface DrawRequest {
  /** Catalogue id of the model to use, see `common/models.ts`. */
  readonly model: string;
  /** The instruction as it stands in the run, complete. */
  readonly prompt: string;
  /** The named style, when the job has one; a real model draws from the prompt alone. */
  readonly style?: string;
  /** Upright, without metadata, JPEG. */
  readonly image: Uint8Array;
  readonly aspectRatio: string;
  /** `512`, `1K`, `2K` or `4K`. */
  readonly size: string;
  /** 0 to 9: another picture of the same wish. */
  readonly variation: number;
  /** W3C trace context for the call, if the job is part of a trace. */
  readonly traceparent?: string;
}

/** Tokens as the provider counted them; zero where it does not count. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTextTokens: number;
  readonly outputImageTokens: number;
}

export interface Drawing {
  /** As the provider sent them: not yet verified, its claimed type not trusted. */
  readonly bytes: Uint8Array;
  /** The model really used, as a catalogue id. */
  readonly model: string;
  readonly usage: Usage;
}

export interface Model {
  /**
   * Draws, or throws a `ModelError`. Aborting the signal ends the wait; the provider may bill nevertheless.
   * One call is one request to the provider: nothing is retried here.
   */
  generate(request: DrawRequest, options: { readonly signal: AbortSignal }): Promise<Drawing>;
}

/** What is known of a failed call beside its code. */
export interface ModelErrorOptions extends ErrorOptions {
  /** The provider's own demand, in milliseconds. */
  readonly retryAfterMs?: number;
  /** What the provider counted although no usable picture came: it bills for that. */
  readonly usage?: Usage;
  /** The provider's words in short, such as `429 RESOURCE_EXHAUSTED`: for the attempt ledger. */
  readonly providerCode?: string;
}

/** A provider's refusal or failure, already mapped to a row of the table in `common/outcomes.ts`. */
export class ModelError extends Error {
  readonly code: OutcomeCode;
  readonly retryAfterMs?: number;
  readonly usage?: Usage;
  readonly providerCode?: string;

  constructor(code: OutcomeCode, detail: string, options: ModelErrorOptions = {}) {
    const { retryAfterMs, usage, providerCode, ...cause } = options;
    super(detail, cause);
    this.name = 'ModelError';
    this.code = code;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
    if (usage !== undefined) this.usage = usage;
    if (providerCode !== undefined) this.providerCode = providerCode;
  }
}
