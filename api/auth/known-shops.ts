/**
 * All shops, asked of the store at most twice a minute. There are few of them, and the lists of their origins are needed
 * whole; so a domain that somebody makes up costs no question, however many there are.
 */
import type { Clock } from '../../common/clock.ts';
import { shops } from '../../common/collections.ts';
import type { Shop } from '../../common/documents.ts';
import type { Store } from '../../common/platform/store.ts';
import { isOrigin, SHOPS_MAX } from '../../common/shops.ts';
import { keep } from './keep.ts';

const KEPT_MS = 30_000;

export interface KnownShops {
  find(id: string): Promise<Shop | undefined>;
  /** The shop whose Shopify domain this is. */
  ofDomain(domain: string): Promise<ConnectedShop | undefined>;
  /** The shop whose pages are there; of several that list it, the first by id. */
  ofOrigin(origin: string): Promise<Shop | undefined>;
  /** Where any shop's pages are. */
  origins(): Promise<ReadonlySet<string>>;
}

export type ConnectedShop = Shop & { readonly shopify: NonNullable<Shop['shopify']> };

export function createKnownShops({ store, clock }: { store: Pick<Store, 'list'>; clock: Clock }): KnownShops {
  const look = keep(clock, KEPT_MS, async () => {
    const { items } = await store.list({ from: shops, limit: SHOPS_MAX });
    return {
      byId: new Map(items.map(shop => [shop.id, shop])),
      byDomain: new Map(items.filter(isConnected).map(shop => [shop.shopify.domain, shop])),
      // Only what a browser can send: "null", which any sandboxed page sends, must never be on the list.
      origins: new Set(items.flatMap(shop => shop.origins).filter(isOrigin)),
    };
  });
  return {
    async ofOrigin(origin) {
      const { byId, origins } = await look();
      return origins.has(origin) ? [...byId.values()].find(shop => shop.origins.includes(origin)) : undefined;
    },
    find: async id => (await look()).byId.get(id),
    ofDomain: async domain => (await look()).byDomain.get(domain),
    origins: async () => (await look()).origins,
  };
}

function isConnected(shop: Shop): shop is ConnectedShop {
  return shop.shopify !== undefined;
}
