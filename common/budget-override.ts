/**
 * Another amount for the day than the usual one, for a time: more for a busy night, or nothing at all to stop spending.
 * It always has an end, because one that was forgotten would be the budget.
 */
import { type Acting, type By, change, type Outcome, untilText } from './audit.ts';
import { overrideId } from './budget.ts';
import { shops, switches } from './collections.ts';
import type { Switch } from './documents.ts';
import { DAY_MS } from './limits.ts';

export const OVERRIDE_AHEAD_MAX_MS = 7 * DAY_MS;

export interface Override {
  /** Instead of the service's budget when no shop is named. */
  readonly shop?: string;
  readonly microUsd: number;
  /** Ms since 1970, in the future and at most `OVERRIDE_AHEAD_MAX_MS` away. */
  readonly until: number;
}

/** Replaces an override that is set. `by` needs a reason. */
export async function overrideBudget(
  acting: Acting,
  { shop, microUsd, until }: Override,
  by: By & { readonly reason: string },
): Promise<Outcome<Switch, 'no such shop'>> {
  const id = overrideId(shop);
  return change<Switch, 'no such shop'>(acting, { from: switches, id, by }, async (_, tx) => {
    if (shop !== undefined && !(await tx.get(shops, shop))) return { refused: 'no such shop' };
    const document = { id, on: true, reason: by.reason, since: acting.clock.now(), until, microUsd };
    const detail = `$${microUsd / 1_000_000} a day ${untilText(until)}`;
    return { document, did: { action: 'budget.override', target: budgetTarget(shop), detail } };
  });
}

/** The usual budget counts again. Where nothing is overridden nothing is done. */
export async function resetBudget(acting: Acting, shop: string | undefined, by: By): Promise<void> {
  const id = overrideId(shop);
  const now = acting.clock.now();
  await change<Switch>(acting, { from: switches, id, by }, async before => {
    const off = { id, on: false, reason: '', since: now };
    const isSet = before?.on && (before.until ?? now) > now;
    return isSet ? { document: off, did: { action: 'budget.reset', target: budgetTarget(shop) } } : { document: off };
  });
}

function budgetTarget(shop: string | undefined): string {
  return shop === undefined ? 'budget' : `budget/${shop}`;
}
