/**
 * Books what a move changes in the ledger, in the move's own transaction: exactly once, however often that runs or its
 * process dies, and on the day it belongs to, however late it is learnt. By blind increments of one of the day's
 * shards, so that no two jobs contend for a document. A roll-up of hours that are over would save this one write for
 * each attempt and would have to read every run, and again those whose cost is learnt days later.
 */
import { shardOf } from '../budget.ts';
import { costs } from '../collections.ts';
import type { Run } from '../job.ts';
import type { Transaction } from '../platform/store.ts';
import { changeOf } from './ledger.ts';

/** @param before The run as it was read in this transaction; undefined when it is new. */
export function bookCosts(tx: Transaction, shards: number, before: Run | undefined, after: Run): void {
  for (const [day, change] of changeOf(before, after)) {
    const fields = Object.fromEntries(change);
    // Only ever rises, whatever the amounts: who reads the ledgers beside the shard sees that it was still.
    tx.increment(costs, costsId(day, shardOf(after.id, shards)), { ...fields, changes: 1 });
  }
}

export function costsId(day: string, shard: number): string {
  return `${day}-${shard}`;
}
