/**
 * Which tier draws a batch: the cheapest that can keep the time by which it is wanted, and why, in a sentence with the
 * figures that decided. Pure: what is expected of each tier is measured or configured elsewhere
 * (`tier-expectations.ts`). Economy costs half; it may be chosen only if bulk can still draw everything when economy
 * has brought nothing.
 */
import type { Limits } from '../limits.ts';

export interface TierWish {
  readonly items: number;
  /** Named by the caller; absent = whatever fits. */
  readonly lane?: 'bulk' | 'economy';
  /** By when everything is wanted, ms since 1970; absent = no time is named. */
  readonly deliverBy?: number;
}

export interface Expectation {
  readonly ms: number;
  readonly from: 'measured' | 'configured';
}

export interface TierExpectations {
  /** How long an upstream batch takes; or why there is none. */
  readonly economy: Expectation | { readonly unavailable: string };
  /** What waits in bulk already, and how long this batch takes behind it. */
  readonly bulk: Expectation;
}

export interface TierChoice {
  readonly lane: 'bulk' | 'economy';
  /** A sentence for the caller. */
  readonly why: string;
  /** When it is expected to be done, ms since 1970. */
  readonly expectedAt: number;
  readonly deadlineAt: number;
  /** Of economy: from then on bulk draws what is not there. */
  readonly economyUntil?: number;
  /** False when no tier is expected to be in time. */
  readonly inTime: boolean;
}

/** The fallback gets a quarter more time than it is expected to need: it is begun when nothing may go wrong any more. */
const RESERVE_FACTOR = 1.25;

export function chooseTier(
  wish: TierWish,
  { economy, bulk }: TierExpectations,
  { nowMs, limits }: { nowMs: number; limits: Pick<Limits, 'deadlineMs' | 'economyReserveMs'> },
): TierChoice {
  const bulkChoice = (why: string): TierChoice => {
    const deadlineAt = wish.deliverBy ?? nowMs + limits.deadlineMs.bulk;
    const expectedAt = nowMs + bulk.ms;
    return { lane: 'bulk', why, expectedAt, deadlineAt, inTime: expectedAt <= deadlineAt };
  };
  const bulkSays = `bulk is expected to take ${said(bulk)}`;
  if (wish.lane === 'bulk') return bulkChoice(`Bulk, as asked for; ${bulkSays}.`);
  if ('unavailable' in economy)
    return bulkChoice(`Bulk, since there is no economy: ${economy.unavailable}; ${bulkSays}.`);
  if (wish.lane === undefined && wish.deliverBy === undefined) {
    return bulkChoice(`Bulk, since neither economy nor a time was named; ${bulkSays}.`);
  }

  const deadlineAt = wish.deliverBy ?? nowMs + limits.deadlineMs.economy;
  const reserveMs = Math.max(limits.economyReserveMs, Math.ceil(bulk.ms * RESERVE_FACTOR));
  const economyUntil = deadlineAt - reserveMs;
  const leftMs = economyUntil - nowMs;
  const figures =
    `economy is expected to take ${said(economy)}, and ${durationText(Math.max(0, leftMs))} are left for it ` +
    `when ${durationText(reserveMs)} are kept for bulk to draw what is missing`;
  const fits = economy.ms <= leftMs;
  if (!fits && (wish.lane === undefined || leftMs <= 0)) return bulkChoice(`Bulk, since ${figures}; ${bulkSays}.`);
  const why = fits ? `Economy, at half the price: ${figures}.` : `Economy, as asked for, though ${figures}.`;
  // What economy does not bring by its end, bulk does by the deadline.
  const expectedAt = fits ? nowMs + economy.ms : economyUntil + bulk.ms;
  return { lane: 'economy', why, expectedAt, deadlineAt, economyUntil, inTime: expectedAt <= deadlineAt };
}

function said({ ms, from }: Expectation): string {
  return `${durationText(ms)} (${from})`;
}

/** Such as `40 s`, `12 min`, `2 h 5 min`: rounded up, so that nothing is promised too short. */
export function durationText(ms: number): string {
  if (ms < 60_000) return `${Math.ceil(ms / 1_000)} s`;
  const minutes = Math.ceil(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest > 0 ? ` ${rest} min` : ''}`;
}
