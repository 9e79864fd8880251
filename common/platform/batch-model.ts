/**
 * The seam to a provider that draws many pictures together, later and cheaper. `worker/gemini-batch.ts` stands behind
 * it. Nothing here is retried, and nothing is known of jobs: `worker/economy/` decides by what is answered.
 */
import type { Drawing, DrawRequest } from './model.ts';

export interface BatchItem {
  /** Comes back with the item's answer. */
  readonly key: string;
  readonly request: DrawRequest;
}

/** What the provider says of a batch. */
export interface UpstreamLook {
  /** In its own word, such as `JOB_STATE_RUNNING`; one that is not known is open. */
  readonly state: string;
  /** `open` = more may come; `ended` = what is there now is all. */
  readonly phase: 'open' | 'ended';
  /** Where the answers are, when there are any to be read. */
  readonly resultsFile?: string;
  /** Why it ended without success, in the provider's words, for the operator. */
  readonly detail?: string;
}

/** The answer to one item. */
export interface BatchAnswer {
  /** Undefined when the line cannot be read at all. */
  readonly key: string | undefined;
  /** The drawing, or a `ModelError` thrown, as of a call with this request. */
  read(request: Omit<DrawRequest, 'image'>): Drawing;
}

/** Every method throws a `ModelError` when the provider refuses or cannot be reached. */
export interface BatchModel {
  /** Stores the requests with the provider and answers with the file's name there. Twice makes two files. */
  upload(id: string, items: readonly BatchItem[], options: CallOptions): Promise<string>;
  /** Begins the batch and answers with its name. Twice makes two batches, and costs twice: see `find`. */
  create(batch: { id: string; model: string; file: string }, options: CallOptions): Promise<string>;
  /** The name of a batch that was created with this id, if there is one. */
  find(id: string, options: CallOptions): Promise<string | undefined>;
  /** `gone` when the provider does not know the batch any more. */
  look(name: string, options: CallOptions): Promise<UpstreamLook | 'gone'>;
  /** One answer after the other, as they can be read. Throws `ResultsGone` when the file is not there (any more). */
  results(file: string, options: CallOptions): AsyncIterable<BatchAnswer>;
  /** Asks the provider to draw no more of it; what is drawn is billed. Twice is once. */
  cancel(name: string, options: CallOptions): Promise<void>;
  /** Removes a file from the provider; one that is not there is no error. */
  forget(file: string, options: CallOptions): Promise<void>;
}

export interface CallOptions {
  readonly signal: AbortSignal;
}

export class ResultsGone extends Error {
  constructor(file: string) {
    super(`the provider has no ${file} (any more)`);
    this.name = 'ResultsGone';
  }
}
