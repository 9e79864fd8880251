/**
 * How many sessions an address may open. Whoever opens a new session is a new shopper to the quota, so without this a
 * script would have as many pictures as it asks for; the limits by address would still hold it, but late.
 */
import type { Context } from 'koa';
import { quotas } from '../../common/collections.ts';
import type { Engine } from '../../common/engine.ts';
import { ProblemError } from '../../common/errors.ts';
import { addressHash } from '../owner-of.ts';

export const SESSIONS_PER_HOUR = 20;
const HOUR_MS = 3_600_000;
const SPENT_MAX = 10_000;

export interface SessionLimit {
  /** Throws `sessions_exceeded` when the address has used up its hour. Counts nothing. */
  check(ctx: Context): Promise<void>;
  /** Counts one session; throws as above when there was no room for it. */
  count(ctx: Context): Promise<void>;
}

/** One per process: it remembers who has used up an hour, so that insisting costs the store nothing. */
export function createSessionLimit({ store, line, clock, settings }: Engine): SessionLimit {
  const spent = new Set<string>();

  function hourOf(ctx: Context) {
    const now = clock.now();
    const endsAt = (Math.floor(now / HOUR_MS) + 1) * HOUR_MS;
    // One document per hour and address, among those of the quota.
    const id = `${new Date(now).toISOString().slice(0, 13)}-sessions-${addressHash(ctx, settings)}`;
    const refuse = (): never => {
      if (spent.size >= SPENT_MAX) spent.clear();
      spent.add(id);
      const retryAfter = String(Math.max(1, Math.ceil((endsAt - now) / 1_000)));
      throw new ProblemError('sessions_exceeded', { headers: { 'Retry-After': retryAfter } });
    };
    return { id, endsAt, refuse };
  }

  return {
    async check(ctx) {
      const { id, refuse } = hourOf(ctx);
      if (spent.has(id) || ((await store.get(quotas, id))?.held ?? 0) >= SESSIONS_PER_HOUR) refuse();
    },
    async count(ctx) {
      const { id, endsAt, refuse } = hourOf(ctx);
      await line([id], async () => {
        if (spent.has(id)) refuse();
        // A session leaves nothing behind that could tell a transaction that runs again: at worst it counts twice.
        const opened = await store.transaction(async tx => {
          const held = (await tx.get(quotas, id))?.held ?? 0;
          if (held < SESSIONS_PER_HOUR)
            tx.set(quotas, { id, held: held + 1, releasedCalls: 0, expireAt: endsAt + HOUR_MS });
          return held;
        });
        if (opened >= SESSIONS_PER_HOUR) refuse();
      });
    },
  };
}
