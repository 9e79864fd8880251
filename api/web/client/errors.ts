/**
 * The one error that the client throws, besides the reason of a signal that was aborted. `code` is the API's own (see
 * docs/http-api.md), or one of these: `network` (no answer came), `timeout` (of a wait), `answer_invalid` (whoever
 * answered is not Easel).
 */

export interface FieldError {
  /** A JSON pointer into the request, such as `/options/size`. */
  readonly pointer: string;
  readonly detail: string;
}

export interface EaselErrorOptions extends ErrorOptions {
  readonly status?: number | undefined;
  /** Whether the same call may succeed later. */
  readonly retryable?: boolean | undefined;
  /** When, as far as the service has said. */
  readonly retryAfterMs?: number | undefined;
  readonly errors?: readonly FieldError[] | undefined;
  readonly requestId?: string | undefined;
  readonly resetAt?: string | undefined;
  readonly pool?: string | undefined;
  readonly jobId?: string | undefined;
  readonly batchId?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

export class EaselError extends Error {
  readonly code: string;
  /** Of the answer; undefined when none came. */
  readonly status: number | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  /** One entry for each bad field. */
  readonly errors: readonly FieldError[];
  /** Names the call to the operator. */
  readonly requestId: string | undefined;
  /** Of an exhausted quota or budget: when there is more, and of which pool. */
  readonly resetAt: string | undefined;
  readonly pool: string | undefined;
  /** The job or the batch that goes on although this call has ended. */
  readonly jobId: string | undefined;
  readonly batchId: string | undefined;
  /** Of a submit: sent again under it, it finds the job that it may have made. */
  readonly idempotencyKey: string | undefined;

  constructor(code: string, message: string, options: EaselErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'EaselError';
    this.code = code;
    this.status = options.status;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.errors = options.errors ?? [];
    this.requestId = options.requestId;
    this.resetAt = options.resetAt;
    this.pool = options.pool;
    this.jobId = options.jobId;
    this.batchId = options.batchId;
    this.idempotencyKey = options.idempotencyKey;
  }
}

/** The same error, of a job or a submit that the caller should know about. */
export function withSubject(
  error: unknown,
  subject: Pick<EaselErrorOptions, 'jobId' | 'batchId' | 'idempotencyKey'>,
): unknown {
  if (!(error instanceof EaselError)) return error;
  return new EaselError(error.code, error.message, { ...error, cause: error.cause, ...subject });
}
