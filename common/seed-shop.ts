/**
 * Puts the shop `default` into a store that lacks it: what the first keys are for. One that is there is never
 * overwritten, for it is the operator's.
 */
import { shops } from './documents.ts';
import { DEFAULT_SHOP } from './keys.ts';
import type { Store } from './platform/store.ts';

/** `freePrompts`: on one's own machine anything may be tried; a shop on the internet has to want it. */
export async function seedShop(
  store: Pick<Store, 'transaction'>,
  { freePrompts, now }: { readonly freePrompts: boolean; readonly now: number },
): Promise<void> {
  const shop = { id: DEFAULT_SHOP, name: 'Default', origins: [], freePrompts, createdAt: now, updatedAt: now };
  await store.transaction(async tx => {
    if (!(await tx.get(shops, shop.id))) tx.set(shops, shop);
  });
}
