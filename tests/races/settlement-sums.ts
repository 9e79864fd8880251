/**
 * What has to be true of the documents that many jobs share, after all of them are done: the quota of each shopper and
 * the spend of each day are the sums of what the jobs themselves say.
 */
import * as assert from 'uvu/assert';
import { spentMicroUsd } from '../../common/budget.ts';
import { quotas } from '../../common/collections.ts';
import type { Engine } from '../../common/engine.ts';
import type { Settled } from './settlement-truth.ts';

export async function holdQuotas(engine: Engine, settled: readonly Settled[]): Promise<void> {
  const scopes = Object.groupBy(settled, ({ run }) => run.scopes[0] ?? '');
  for (const [id, ofShopper = []] of Object.entries(scopes)) {
    const quota = await engine.store.get(quotas, id);
    const kept = ofShopper.filter(({ run }) => run.charge === 'captured').length;
    const calls = ofShopper.reduce((sum, { callsInVain }) => sum + callsInVain, 0);
    assert.equal([quota?.held, quota?.releasedCalls], [kept, calls], id);
  }
}

/** By day, of the service and of the shop; `settled` has to be all that was ever claimed. */
export async function holdSpend(engine: Engine, settled: readonly Settled[]): Promise<void> {
  const days = new Map<string, number>();
  for (const { spendDay, costMicroUsd, estimateMicroUsd } of settled.flatMap(({ run }) => run.attempts)) {
    days.set(spendDay, (days.get(spendDay) ?? 0) + (costMicroUsd ?? estimateMicroUsd));
  }
  for (const [day, sum] of days) {
    assert.ok(sum > 0);
    assert.equal([await spentMicroUsd(engine, day), await spentMicroUsd(engine, day, 'default')], [sum, sum], day);
  }
}
