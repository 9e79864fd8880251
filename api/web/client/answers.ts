/**
 * What the API answers, as `docs/http-api.md` and `docs/batches.md` have it. Times are RFC 3339 in UTC.
 */

export type JobStatus = 'queued' | 'running' | 'succeeded' | 'blocked' | 'failed' | 'canceled' | 'expired';

export interface Job {
  readonly id: string;
  readonly status: JobStatus;
  /** Nothing more will happen. Key on this one. */
  readonly done: boolean;
  /** Rises with each change. */
  readonly sequence: number;
  readonly style?: string;
  readonly lane: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly retryAt?: string;
  readonly attempt: number;
  readonly pollAfterMs: number;
  /** How it stands until it is done; not in what Firestore tells. */
  readonly queue?: {
    readonly position?: number;
    readonly more?: boolean;
    readonly etaSeconds?: number;
    readonly paused?: boolean;
    readonly resumesAt?: string;
  };
  readonly output?: Output;
  readonly error?: { readonly code: string; readonly message: string; readonly retryable: boolean };
  readonly reused: boolean;
  readonly charge: string;
  readonly batchId?: string;
  readonly customId?: string;
  readonly metadata?: { readonly [name: string]: string };
  readonly cancelRequested?: boolean;
  readonly erasedAt?: string;
  readonly links: { readonly self: string; readonly output?: string };
  /** With a server key only. */
  readonly model?: string;
  readonly costUsd?: number;
}

export interface Output {
  /**
   * Needs no header; works until `urlExpiresAt`. `get` gives a fresh one. Not there while the shop shows the preview alone,
   * until the picture is ordered.
   */
  readonly url?: string;
  readonly urlExpiresAt: string;
  readonly previewUrl: string;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly sha256: string;
  /** ThumbHash in base64. */
  readonly placeholder: string;
  readonly expiresAt: string;
}

export interface Style {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly version: number;
  readonly aspectRatio: string;
  readonly size: string;
  readonly minSidePx: number;
  readonly pool: Pool;
}

export type Pool = 'named' | 'custom';

export interface Quota {
  readonly pools: { readonly [pool in Pool]: PoolQuota };
}

export interface PoolQuota {
  /** null = no limit. */
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly resetAt: string;
  /** 1 = more than 3 left, 2 = 3, 3 = 1 or 2, 4 = none. */
  readonly warningLevel: 1 | 2 | 3 | 4;
}

export type BatchStatus = 'validating' | 'queued' | 'running' | 'succeeded' | 'partial' | 'failed' | 'canceled';

export interface Batch {
  readonly id: string;
  readonly status: BatchStatus;
  readonly done: boolean;
  readonly sequence: number;
  readonly lane: string;
  readonly createdAt: string;
  readonly finishedAt?: string;
  readonly pollAfterMs: number;
  readonly counts: { readonly [name in 'total' | JobStatus]: number };
  /** Of one photo in several styles, in their order; the items of a large batch are asked for page by page. */
  readonly jobs?: readonly Job[];
  /** Styles that there was no room for, of a batch that was asked for as `partial`. */
  readonly refused?: readonly unknown[];
  readonly customId?: string;
  readonly metadata?: { readonly [name: string]: string };
  readonly cancelRequested?: boolean;
  readonly links: { readonly self: string };
  /** With a server key only. */
  readonly costUsd?: number;
}
