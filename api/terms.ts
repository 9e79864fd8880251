/**
 * What applies to a shopper where the operator has set it otherwise for the shop, or for the key that is used.
 */

import { DEFAULT_SHOP } from '../common/keys.ts';
import { type QuotaLimits, quotaLimits } from '../common/quota.ts';
import type { Api } from './api.ts';
import type { Shopper } from './owner-of.ts';

export interface Terms extends QuotaLimits {
  /** Whether a shopper's browser may send a wish in free words. */
  readonly freePrompts: boolean;
}

/** As of at most half a minute ago. */
export async function termsOf({ shops, engine }: Pick<Api, 'shops' | 'engine'>, shopper: Shopper): Promise<Terms> {
  const shop = await shops.find(shopper.shop);
  return {
    ...quotaLimits(engine.settings, shop?.quotaPerDay, shopper.key?.quotaPerDay),
    // The first shop is written after the first start has begun to listen; until then it is the operator's own.
    freePrompts: shop?.freePrompts ?? shopper.shop === DEFAULT_SHOP,
  };
}
