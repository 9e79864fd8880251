/**
 * Whether there is an economy, as the worker that starts notes it: only the worker knows how Gemini is reached, and who
 * takes a batch in has to say whether it can be drawn at half the price.
 */
import { switches } from '../collections.ts';
import type { Engine } from '../engine.ts';
import type { Store } from '../platform/store.ts';

const ID = 'economy';

export interface NoEconomy {
  /** Why, in words that follow a colon. */
  readonly unavailable: string;
}

/** A worker that cannot note it draws nevertheless. Never throws. */
export async function noteEconomy({ store, clock, log }: Engine, batches: object | NoEconomy): Promise<void> {
  const reason = 'unavailable' in batches ? String(batches.unavailable) : '';
  const noted = { id: ID, on: reason === '', reason, since: clock.now() };
  await store
    .transaction(async tx => tx.set(switches, noted))
    .catch((error: unknown) => log.warn('whether there is an economy could not be noted', { error }));
}

export async function economyNote(store: Pick<Store, 'get'>): Promise<NoEconomy | { readonly since: number }> {
  const noted = await store.get(switches, ID);
  if (!noted) return { unavailable: 'no worker has said that it can reach one' };
  return noted.on ? { since: noted.since } : { unavailable: noted.reason };
}
