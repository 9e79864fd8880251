/**
 * Time for tests that have a clock of their own and a real network: the clock moves in small steps, and between them
 * whatever is on its way arrives.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { TestClock } from '../../test-clock.ts';

const STEP_MS = 50;
const SETTLE_LIMIT_MS = 10_000;

/** `isSettled`: every delivery that has begun is with the worker, or has ended. */
export async function passSettled(clock: TestClock, ms: number, isSettled: () => boolean): Promise<void> {
  await settle(isSettled);
  for (let left = ms; left > 0; left -= STEP_MS) {
    await clock.advance(Math.min(left, STEP_MS));
    await settle(isSettled);
  }
}

async function settle(isSettled: () => boolean): Promise<void> {
  const endMs = performance.now() + SETTLE_LIMIT_MS;
  do {
    await turn();
    if (performance.now() > endMs) throw new Error('deliveries are under way and neither arrive nor end');
  } while (!isSettled());
}
