/**
 * What a batch of items has cost: a few documents of its own, which the ledger increments blindly, so that no two jobs
 * contend for one. Styles of one photo are few, and their cost is summed from the jobs.
 */
import { shardOf } from '../budget.ts';
import { batchSpend } from '../collections.ts';
import type { Run } from '../job.ts';
import type { Store, Transaction } from '../platform/store.ts';
import type { Batch } from './batch.ts';

/** Makes the documents, so that they go when the batch does. */
export function openBatchSpend(tx: Transaction, { id, expireAt, items }: Batch): void {
  for (const name of shardIds(id, items?.spendShards ?? 0)) tx.set(batchSpend, { id: name, microUsd: 0, expireAt });
}

export function addBatchSpend(
  tx: Transaction,
  { id, batchId, batchShards = 0 }: Pick<Run, 'id' | 'batchId' | 'batchShards'>,
  microUsd: number,
): void {
  if (microUsd === 0 || batchId === undefined || batchShards === 0) return;
  tx.increment(batchSpend, `${batchId}-${shardOf(id, batchShards)}`, { microUsd });
}

/** Calls in flight are counted by their estimates. */
export async function readBatchSpend(store: Pick<Store, 'get'>, { id, items }: Batch): Promise<number> {
  const found = await Promise.all(shardIds(id, items?.spendShards ?? 0).map(name => store.get(batchSpend, name)));
  return found.reduce((sum, document) => sum + (document?.microUsd ?? 0), 0);
}

function shardIds(id: string, shards: number): string[] {
  return Array.from({ length: shards }, (_, shard) => `${id}-${shard}`);
}
