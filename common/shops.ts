/**
 * Shops: what an operator may set of them, and how it has to look. Whatever a shop is known by (its origins, its Shopify
 * domain) is compared letter by letter elsewhere, so only the exact form is taken here.
 */
import { type Acting, type By, change, type Outcome } from './audit.ts';
import { shops } from './collections.ts';
import type { Release, Shop, ShopifyShop } from './documents.ts';
import type { Transaction } from './platform/store.ts';
import { shopChanges } from './shop-changes.ts';

/** Part of addresses and of the ids of other documents. */
export const SHOP_ID = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
export const SHOPIFY_DOMAIN = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/;
/** Shopify mounts a proxy below one of four words. */
export const PROXY_PATH = /^\/(?:a|apps|community|tools)\/[a-z0-9_-]{1,30}$/;
const PROXY_PATH_DEFAULT = '/apps/easel';
/** All shops are read at once: to know the origins of any of them, and to keep their Shopify domains apart. */
export const SHOPS_MAX = 500;
const ORIGIN_HOST = /^https?:\/\/(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?$/;

/** Fields as an operator sets them; null takes a field away, and one that is left out stays as it is. */
export interface ShopWish {
  readonly name?: string | undefined;
  readonly origins?: readonly string[] | undefined;
  readonly shopify?: Wish<ShopifyShop> | null | undefined;
  readonly quotaPerDay?: Wish<Quotas> | null | undefined;
  readonly budgetMicroUsdPerDay?: number | null | undefined;
  readonly freePrompts?: boolean | undefined;
  readonly release?: Release | undefined;
}

type Quotas = NonNullable<Shop['quotaPerDay']>;
type Wish<T> = { readonly [field in keyof T]?: T[field] | null | undefined };
export type Unfit = 'shopify incomplete' | 'shopify domain taken';
type NotCreated = 'exists' | 'too many' | Unfit;
type NotUpdated = 'missing' | Unfit;

/** Whether a browser would send exactly this as its `Origin`. */
export function isOrigin(text: string): boolean {
  return ORIGIN_HOST.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** A shop of that id is never overwritten. */
export async function createShop(
  acting: Acting,
  wish: ShopWish & { readonly id: string; readonly name: string },
  by: By,
): Promise<Outcome<Shop, NotCreated>> {
  const { id, name } = wish;
  const now = acting.clock.now();
  const empty: Shop = { id, name, origins: [], freePrompts: false, createdAt: now, updatedAt: now };
  return change<Shop, NotCreated>(acting, { from: shops, id, by }, async (before, tx) => {
    if (before) return { refused: 'exists' };
    const all = await allShops(tx);
    if (all.length >= SHOPS_MAX) return { refused: 'too many' };
    const document = withWish(empty, wish);
    const refused = unfit(document, all);
    if (refused) return { refused };
    return {
      document,
      did: { action: 'shop.create', target: shopTarget(id), detail: shopChanges(undefined, document) },
    };
  });
}

export async function updateShop(
  acting: Acting,
  id: string,
  wish: ShopWish,
  by: By,
): Promise<Outcome<Shop, NotUpdated>> {
  return change<Shop, NotUpdated>(acting, { from: shops, id, by }, async (before, tx) => {
    if (!before) return { refused: 'missing' };
    const wanted = withWish(before, wish);
    const refused = wish.shopify ? unfit(wanted, await allShops(tx)) : undefined;
    if (refused) return { refused };
    const detail = shopChanges(before, wanted);
    if (detail === '') return { document: before };
    const document = { ...wanted, updatedAt: acting.clock.now() };
    return { document, did: { action: 'shop.update', target: shopTarget(id), detail } };
  });
}

export function shopTarget(id: string): string {
  return `shops/${id}`;
}

async function allShops(tx: Transaction): Promise<readonly Shop[]> {
  return (await tx.list({ from: shops, limit: SHOPS_MAX })).items;
}

/** Without its secret a proxy's signature proves nothing, and two shops of one domain could not be told apart. */
function unfit({ id, shopify }: Shop, all: readonly Shop[]): Unfit | undefined {
  if (!shopify) return undefined;
  if (!shopify.domain || !shopify.secret) return 'shopify incomplete';
  const others = all.filter(other => other.id !== id);
  return others.some(other => other.shopify?.domain === shopify.domain) ? 'shopify domain taken' : undefined;
}

/** `unfit` says whether the result may be kept. */
function withWish(before: Shop, wish: ShopWish): Shop {
  const { quotaPerDay, budgetMicroUsdPerDay, shopify, ...rest } = before;
  const name = wish.name ?? before.name;
  const origins = wish.origins ?? before.origins;
  const freePrompts = wish.freePrompts ?? before.freePrompts;
  return {
    ...rest,
    ...{ name, origins, freePrompts },
    ...kept('release', wish.release ?? before.release),
    ...kept('quotaPerDay', merged(quotaPerDay, wish.quotaPerDay)),
    ...kept('budgetMicroUsdPerDay', wished(budgetMicroUsdPerDay, wish.budgetMicroUsdPerDay)),
    ...kept('shopify', withDefaults(merged(shopify, wish.shopify))),
  };
}

function withDefaults(shopify: Partial<ShopifyShop> | undefined): ShopifyShop | undefined {
  return shopify && { domain: '', secret: '', pathPrefix: PROXY_PATH_DEFAULT, ...shopify };
}

function wished<T>(before: T | undefined, wish: T | null | undefined): T | undefined {
  return wish === undefined ? before : (wish ?? undefined);
}

/** Undefined when nothing is left. */
function merged<T extends object>(before: Partial<T> | undefined, wish: Wish<T> | null | undefined) {
  if (wish === null) return undefined;
  const fields = Object.entries({ ...before, ...present(wish ?? {}) }).filter(([, value]) => value !== null);
  return fields.length > 0 ? (Object.fromEntries(fields) as Partial<T>) : undefined;
}

function present<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function kept<K extends string, V>(field: K, value: V | undefined): { readonly [field in K]?: V } {
  return value === undefined ? {} : ({ [field]: value } as { readonly [field in K]?: V });
}
