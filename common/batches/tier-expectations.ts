/**
 * What is expected of each tier, for `choose-tier.ts`: measured from what the tiers did last, configured while there is
 * too little of that.
 */
import { runs, upstreamBatches } from '../collections.ts';
import { economyNote } from '../economy/economy-note.ts';
import type { Engine } from '../engine.ts';
import { QUEUE_CONCURRENCY } from '../limits.ts';
import type { Store } from '../platform/store.ts';
import type { Expectation, TierExpectations } from './choose-tier.ts';

/** What the provider aims at for a batch; often it takes a fraction of that. */
const UPSTREAM_MS = 24 * 60 * 60_000;
/** The middle of what the models take for a picture. */
const PICTURE_MS = 15_000;
/** The newest of their kind; of fewer than the least nothing is concluded. */
const BATCHES = { newest: 20, least: 5 };
const PICTURES = { newest: 50, least: 10 };
/** Nine of ten batches took less. */
const SHARE = 0.9;

export async function tierExpectations(
  { store, limits }: Pick<Engine, 'store' | 'limits'>,
  items: number,
): Promise<TierExpectations> {
  const [economy, bulk] = await Promise.all([economyExpected(store, limits.gatherMs), bulkExpected(store, items)]);
  return { economy, bulk };
}

async function economyExpected(store: Store, gatherMs: number): Promise<TierExpectations['economy']> {
  const note = await economyNote(store);
  if ('unavailable' in note) return note;
  const { items } = await store.list({ from: upstreamBatches, orderBy: ['endedAt', 'desc'], limit: BATCHES.newest });
  const took = items.flatMap(({ submittedAt, endedAt }) =>
    submittedAt === undefined || endedAt === undefined ? [] : [endedAt - submittedAt],
  );
  const measured = took.length >= BATCHES.least ? quantile(took, SHARE) : undefined;
  // Gathered for a minute or two before, and seen to have ended within ten.
  const aroundMs = 2 * gatherMs;
  if (measured === undefined) return { ms: UPSTREAM_MS, from: 'configured' };
  return { ms: measured + aroundMs, from: 'measured' };
}

async function bulkExpected(store: Store, items: number): Promise<Expectation> {
  const [waiting, newest] = await Promise.all([
    store.count({
      from: runs,
      where: [
        ['status', '==', 'queued'],
        ['lane', '==', 'bulk'],
      ],
    }),
    store.list({ from: runs, orderBy: ['finishedAt', 'desc'], limit: PICTURES.newest }),
  ]);
  const took = newest.items.flatMap(({ attempts }) =>
    attempts.flatMap(({ outcome, startedAt, endedAt, upstreamBatch }) =>
      outcome === 'succeeded' && upstreamBatch === undefined && endedAt !== undefined ? [endedAt - startedAt] : [],
    ),
  );
  const measured = took.length >= PICTURES.least;
  const pictureMs = measured ? took.reduce((sum, ms) => sum + ms, 0) / took.length : PICTURE_MS;
  const ms = Math.ceil(((waiting + items) * pictureMs) / QUEUE_CONCURRENCY.bulk);
  return { ms, from: measured ? 'measured' : 'configured' };
}

function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}
