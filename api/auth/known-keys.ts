/**
 * Looks keys up by their id, for the keys themselves and for the sessions that they have opened. One that was found is
 * remembered for half a minute, so a revoked key and its sessions end everywhere within a minute.
 */
import type { Clock } from '../../common/clock.ts';
import { keys } from '../../common/collections.ts';
import type { Key } from '../../common/documents.ts';
import type { Store } from '../../common/platform/store.ts';

const KEPT_MS = 30_000;
const KEPT_MAX = 10_000;

export interface KnownKeys {
  /** Undefined when there is no such key, or when it is revoked. */
  find(id: string): Promise<Key | undefined>;
}

export function createKnownKeys({ store, clock }: { store: Pick<Store, 'get'>; clock: Clock }): KnownKeys {
  const known = new Map<string, { readonly key: Key; readonly until: number }>();
  return {
    async find(id) {
      const hit = known.get(id);
      if (hit && clock.now() < hit.until) return hit.key;
      known.delete(id);
      // Counted from the question, not from the answer: a slow store must not lengthen a revoked key's life.
      const until = clock.now() + KEPT_MS;
      const key = await store.get(keys, id);
      if (!key || key.revokedAt !== undefined) return undefined;
      if (known.size >= KEPT_MAX) known.clear();
      known.set(id, { key, until });
      return key;
    },
  };
}
