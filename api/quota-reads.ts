/**
 * Reads quota documents for those who only want to know, from a memory of at most two seconds. No admission looks here:
 * it reads what it counts in its own transaction.
 */
import type { Clock } from '../common/clock.ts';
import type { Collection, Document, Store } from '../common/platform/store.ts';

const KEPT_MS = 2_000;
const KEPT_MAX = 10_000;

export interface QuotaReads {
  /** As it was at most two seconds ago. */
  readonly remembered: Reads;
  /** As it is now; remembered from then on. */
  readonly fresh: Reads;
}

type Reads = Pick<Store, 'get'>;

export function createQuotaReads({ store, clock }: { store: Reads; clock: Clock }): QuotaReads {
  const known = new Map<string, { readonly document: Promise<Document | undefined>; readonly until: number }>();

  function look<D extends Document>(from: Collection<D>, id: string): Promise<D | undefined> {
    if (known.size >= KEPT_MAX) known.clear();
    const asked = { document: store.get(from, id), until: clock.now() + KEPT_MS };
    const name = nameOf(from, id);
    known.set(name, asked);
    asked.document.catch(() => known.get(name) === asked && known.delete(name));
    return asked.document;
  }

  return {
    fresh: { get: look },
    remembered: {
      get<D extends Document>(from: Collection<D>, id: string) {
        const hit = known.get(nameOf(from, id));
        return hit && clock.now() < hit.until ? (hit.document as Promise<D | undefined>) : look(from, id);
      },
    },
  };
}

function nameOf(from: Collection<Document>, id: string): string {
  return `${from.name}/${id}`;
}
