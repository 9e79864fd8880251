/**
 * An upstream batch: up to forty economy jobs that the provider draws together. Its document is written before anything
 * is asked of the provider, and its id is the batch's display name there: after a crash the batch is found again by it
 * and adopted, not paid for twice. Drawn in docs/economy.md.
 */
import { DAY_MS } from '../limits.ts';
import type { Document } from '../platform/store.ts';

/**
 * `gathering` = jobs are claimed and their photos sent; `creating` = from here on the provider may have the batch;
 * `open` = it has, under `name`; `settled` = nothing is left to do.
 */
export const UPSTREAM_STATES = ['gathering', 'creating', 'open', 'settled'] as const;
export type UpstreamState = (typeof UPSTREAM_STATES)[number];

export interface UpstreamItem {
  readonly jobId: string;
  /** Of the attempt that is a part of this batch; absent before it is claimed. */
  readonly fence?: number;
}

/** `upstreamBatches/{id}`. All times in ms since 1970. */
export interface UpstreamBatch extends Document {
  readonly v: number;
  readonly state: UpstreamState;
  /** Catalogue id; all items are drawn by it. */
  readonly model: string;
  readonly items: readonly UpstreamItem[];
  /** The earliest `economyUntil` of its items: then it is cancelled, and bulk draws what has no answer. */
  readonly economyUntil: number;
  readonly createdAt: number;
  /** The requests, as a file of the provider's. */
  readonly inputFile?: string;
  /** The provider's name of the batch. */
  readonly name?: string;
  readonly submittedAt?: number;
  /** As the provider named it at the last look. */
  readonly upstreamState?: string;
  /** When we first saw that it has ended. */
  readonly endedAt?: number;
  readonly settledAt?: number;
  readonly cancelAskedAt?: number;
  /** When bulk took over what had no answer. */
  readonly fellBackAt?: number;
  /** How often its creation was begun: after the first time the provider is asked whether it has the batch already. */
  readonly creations: number;
  /** Failures in a row, for the backoff. */
  readonly troubles: number;
  /** What went wrong last, for the operator. */
  readonly detail?: string;
  /** Makes the names of its tasks unique. */
  readonly dispatch: number;
  readonly fence: number;
  /** Who tends it now; nobody else does until then. */
  readonly lease?: { readonly fence: number; readonly expiresAt: number };
  readonly nextCheckAt?: number;
  readonly expireAt: number;
}

const MINUTE_MS = 60_000;
const LOOK_MIN_MS = MINUTE_MS;
const LOOK_MAX_MS = 10 * MINUTE_MS;
/** Looked at again after a tenth of its age: a batch that has taken hours is not expected within the minute. */
const LOOKS_PER_AGE = 10;
const TROUBLE_MAX_MS = 10 * MINUTE_MS;

/** The provider ends a batch itself after two days; who still has nothing to show for it then is asked no more. */
export const GIVE_UP_MS = 4 * DAY_MS;
/** For so long the provider keeps the results of a batch. */
export const RESULTS_KEPT_MS = 2 * DAY_MS;

/** When to look at an open batch again, but not later than when its time is over. */
export function nextLookAt({ submittedAt, createdAt, economyUntil }: UpstreamBatch, nowMs: number): number {
  const ageMs = nowMs - (submittedAt ?? createdAt);
  const waitMs = Math.min(LOOK_MAX_MS, Math.max(LOOK_MIN_MS, ageMs / LOOKS_PER_AGE));
  const at = nowMs + Math.round(waitMs);
  return nowMs < economyUntil ? Math.min(at, economyUntil) : at;
}

/** When to try again after so many failures in a row, at least what the provider asks for. */
export function nextTryAt(batch: Pick<UpstreamBatch, 'troubles'>, nowMs: number, retryAfterMs = 0): number {
  const backoffMs = Math.min(TROUBLE_MAX_MS, LOOK_MIN_MS * 2 ** Math.min(10, batch.troubles));
  return nowMs + Math.max(retryAfterMs, backoffMs);
}

/** So many items of a size go into one batch: forty, and fewer of those whose results would make a file too large to read. */
export const ITEMS_MAX = 40;
const ITEMS_MAX_BY_SIZE: { readonly [size: string]: number } = { '2K': 20, '4K': 8 };

export function itemsMax(size: string): number {
  return ITEMS_MAX_BY_SIZE[size] ?? ITEMS_MAX;
}

export function upstreamTaskName({ id, dispatch }: Pick<UpstreamBatch, 'id' | 'dispatch'>): string {
  return `${id}-${dispatch}`;
}
