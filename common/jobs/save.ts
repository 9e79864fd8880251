/**
 * Writes a move: both documents and whatever follows from the difference, so that no verb can forget a settlement.
 * The hold goes back when the charge turned to `released`, and the day's spend and costs move with the ledger's rows.
 */
import { addBatchSpend } from '../batches/batch-spend.ts';
import { addSpend } from '../budget.ts';
import { jobs, quotas, runs } from '../collections.ts';
import { bookCosts } from '../costs/book-costs.ts';
import { carriedMicroUsd } from '../costs/ledger.ts';
import type { Engine } from '../engine.ts';
import type { Attempt, Run } from '../job.ts';
import { modelCalls, type Pair } from '../job-moves.ts';
import type { Transaction } from '../platform/store.ts';
import { readSettlement } from '../quota.ts';

/** Both documents of a job, or undefined when there is no such job. */
export async function readPair(tx: Transaction, id: string): Promise<Pair | undefined> {
  const run = await tx.get(runs, id);
  const job = await tx.get(jobs, id);
  return run && job ? { run, job } : undefined;
}

/** Call it last in a transaction: it reads the quota first, then writes. */
export async function savePair(tx: Transaction, engine: Engine, before: Pair, after: Pair): Promise<void> {
  const { charge, scopes } = after.run;
  const isSettled = before.run.charge === 'held' && charge !== 'held';
  const quota = isSettled
    ? await readSettlement(tx, scopes, { isReleased: charge === 'released', calls: modelCalls(after.run) })
    : [];
  tx.set(runs, after.run);
  if (after.job.sequence !== before.job.sequence) tx.set(jobs, after.job);
  for (const document of quota) tx.set(quotas, document);
  const change = spendChange(before.run, after.run);
  for (const [day, microUsd] of change) {
    addSpend(tx, engine.settings.spendShards, { jobId: after.run.id, shop: after.run.shop, day, microUsd });
  }
  bookCosts(tx, engine.settings.spendShards, before.run, after.run);
  addBatchSpend(
    tx,
    after.run,
    [...change.values()].reduce((sum, microUsd) => sum + microUsd, 0),
  );
}

/** By how much each day's spend changes, in micro-dollars. */
function spendChange(before: Run, after: Run): Map<string, number> {
  const change = new Map<string, number>();
  const add = (attempt: Attempt, sign: 1 | -1) =>
    change.set(attempt.spendDay, (change.get(attempt.spendDay) ?? 0) + sign * carriedMicroUsd(attempt));
  for (const attempt of before.attempts) add(attempt, -1);
  for (const attempt of after.attempts) add(attempt, 1);
  return change;
}
