/**
 * The operators' view of the keys. A key is shown in the answer that makes it and never again; here are their ids.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { keys } from '../../common/collections.ts';
import type { Key } from '../../common/documents.ts';
import { ProblemError } from '../../common/errors.ts';
import { refuseField } from '../../common/field-errors.ts';
import { createKey, DEFAULT_SHOP, KEY_KINDS, KEY_SCOPES, type KeyWish, mayUse, revokeKey } from '../../common/keys.ts';
import type { Api } from '../api.ts';
import { parseQuery } from '../query.ts';
import { readJsonBody } from '../read-json.ts';
import { actingKey, actorOf, by } from './acting.ts';
import { line, origins, quota, reason, shopId } from './fields.ts';
import { nextCursor, pageFields, parameter, readPage } from './page.ts';

const LABEL_MAX = 80;
const KEY_ID = /^[0-9a-f]{64}$/;

export const keysQuery = z.strictObject({ shop: shopId.optional(), ...pageFields });

export const keyFields = z
  .strictObject({
    kind: z.enum(KEY_KINDS),
    label: line(LABEL_MAX),
    shop: shopId.optional(),
    scopes: z.array(z.enum(KEY_SCOPES)).min(1).max(KEY_SCOPES.length).optional(),
    origins: origins.min(1).optional(),
    quotaPerDay: z.strictObject({ named: quota.optional(), custom: quota.optional() }).optional(),
    reason: reason.optional(),
  })
  .refine(({ kind, shop }) => kind !== 'admin' || shop === undefined, {
    path: ['shop'],
    message: 'an admin key belongs to no shop',
  })
  .refine(({ kind, scopes }) => kind !== 'storefront' || scopes === undefined, {
    path: ['scopes'],
    message: 'a storefront key opens sessions and does nothing else',
  })
  .refine(({ kind, scopes }) => kind === 'admin' || !scopes?.includes('manage'), {
    path: ['scopes'],
    message: 'only an admin key may manage',
  })
  .refine(({ kind, origins: listed }) => kind === 'storefront' || listed === undefined, {
    path: ['origins'],
    message: 'only a storefront key is used in pages',
  })
  .refine(({ kind, quotaPerDay }) => kind !== 'admin' || quotaPerDay === undefined, {
    path: ['quotaPerDay'],
    message: 'an admin key makes no pictures',
  });

export const revokeFields = z.strictObject({ reason });

export async function listKeys({ engine }: Api, ctx: Context): Promise<void> {
  const { shop, ...asked } = parseQuery(ctx, keysQuery);
  const where = shop === undefined ? [] : [['shop', '==', shop] as const];
  const page = await readPage(engine.store, { from: keys, where, orderBy: ['createdAt', 'desc'] }, asked);
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { keys: page.items.map(viewKey), ...nextCursor(page) };
}

export async function makeKey(api: Api, ctx: Context): Promise<void> {
  const { reason: why, shop = DEFAULT_SHOP, ...fields } = await readJsonBody(ctx, keyFields);
  const acting = await actingKey(api, ctx);
  // What JSON carries is a value: no field is there and undefined.
  const wish = { ...fields, shop } as KeyWish;
  if (wish.kind === 'admin') refuseMore(wish, acting);
  const who = { actor: actorOf(acting), ...(why !== undefined ? { reason: why } : {}) };
  const made = await createKey(api.engine, wish, who);
  if ('refused' in made) {
    if (made.refused === 'no such shop') return refuseField('shop', `there is no shop "${shop}"`);
    return refuseField('origins', `expected origins that the shop "${shop}" lists`);
  }
  ctx.status = 201;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { ...viewKey(made.document), key: made.key };
}

export async function revoke(api: Api, ctx: Context): Promise<void> {
  const { reason: why } = await readJsonBody(ctx, revokeFields);
  const revoked = await revokeKey(api.engine, parameter(ctx, 'id', KEY_ID), await by(api, ctx, why));
  if ('refused' in revoked) throw new ProblemError(revoked.refused === 'missing' ? 'not_found' : 'last_admin_key');
  ctx.set('Cache-Control', 'no-store');
  ctx.body = viewKey(revoked.document);
}

/** Nobody gives away what they do not have. */
function refuseMore(wish: Pick<Key, 'scopes'>, acting: Key): void {
  if (KEY_SCOPES.every(scope => !mayUse(wish, scope) || mayUse(acting, scope))) return;
  throw new ProblemError('forbidden', { detail: 'Your key has fewer scopes than the one you want. Name its scopes.' });
}

function viewKey({ id, kind, shop, label, ending, scopes, origins: listed, quotaPerDay, createdAt, revokedAt }: Key) {
  return {
    id,
    kind,
    ...(kind === 'admin' ? {} : { shop }),
    label,
    ending,
    scopes,
    origins: listed,
    quotaPerDay,
    createdAt: new Date(createdAt).toISOString(),
    revokedAt: revokedAt === undefined ? undefined : new Date(revokedAt).toISOString(),
  };
}
