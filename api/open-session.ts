/**
 * POST /v1/sessions: a storefront's publishable key opens a session for one shopper's browser and, where it is asked for,
 * lets the browser read the session's own jobs in Firestore.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { ownerUid } from '../common/owners.ts';
import type { Api } from './api.ts';
import type { CallerOf } from './auth/caller.ts';
import { readOptionalJsonBody } from './read-json.ts';

export const sessionFields = z.strictObject({ firestore: z.boolean().default(false) });

export async function openSession({ sessions, clientAccess, engine }: Api, ctx: Context): Promise<void> {
  const { firestore } = await readOptionalJsonBody(ctx, sessionFields);
  const { shop } = ctx.state.caller as CallerOf<'storefront'>;
  const { token, expiresAt, caller } = await sessions.open(shop);
  const uid = ownerUid(engine.settings.idSecret, shop, caller);
  const access = firestore ? { firestore: await clientAccess.firestore(uid) } : {};
  ctx.status = 201;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { token, expiresAt: new Date(expiresAt).toISOString(), ...access };
}
