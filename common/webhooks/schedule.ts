/**
 * What follows a try, as a pure function of its outcome: delivered, given up, or another one later. Ten tries over about
 * 75 hours, as Standard Webhooks advises: a receiver that is down over a weekend hears of everything on Monday.
 */
import type { Delivery, DeliveryTry } from '../documents.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** After the first, the second and so on; in sum 75 h 35 min. */
export const WAITS_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;
export const TRIES_MAX = WAITS_MS.length + 1;
/** Each wait is up to so much shorter or longer: what failed together does not come back together. */
const SPREAD = 0.1;
/** The process ended, which is nobody's fault: another one goes on soon. */
const CUT_SHORT_MS = 5 * SECOND;
/** "Gone", says the receiver: it wants no more of this. */
const GONE = 410;

export type TryOutcome = Pick<DeliveryTry, 'ms' | 'status' | 'error'>;

/** The delivery with the try of that id closed. Closing it again changes nothing; `fraction` is 0 to 1. */
export function closeTry(
  delivery: Delivery,
  id: string,
  { outcome, now, fraction }: { readonly outcome: TryOutcome; readonly now: number; readonly fraction: number },
): Delivery {
  const row = delivery.tries.find(attempt => attempt.id === id);
  if (!row || row.ms !== undefined) return delivery;
  const tries = delivery.tries.map(attempt => (attempt.id === id ? { ...attempt, ...outcome } : attempt));
  const { nextTryAt: _, ...rest } = { ...delivery, tries };
  // Another try has settled it, or a replay has begun another round, while this one was thought dead.
  if (delivery.tries.at(-1)?.id !== id || delivery.state !== 'pending') {
    return isDelivered(outcome) ? { ...rest, state: 'delivered' } : { ...delivery, tries };
  }
  if (isDelivered(outcome)) return { ...rest, state: 'delivered' };
  if (outcome.status === GONE) return { ...rest, state: 'disabled' };
  if (outcome.error === 'canceled') return { ...rest, made: delivery.made - 1, nextTryAt: now + CUT_SHORT_MS };
  const waitMs = WAITS_MS[delivery.made - 1];
  if (waitMs === undefined) return { ...rest, state: 'failed' };
  return { ...rest, nextTryAt: now + Math.round(waitMs * (1 - SPREAD + 2 * SPREAD * fraction)) };
}

function isDelivered({ status = 0, error }: TryOutcome): boolean {
  return error === undefined && status >= 200 && status <= 299;
}
