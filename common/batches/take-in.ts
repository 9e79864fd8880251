/**
 * What follows from the look at all items: the batch is rejected, or accepted with its lane. Pure but for the choice of
 * the lane, which asks what waits already.
 */
import type { Engine } from '../engine.ts';
import { type Batch, type BatchItems, ITEMS_MAX } from './batch.ts';
import type { Checked } from './check-items.ts';
import { chooseTier } from './choose-tier.ts';
import { tierExpectations } from './tier-expectations.ts';

/** The batch as it is after the look, whatever it was before. */
export async function takenIn(engine: Engine, batch: Batch, checked: Checked): Promise<Batch> {
  const { items } = batch;
  if (!items) throw new Error('a batch of styles has no items to take in');
  const { total, parts, invalid, estimateMicroUsd } = checked;
  const looked: BatchItems = { ...items, estimateMicroUsd, ...(invalid.count > 0 ? { invalid } : {}) };
  const rejected = whyRejected(items, checked);
  if (rejected) {
    const { nextCheckAt: _, ...rest } = batch;
    const endedAt = engine.clock.now();
    return { ...rest, state: 'rejected', sequence: batch.sequence + 1, items: { ...looked, rejected }, endedAt };
  }
  const choice = chooseTier(
    {
      items: total,
      ...(items.laneAsked !== undefined ? { lane: items.laneAsked } : {}),
      ...(batch.deliverBy !== undefined ? { deliverBy: batch.deliverBy } : {}),
    },
    await tierExpectations(engine, total),
    { nowMs: engine.clock.now(), limits: engine.limits },
  );
  const { lane, why, expectedAt, inTime, deadlineAt, economyUntil } = choice;
  return {
    ...batch,
    state: 'expanding',
    sequence: batch.sequence + 1,
    lane,
    total,
    items: {
      ...looked,
      ...{ parts, tier: { why, expectedAt, inTime }, deadlineAt },
      ...(economyUntil !== undefined ? { economyUntil } : {}),
    },
  };
}

function whyRejected(
  { onInvalid, maxCostMicroUsd }: BatchItems,
  { total, invalid, estimateMicroUsd, tooMany }: Checked,
): BatchItems['rejected'] {
  if (tooMany)
    return { code: 'too_many_items', message: `A batch has at most ${ITEMS_MAX.toLocaleString('en')} items.` };
  if (invalid.count > 0 && onInvalid === 'reject') {
    return { code: 'lines_invalid', message: `${invalid.count} of ${invalid.count + total} items are not valid.` };
  }
  if (total === 0) return { code: 'nothing_valid', message: 'There is no valid item.' };
  if (maxCostMicroUsd === undefined || estimateMicroUsd <= maxCostMicroUsd) return undefined;
  const [expected, most] = [estimateMicroUsd, maxCostMicroUsd].map(microUsd => `$${(microUsd / 1_000_000).toFixed(2)}`);
  return {
    code: 'cost_exceeded',
    message: `The batch is expected to cost ${expected}, more than maxCostUsd (${most}).`,
  };
}
