/**
 * GET /v1/quota, and the RateLimit headers (IETF draft 10) that every counted answer carries.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { refuseField } from '../common/field-errors.ts';
import { POOLS, type Pool, poolState, type Scope, scopesOf } from '../common/quota.ts';
import type { Api } from './api.ts';
import { ownerOf, shopperOf } from './owner-of.ts';
import { parseQuery } from './query.ts';
import { termsOf } from './terms.ts';

const DAY_S = 86_400;

export const quotaQuery = z.strictObject({
  /** Whose quota a shop's server asks for; without it only the budget binds. */
  customerId: z.string().min(1).max(128).optional(),
});

export async function getQuota(api: Api, ctx: Context): Promise<void> {
  const { engine, quotaReads } = api;
  const shopper = shopperOf(ctx);
  const { customerId } = parseQuery(ctx, quotaQuery);
  if (shopper.kind === 'session' && customerId !== undefined) refuseField('customerId', 'only with a server key');
  const owner = ownerOf(ctx, shopper, engine.settings, customerId);
  const terms = await termsOf(api, shopper);
  const now = engine.clock.now();
  const pools = POOLS.map(async pool => {
    const state = await poolState(quotaReads.remembered, scopesOf(shopper.shop, owner, pool, terms, now), now);
    return [pool, { ...state, ...finite(state), resetAt: new Date(state.resetAt).toISOString() }] as const;
  });
  ctx.set('Cache-Control', 'private, no-store');
  ctx.body = { pools: Object.fromEntries(await Promise.all(pools)) };
}

/** What is left of a pool, for the headers of an answer; nothing where only the budget binds. */
export async function limitHeaders(
  { engine, quotaReads }: Api,
  pool: Pool,
  scopes: readonly Scope[],
): Promise<{ [name: string]: string }> {
  if (scopes.length === 0) return {};
  const now = engine.clock.now();
  const { limit, remaining, resetAt } = await poolState(quotaReads.fresh, scopes, now);
  return {
    'RateLimit-Policy': `"${pool}";q=${limit};w=${DAY_S}`,
    RateLimit: `"${pool}";r=${remaining};t=${secondsUntil(resetAt, now)}`,
  };
}

export function secondsUntil(atMs: number, nowMs: number): number {
  return Math.max(1, Math.ceil((atMs - nowMs) / 1_000));
}

/** JSON has no infinity: no limit is null. */
function finite({ limit, remaining }: { limit: number; remaining: number }) {
  return Number.isFinite(limit)
    ? {}
    : { limit: null, remaining: remaining === Number.POSITIVE_INFINITY ? null : remaining };
}
