/**
 * One thing done to many jobs: planned first, which freezes which jobs they are, then applied in steps. The ids that a
 * plan found lie in `bulkParts/`, so that what is applied is what was shown, whatever has happened since.
 */
import type { RetryWish } from '../jobs/retry.ts';
import type { Document } from '../platform/store.ts';

export const BULK_VERBS = ['retry', 'cancel', 'expire', 'erase'] as const;
export type BulkVerb = (typeof BULK_VERBS)[number];
export const BULK_STATES = ['planned', 'running', 'done', 'aborted'] as const;
export type BulkState = (typeof BULK_STATES)[number];

/** How often something was so, by its name. */
export type Tally = readonly { readonly name: string; readonly count: number }[];

export interface BulkPlan {
  /** Jobs that the filter found. */
  readonly matched: number;
  /** Those of them that will be acted on. */
  readonly eligible: number;
  /** The others, by why. */
  readonly skipped: Tally;
  /** The eligible ones by why they ended, or by their state. */
  readonly codes: Tally;
  readonly estimateMicroUsd: number;
  /** False: there are more than one plan takes; these are the newest. */
  readonly complete: boolean;
}

export interface BulkAction extends Document {
  readonly action: BulkVerb;
  readonly state: BulkState;
  /** As it was asked for; `bulkParts/` hold what it found. */
  readonly filter: { readonly [field: string]: string };
  readonly wish: RetryWish;
  readonly reason: string;
  readonly actor: string;
  /** SHA-256 of what the application has to bring. */
  readonly tokenHash: string;
  readonly plan: BulkPlan;
  /** Jobs a second. */
  readonly rate: number;
  /** How many of the eligible jobs have been looked at. */
  readonly position: number;
  readonly done: number;
  readonly skipped: Tally;
  /** Makes the names of tasks unique. */
  readonly dispatch: number;
  readonly nextCheckAt?: number;
  /** When the plan was made: what has ended later is not touched. */
  readonly createdAt: number;
  readonly appliedAt?: number;
  readonly appliedBy?: string;
  readonly endedAt?: number;
  readonly expireAt: number;
}

/** `{action}-{number}`: so many ids of a plan, in its order. */
export interface BulkPart extends Document {
  readonly ids: readonly string[];
  readonly expireAt: number;
}

export const BULK_ID = /^blk_[a-z0-9]{26}$/;
export const PART_SIZE = 500;

export function partId(actionId: string, position: number): string {
  return `${actionId}-${Math.floor(position / PART_SIZE)}`;
}

export function tallied(names: Iterable<string>, before: Tally = []): Tally {
  const counts = new Map(before.map(({ name, count }) => [name, count]));
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count })).toSorted((a, b) => b.count - a.count);
}
