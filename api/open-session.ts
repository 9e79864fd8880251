/**
 * POST /v1/sessions: a storefront's publishable key opens a session for one shopper's browser.
 */
import type { Context } from 'koa';
import type { Api } from './api.ts';
import type { CallerOf } from './auth/caller.ts';

export async function openSession({ sessions }: Api, ctx: Context): Promise<void> {
  const { shop } = ctx.state.caller as CallerOf<'storefront'>;
  const { token, expiresAt } = await sessions.open(shop);
  ctx.status = 201;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { token, expiresAt: new Date(expiresAt).toISOString() };
}
