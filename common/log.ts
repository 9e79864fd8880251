/**
 * Structured logs. The fields are an allow-list: what is not named here cannot be logged, so no prompt, picture, key
 * or signed URL ever gets in by way of an object that happens to hold one.
 */
export interface LogFields {
  readonly jobId?: string;
  readonly attempt?: number;
  readonly queue?: string;
  readonly upstreamBatch?: string;
  readonly taskName?: string;
  readonly route?: string;
  readonly requestId?: string;
  readonly status?: number | string;
  readonly code?: string;
  readonly model?: string;
  readonly ms?: number;
  readonly count?: number;
  readonly reason?: string;
  /** The trace that a caller follows, see `trace.ts`. */
  readonly trace?: string | undefined;
  readonly method?: string;
  readonly lane?: string;
  /** The client asked to be kept waiting: its time says nothing about the service. */
  readonly waited?: boolean;
  readonly spentUsd?: number;
  readonly budgetUsd?: number;
  /** Seconds that the oldest job of a lane has been waiting. */
  readonly interactiveAgeS?: number | undefined;
  readonly bulkAgeS?: number | undefined;
  readonly economyAgeS?: number | undefined;
  readonly error?: unknown;
}

export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
