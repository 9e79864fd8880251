/**
 * The operators' view of the shops. The Shopify secret goes in and never comes out, and of the webhook
 * secrets the answer tells whether there is one.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import type { Outcome } from '../../common/audit.ts';
import { shops } from '../../common/collections.ts';
import { RELEASES, type Shop } from '../../common/documents.ts';
import { ProblemError } from '../../common/errors.ts';
import { refuseField } from '../../common/field-errors.ts';
import { createShop, PROXY_PATH, SHOP_ID, SHOPIFY_DOMAIN, type Unfit, updateShop } from '../../common/shops.ts';
import type { Api } from '../api.ts';
import { parseQuery } from '../query.ts';
import { readJsonBody } from '../read-json.ts';
import { by } from './acting.ts';
import { line, microUsdOf, origins, quota, reason, shopId, usd, usdOf } from './fields.ts';
import { nextCursor, pageFields, parameter, readPage } from './page.ts';

const NAME_MAX = 80;
/** Shopify's are 32 or 38 characters long. */
const SECRET = /^[\x21-\x7e]{16,128}$/;

export const shopsQuery = z.strictObject(pageFields);

const settings = {
  origins: origins.optional(),
  freePrompts: z.boolean().optional(),
  release: z.enum(RELEASES).optional(),
  quotaPerDay: z
    .strictObject({ named: quota.nullable().optional(), custom: quota.nullable().optional() })
    .nullable()
    .optional(),
  budgetUsdPerDay: usd.nullable().optional(),
  shopify: z
    .strictObject({
      domain: z.string().max(255).regex(SHOPIFY_DOMAIN).optional(),
      secret: z.string().regex(SECRET).optional(),
      pathPrefix: z.string().regex(PROXY_PATH).optional(),
    })
    .nullable()
    .optional(),
  reason: reason.optional(),
};

export const newShopFields = z.strictObject({ id: shopId, name: line(NAME_MAX), ...settings });
export const shopFields = z.strictObject({ name: line(NAME_MAX).optional(), ...settings });

export async function listShops({ engine }: Api, ctx: Context): Promise<void> {
  const page = await readPage(engine.store, { from: shops }, parseQuery(ctx, shopsQuery));
  answer(ctx, { shops: page.items.map(viewShop), ...nextCursor(page) });
}

export async function showShop({ engine }: Api, ctx: Context): Promise<void> {
  const shop = await engine.store.get(shops, parameter(ctx, 'id', SHOP_ID));
  if (!shop) throw new ProblemError('not_found');
  answer(ctx, viewShop(shop));
}

export async function makeShop(api: Api, ctx: Context): Promise<void> {
  const { reason: why, ...fields } = await readJsonBody(ctx, newShopFields);
  const wish = { ...fields, ...budgetOf(fields) };
  const shop = orRefuse(await createShop(api.engine, wish, await by(api, ctx, why)));
  ctx.status = 201;
  ctx.set('Location', `/v1/admin/shops/${shop.id}`);
  answer(ctx, viewShop(shop));
}

export async function changeShop(api: Api, ctx: Context): Promise<void> {
  const { reason: why, ...fields } = await readJsonBody(ctx, shopFields);
  const wish = { ...fields, ...budgetOf(fields) };
  answer(
    ctx,
    viewShop(orRefuse(await updateShop(api.engine, parameter(ctx, 'id', SHOP_ID), wish, await by(api, ctx, why)))),
  );
}

function orRefuse(outcome: Outcome<Shop, 'exists' | 'too many' | 'missing' | Unfit>): Shop {
  if (!('refused' in outcome)) return outcome.document;
  switch (outcome.refused) {
    case 'exists':
      throw new ProblemError('shop_exists');
    case 'too many':
      throw new ProblemError('shops_full');
    case 'missing':
      throw new ProblemError('not_found');
    case 'shopify incomplete':
      return refuseField('shopify', 'expected domain and secret, as the shop has none yet');
    case 'shopify domain taken':
      return refuseField('shopify.domain', 'another shop has it');
  }
}

function budgetOf({ budgetUsdPerDay }: { budgetUsdPerDay?: number | null | undefined }) {
  if (budgetUsdPerDay === undefined) return {};
  return { budgetMicroUsdPerDay: budgetUsdPerDay === null ? null : microUsdOf(budgetUsdPerDay) };
}

function answer(ctx: Context, body: object): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = body;
}

function viewShop(shop: Shop) {
  const { id, name, origins: listed, freePrompts, quotaPerDay, budgetMicroUsdPerDay: cap, shopify } = shop;
  return {
    id,
    name,
    origins: listed,
    freePrompts,
    release: shop.release ?? 'open',
    quotaPerDay,
    budgetUsdPerDay: cap === undefined ? undefined : usdOf(cap),
    shopify: shopify && {
      domain: shopify.domain,
      pathPrefix: shopify.pathPrefix,
      secret: shopify.secret === '' ? 'not set' : 'set',
    },
    webhookSecret: shop.webhookSecrets ? 'set' : 'not set',
    createdAt: new Date(shop.createdAt).toISOString(),
    updatedAt: new Date(shop.updatedAt).toISOString(),
  };
}
