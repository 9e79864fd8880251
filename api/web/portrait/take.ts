/**
 * A take is one portrait that a shopper has asked for, from the click to the picture: one photo in one style. What the
 * page shows of it is decided here, from what the client has told.
 */
import type { Connection, Job } from '../client/types.ts';

export interface TakeStyle {
  readonly id: string;
  readonly label: string;
}

export interface TakeProblem {
  /** Of the API or of the job. */
  readonly code: string;
  readonly resetAt?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** It is how a job ended, not why a request was refused. */
  readonly ofJob?: boolean | undefined;
}

export interface Take {
  /** Made by the page; also names the submit. */
  readonly id: string;
  readonly style: TakeStyle;
  /** 0 for the first version of this photo in this style. */
  readonly variation: number;
  /** Of a submit of several styles at once, which its jobs bear as `customId`; else the take's own id does that. */
  readonly togetherId?: string | undefined;
  /** Under which the photo's preview is kept; absent for a job that came from elsewhere. */
  readonly photoName?: string | undefined;
  readonly photo?: Blob | undefined;
  readonly preview?: HTMLCanvasElement | undefined;
  /** What has left of the photo, 0 to 1. */
  readonly sent: number;
  /** Begun by an earlier page; where it stands is being asked. */
  readonly finding?: boolean | undefined;
  /** When the shopper asked for it, ms since 1970. */
  readonly begunAt: number;
  readonly job?: Job | undefined;
  readonly connection?: Connection | undefined;
  /** The shopper has given it up, and the service has not said so yet. */
  readonly canceling?: boolean | undefined;
  readonly problem?: TakeProblem | undefined;
  /** No picture is drawn now: the photo is on its way to go with the order. */
  readonly keeping?: boolean | undefined;
  /** The photo goes with the order. */
  readonly kept?: KeptPhoto | undefined;
}

export interface KeptPhoto {
  readonly uploadId: string;
  /** ms since 1970. */
  readonly until: number;
}

/** The service takes variations from 0 to this. */
export const VARIATION_MAX = 9;

export type TakeState =
  | 'finding'
  | 'sending'
  | 'queued'
  | 'running'
  | 'canceling'
  | 'kept'
  | 'succeeded'
  | 'canceled'
  | 'failed';

export function stateOf({ job, problem, canceling, sent, finding, keeping, kept }: Take): TakeState {
  if (kept) return 'kept';
  if (keeping) return 'sending';
  if (problem) return 'failed';
  if (!job && finding) return 'finding';
  if (!job) return canceling ? (sent < 1 ? 'canceled' : 'canceling') : 'sending';
  if (job.status === 'succeeded') return 'succeeded';
  if (job.status === 'canceled') return 'canceled';
  if (job.done) return 'failed';
  if (canceling || job.cancelRequested) return 'canceling';
  return job.status === 'running' ? 'running' : 'queued';
}

export function isOver(take: Take): boolean {
  return ['succeeded', 'kept', 'canceled', 'failed'].includes(stateOf(take));
}

/** What went wrong, if anything did. */
export function problemOf({ problem, job, keeping, kept }: Take): TakeProblem | undefined {
  if (keeping || kept) return undefined;
  if (problem) return problem;
  if (!job?.done || job.status === 'succeeded' || job.status === 'canceled') return undefined;
  return { code: job.error?.code ?? (job.status === 'blocked' ? 'content_blocked' : 'unknown'), ofJob: true };
}

/** Asking again for the same makes sense where nothing is wrong with what was asked for. */
export function mayRetry(take: Take): boolean {
  if (!take.photo || !isOver(take) || take.kept) return false;
  if (stateOf(take) === 'canceled') return true;
  const code = problemOf(take)?.code;
  return code !== undefined && !HOPELESS.includes(code);
}

const HOPELESS = [
  'content_blocked',
  'invalid_input',
  'input_unreadable',
  'photo_unusable',
  'crashed_repeatedly',
  'image_unreadable',
  'image_too_small',
  'image_too_large',
  'image_too_many_pixels',
  'image_type_unsupported',
  'style_unknown',
  'style_disabled',
  'origin_not_allowed',
  'forbidden',
  'quota_exceeded',
  'photos_exceeded',
];
