/**
 * Batches as the API answers with them, as far as they are used here.
 */
import type { JobAnswer, OutputAnswer } from './answers.ts';

export interface BatchAnswer {
  readonly id: string;
  readonly kind: 'styles' | 'items';
  readonly status: string;
  readonly done: boolean;
  readonly sequence: number;
  readonly lane: string;
  readonly createdAt: string;
  readonly finishedAt?: string;
  readonly counts: { readonly total: number } & { readonly [status: string]: number };
  readonly pollAfterMs: number;
  readonly costUsd?: number;
  readonly estimateUsd?: number;
  readonly customId?: string;
  readonly deliverBy?: string;
  readonly tier?: { readonly why: string; readonly expectedAt: string; readonly inTime: boolean };
  readonly paused?: { readonly because?: string; readonly resumesAt?: string };
  readonly invalid?: {
    readonly count: number;
    readonly lines: readonly { readonly line: number; readonly pointer: string; readonly detail: string }[];
  };
  readonly rejected?: { readonly code: string; readonly message: string };
  readonly jobs?: readonly JobAnswer[];
}

export interface ListedBatchAnswer {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly lane: string;
  readonly total: number;
  readonly createdAt: string;
  readonly finishedAt?: string;
  readonly customId?: string;
}

/** A line of the results. */
export interface ResultAnswer {
  readonly customId?: string;
  readonly jobId: string;
  readonly status: string;
  readonly style?: string;
  readonly output?: OutputAnswer;
  readonly error?: { readonly code: string; readonly message: string };
  readonly cursor: string;
}

export function batchPath(id: string): string {
  return `/v1/batches/${encodeURIComponent(id)}`;
}
