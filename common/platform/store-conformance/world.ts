/**
 * What the parts of the store's conformance suite share: the world of one test, the collections that it knows, and how
 * to fill and ask a store.
 */
import * as assert from 'uvu/assert';
import { isPlatformError, type PlatformErrorKind } from '../errors.ts';
import { type Collection, collection, type Document, type Page, type Store } from '../store.ts';

export interface StoreWorld {
  /** Empty at the start; knows CONFORMANCE_COLLECTIONS. */
  readonly store: Store;
  close(): Promise<void>;
}

/** Registers a test that gets a store of its own, closed whatever happens. */
export type InStore = (title: string, body: (store: Store) => Promise<void>) => void;

export interface Thing extends Document {
  readonly lane?: string;
  readonly rank?: number;
  readonly open?: boolean;
  readonly label?: string | undefined;
  readonly note?: unknown;
  readonly expireAt?: number;
}

const LANE_BY_RANK = { equal: ['lane'], order: { field: 'rank', direction: 'asc' } } as const;

export const things = collection<Thing>('conformanceThings', {
  indexes: [
    LANE_BY_RANK,
    { equal: ['lane'], order: { field: 'rank', direction: 'desc' } },
    { equal: ['lane', 'open'], order: { field: 'rank', direction: 'asc' } },
  ],
  expires: 'expireAt',
  unindexed: ['note'],
});
/** The same shape in another collection, to see that the two stay apart. */
export const others = collection<Thing>('conformanceOthers', { indexes: [LANE_BY_RANK] });

export const CONFORMANCE_COLLECTIONS: readonly Collection<Document>[] = [things, others];

export const SHELF: readonly Thing[] = [
  { id: 'e', lane: 'x', rank: 1, open: true, label: 'apple' },
  { id: 'd', lane: 'x', rank: 2, open: false, label: 'Apple' },
  { id: 'c', lane: 'y', rank: 2, open: true, label: 'b' },
  { id: 'b', lane: 'x', rank: 10, open: true, label: '' },
  { id: 'a', lane: 'x', open: true },
  { id: 'f', rank: -3 },
];

export function put(store: Store, ...all: readonly Thing[]): Promise<void> {
  return store.transaction(async tx => {
    for (const thing of all) tx.set(things, thing);
  });
}

/** Adds one to the rank in the way that needs a transaction: reads it, then writes it. */
export function raise(store: Store, id: string): Promise<void> {
  return store.transaction(async tx => {
    const thing = await tx.get(things, id);
    tx.set(things, { ...thing, id, rank: (thing?.rank ?? 0) + 1 });
  });
}

export function idsOf(page: Page<Document>): string {
  return page.items.map(({ id }) => id).join('');
}

export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection');
}

export async function rejects(promise: Promise<unknown>, kind: PlatformErrorKind, what = ''): Promise<void> {
  const error = await promise.then(
    () => 'success',
    (reason: unknown) => reason,
  );
  assert.ok(isPlatformError(error, kind), `${what}: expected ${kind}, got ${error}`);
}
