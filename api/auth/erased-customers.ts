/**
 * Since when a customer is erased, for the sessions that were opened before: they name the customer, and end with it. What
 * was found, or not, is remembered for half a minute.
 */
import type { Clock } from '../../common/clock.ts';
import { privacyRequests } from '../../common/documents.ts';
import { ownerUid } from '../../common/owners.ts';
import type { Store } from '../../common/platform/store.ts';
import { erasureId } from '../../common/privacy/privacy-request.ts';
import type { Settings } from '../../common/settings.ts';

const KEPT_MS = 30_000;
const KEPT_MAX = 10_000;

export interface ErasedCustomers {
  /** When it was last asked for, ms since 1970; 0 = never. */
  since(shop: string, customer: string): Promise<number>;
}

export function createErasedCustomers({
  store,
  clock,
  settings,
}: {
  readonly store: Pick<Store, 'get'>;
  readonly clock: Clock;
  readonly settings: Pick<Settings, 'idSecret'>;
}): ErasedCustomers {
  const known = new Map<string, { readonly at: number; readonly until: number }>();
  return {
    async since(shop, customer) {
      const id = erasureId(ownerUid(settings.idSecret, shop, { customer }));
      const hit = known.get(id);
      if (hit && clock.now() < hit.until) return hit.at;
      const until = clock.now() + KEPT_MS;
      const at = (await store.get(privacyRequests, id))?.createdAt ?? 0;
      if (known.size >= KEPT_MAX) known.clear();
      known.set(id, { at, until });
      return at;
    },
  };
}
