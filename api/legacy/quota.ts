/**
 * GET /api/v1/quota: what is left to the cookie or the address. The ids in the query say nothing here.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { fieldErrors } from '../../common/field-errors.ts';
import { POOLS, poolState, scopesOf } from '../../common/quota.ts';
import type { Api } from '../api.ts';
import { ownerOf } from '../owner-of.ts';
import { termsOf } from '../terms.ts';
import { identify } from './identify.ts';

const query = z.object({ quota_type: z.enum(POOLS as ['named', 'custom']).default('named') });

export async function checkQuota(api: Api, ctx: Context): Promise<void> {
  const caller = await identify(api, ctx);
  const parsed = query.safeParse(ctx.query);
  if (!parsed.success) throw fieldErrors(parsed.error);
  const { engine, quotaReads } = api;
  const now = engine.clock.now();
  const owner = ownerOf(ctx, caller, engine.settings);
  const scopes = scopesOf(caller.shop, owner, parsed.data.quota_type, await termsOf(api, caller), now);
  const { limit, remaining, resetAt, warningLevel } = await poolState(quotaReads.remembered, scopes, now);
  ctx.set('Cache-Control', 'private, no-store');
  ctx.body = {
    allowed: remaining > 0,
    remaining,
    limit,
    reset_time: new Date(resetAt).toISOString(),
    warning_level: warningLevel,
  };
}
