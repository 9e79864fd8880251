/**
 * Since when a customer is erased, for the sessions that were opened before: they name the customer, and end with it. What
 * was found, or not, is remembered for half a minute.
 */
import type { Clock } from '../../common/clock.ts';
import { privacyRequests } from '../../common/collections.ts';
import type { Store } from '../../common/platform/store.ts';
import { erasureId } from '../../common/privacy/privacy-request.ts';

const KEPT_MS = 30_000;
const KEPT_MAX = 10_000;

export interface ErasedCustomers {
  /** When it was last asked for, ms since 1970; 0 = never. `ownerUid` is the customer's. */
  since(ownerUid: string): Promise<number>;
}

export function createErasedCustomers({
  store,
  clock,
}: {
  readonly store: Pick<Store, 'get'>;
  readonly clock: Clock;
}): ErasedCustomers {
  const known = new Map<string, { readonly at: number; readonly until: number }>();
  return {
    async since(ownerUid) {
      const id = erasureId(ownerUid);
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
