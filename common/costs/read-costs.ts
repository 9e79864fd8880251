/**
 * Reads what days have cost: every shard of each of them, and no job. A month of any size is so many gets as it has days
 * and each day has shards.
 */
import pLimit from 'p-limit';
import { costs } from '../collections.ts';
import type { Costs } from '../documents.ts';
import type { Store } from '../platform/store.ts';
import type { Settings } from '../settings.ts';
import { costsId } from './book-costs.ts';
import { type Dimension, FIGURES, type Figures, partsOf } from './ledger.ts';

export interface Reading {
  readonly store: Pick<Store, 'get'>;
  readonly settings: Pick<Settings, 'spendShards'>;
}

/** What one day has cost, of one key of a dimension. */
export interface Entry {
  readonly day: string;
  readonly dimension: Dimension;
  readonly key: string;
  readonly figures: Figures;
}

export const NOTHING: Figures = { microUsd: 0, possiblyMicroUsd: 0, attempts: 0, pictures: 0, reused: 0 };

/** A connection carries many requests at once, but a season of days is not to crowd out the shoppers'. */
const READS_AT_ONCE = 64;

/** In no order. Of days without a booking there is nothing. */
export async function readCosts({ store, settings }: Reading, days: readonly string[]): Promise<Entry[]> {
  const limit = pLimit(READS_AT_ONCE);
  const shards = Array.from({ length: settings.spendShards }, (_, shard) => shard);
  const reads = days.flatMap(day =>
    shards.map(shard => limit(async () => ({ day, found: await store.get(costs, costsId(day, shard)) }))),
  );
  const entries = new Map<string, Entry>();
  for (const { day, found } of await Promise.all(reads)) {
    for (const entry of entriesOf(day, found)) {
      const id = JSON.stringify([day, entry.dimension, entry.key]);
      const sum = plus(entries.get(id)?.figures ?? NOTHING, entry.figures);
      entries.set(id, { ...entry, figures: sum });
    }
  }
  return [...entries.values()].filter(({ figures }) => FIGURES.some(figure => figures[figure] !== 0));
}

export function plus(one: Figures, other: Partial<Figures>): Figures {
  const sums = FIGURES.map(figure => [figure, one[figure] + (other[figure] ?? 0)]);
  return Object.fromEntries(sums) as Figures;
}

function entriesOf(day: string, found: Costs | undefined): Entry[] {
  return Object.entries(found ?? {}).flatMap(([field, amount]) => {
    const parts = partsOf(field);
    if (!parts || typeof amount !== 'number') return [];
    const { dimension, key, figure } = parts;
    return [{ day, dimension, key, figures: { ...NOTHING, [figure]: amount } }];
  });
}
