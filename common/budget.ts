/**
 * The day's spend against the day's budget. Claim adds an estimate to the job's spend shard and finish corrects it to
 * the true cost, both by blind increments inside their own transaction, so that no two jobs contend for a document.
 * The gate sums the shards, at most once a second: it overshoots by the calls in flight, never by more.
 */
import { createHash } from 'node:crypto';
import type { Clock } from './clock.ts';
import { spend } from './documents.ts';
import type { Store, Transaction } from './platform/store.ts';
import { dayOf } from './quota.ts';
import type { Settings } from './settings.ts';

const GATE_CACHE_MS = 1_000;

export interface Spending {
  readonly store: Pick<Store, 'get'>;
  readonly settings: Pick<Settings, 'spendShards' | 'budgetMicroUsdPerDay'>;
}

export interface Charged {
  readonly jobId: string;
  /** YYYY-MM-DD: a correction goes to the day that carries the estimate. */
  readonly day: string;
  readonly microUsd: number;
}

export function addSpend(tx: Transaction, shards: number, { jobId, day, microUsd }: Charged): void {
  if (microUsd !== 0) tx.increment(spend, `${day}-${shardOf(jobId, shards)}`, { microUsd });
}

/** What was spent on a day, in micro-dollars, calls in flight included by their estimates. */
export async function spentMicroUsd(engine: Spending, day: string): Promise<number> {
  const shards = Array.from({ length: engine.settings.spendShards }, (_, shard) => `${day}-${shard}`);
  const documents = await Promise.all(shards.map(id => engine.store.get(spend, id)));
  return documents.reduce((sum, document) => sum + (document?.microUsd ?? 0), 0);
}

/** Answers whether today's budget still has room; asks the store at most once a second. */
export function createBudgetGate(engine: Spending & { readonly clock: Clock }): () => Promise<boolean> {
  let asked: { at: number; day: string; open: Promise<boolean> } | undefined;
  return () => {
    const now = engine.clock.now();
    const day = dayOf(now);
    if (!asked || asked.day !== day || now - asked.at >= GATE_CACHE_MS) {
      const open = spentMicroUsd(engine, day).then(spent => spent < engine.settings.budgetMicroUsdPerDay);
      asked = { at: now, day, open };
      open.catch(() => (asked = undefined));
    }
    return asked.open;
  };
}

function shardOf(jobId: string, shards: number): number {
  return createHash('sha256').update(jobId).digest().readUInt32BE(0) % shards;
}
