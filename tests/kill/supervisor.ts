/**
 * Kills a real service at a point, starts it again, and judges what is left.
 */
import { waitFor } from '../wait-for.ts';
import { ended } from './bulk.ts';
import { brokenPromises } from './check.ts';
import { JOURNEYS, type Journey } from './journeys.ts';
import { itemsUntilMade } from './orders.ts';
import type { KillPoint } from './points.ts';
import type { Rig } from './rig.ts';

export interface Cycle {
  readonly point: string;
  /** Whether it was met at all. */
  readonly killed: boolean;
  /** From the end of the restart until all orders were done; absent when nobody died. */
  readonly resumedMs?: number;
  readonly broken: readonly string[];
}

const DEATH_LIMIT_MS = 10_000;
const STARTS_MAX = 5;
const MEET_LIMIT_MS = 20_000;

/** While it is the start itself that is killed, a start comes to nothing. */
async function startAgain({ fleet, service }: Rig): Promise<void> {
  // Who has killed itself takes a moment to be gone.
  await waitFor('the death', fleet.isShort, { limitMs: DEATH_LIMIT_MS, everyMs: 5 });
  for (let tries = 1; ; tries++) {
    try {
      return await service.start();
    } catch (error) {
      if (tries === STARTS_MAX) throw error;
    }
  }
}

/** One kill: arm, go on the journey until somebody dies, start again, let all end, judge. */
export async function killOnce(rig: Rig, point: KillPoint): Promise<Cycle> {
  const { random, arm } = rig;
  const journey: Journey = JOURNEYS[point.journey];
  const passes = 1 + Math.floor(random.fraction() * point.passes);
  const before = rig.orders.length;
  const ready = await journey.prepare?.(rig);
  arm.set(point.point ?? point.id, passes);
  const underWay = journey.go(rig, ready ?? []);
  underWay.catch(() => {});
  const killed = await waitFor('the kill', () => !arm.isSet() || undefined, {
    limitMs: MEET_LIMIT_MS,
    everyMs: 5,
  }).then(
    () => true,
    () => false,
  );
  arm.drop();
  if (killed) rig.kills++;
  // What the model was slow for has happened.
  rig.delayMs = 0;
  if (killed) await startAgain(rig);
  const startedAt = performance.now();
  await underWay;
  await journey.after?.(rig);
  const orders = rig.orders.slice(before);
  for (const order of orders) await itemsUntilMade(rig, order);
  for (const id of orders.flatMap(({ ids }) => ids)) await ended(rig, id);
  const resumedMs = performance.now() - startedAt;
  const broken = await brokenPromises(rig, orders);
  return { point: point.id, killed, broken, ...(killed ? { resumedMs } : {}) };
}
