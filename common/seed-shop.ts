/**
 * Puts the shop `default` into a store that lacks it: what the first keys are for. One that is there is the operator's
 * and stays as it is, except that it gets its first webhook secret if it never had one.
 */
import { shops } from './collections.ts';
import type { Shop } from './documents.ts';
import { DEFAULT_SHOP } from './keys.ts';
import type { Store } from './platform/store.ts';
import { isWebhookSecret, withSecret } from './webhooks/secrets.ts';

interface SeedOptions {
  readonly freePrompts: boolean;
  /** One that is of another form than `whsec_…` is left out: receivers could not use it. */
  readonly webhookSecret?: string;
  readonly now: number;
}

/** `freePrompts`: on one's own machine anything may be tried; a shop on the internet has to want it. */
export async function seedShop(
  store: Pick<Store, 'transaction'>,
  { freePrompts, webhookSecret = '', now }: SeedOptions,
): Promise<void> {
  const shop: Shop = { id: DEFAULT_SHOP, name: 'Default', origins: [], freePrompts, createdAt: now, updatedAt: now };
  await store.transaction(async tx => {
    const before = await tx.get(shops, shop.id);
    const isWanted = isWebhookSecret(webhookSecret) && !before?.webhookSecrets;
    if (isWanted) tx.set(shops, withSecret(before ?? shop, webhookSecret, now));
    else if (!before) tx.set(shops, shop);
  });
}
