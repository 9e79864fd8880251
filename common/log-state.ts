/**
 * How things stand, in one line of the log: today's spend, and for how long the oldest job of each lane has been waiting.
 * Alerts are made of it, so it is written each minute, also of a quiet night.
 */
import { budgetState } from './budget.ts';
import type { Engine } from './engine.ts';
import { LANES } from './job.ts';
import { oldestQueuedMs } from './metrics-state.ts';

/** Never throws: what it cannot read is told by a line of its own. */
export async function logState(engine: Engine): Promise<void> {
  const { store, clock, log } = engine;
  const now = clock.now();
  try {
    const [{ spentMicroUsd, capMicroUsd = 0 }, ...ages] = await Promise.all([
      budgetState(engine, now),
      ...LANES.map(lane => oldestQueuedMs(store, lane, now)),
    ]);
    const [interactiveAgeS, bulkAgeS, economyAgeS] = ages.map(age => Math.round((age ?? 0) / 1_000));
    const usd = { spentUsd: spentMicroUsd / 1_000_000, budgetUsd: capMicroUsd / 1_000_000 };
    log.info('state', { ...usd, interactiveAgeS, bulkAgeS, economyAgeS });
  } catch (error) {
    log.warn('the state cannot be read', { error });
  }
}
