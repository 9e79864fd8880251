/**
 * The API's answers as far as the command line reads them (docs/http-api.md). Times are RFC 3339.
 */
import type { JobStatus } from '../../common/job.ts';

export interface JobAnswer {
  readonly id: string;
  readonly status: JobStatus;
  readonly done: boolean;
  readonly sequence: number;
  readonly style?: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly retryAt?: string;
  readonly attempt: number;
  readonly pollAfterMs: number;
  readonly output?: OutputAnswer;
  readonly error?: { readonly code: string; readonly message: string; readonly retryable: boolean };
  readonly reused: boolean;
  readonly charge: string;
  readonly batchId?: string;
  readonly customId?: string;
  readonly metadata?: { readonly [name: string]: string };
  readonly cancelRequested?: boolean;
  readonly erasedAt?: string;
  /** While it waits for its turn. */
  readonly queue?: {
    readonly position?: number;
    readonly more?: true;
    readonly etaSeconds?: number;
    readonly paused?: true;
    readonly resumesAt?: string;
  };
  readonly model?: string;
  readonly costUsd?: number;
  readonly attempts?: readonly AttemptAnswer[];
}

export interface OutputAnswer {
  readonly url: string;
  readonly urlExpiresAt: string;
  readonly previewUrl: string;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly expiresAt: string;
}

export interface AttemptAnswer {
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly model: string;
  readonly outcome?: string;
  readonly billed?: string;
  readonly costUsd?: number;
}

export interface JobsAnswer {
  readonly jobs: readonly JobAnswer[];
  readonly nextCursor?: string;
}

export interface StyleAnswer {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly aspectRatio: string;
  readonly size: string;
  readonly pool: string;
}

export interface QuotaAnswer {
  readonly pools: {
    readonly [pool: string]: {
      readonly limit: number | null;
      readonly remaining: number | null;
      readonly resetAt: string;
    };
  };
}

export type ReadyAnswer = { readonly [part: string]: string };
