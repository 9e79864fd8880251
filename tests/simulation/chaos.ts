/**
 * What befalls the processes of a run from outside: clocks that are set, and deploys. That they die and stand still is
 * decided with each of their calls, see `process.ts`.
 */

import { type Dice, diceFor } from './dice.ts';
import type { SimulatedWorld } from './world.ts';

const CLOCK_STEPS_MS = [-90_000, -5_000, -1_500, 1_500, 5_000, 90_000, 1_200_000];

/** Plans the faults of the next so many milliseconds. */
export function unleash(world: SimulatedWorld, forMs: number): void {
  const { drawn, schedule, seed } = world;
  const plan = (kind: 'clockJumps' | 'drains', strike: (dice: Dice) => void) => {
    const dice = diceFor(seed, kind);
    for (let count = 0; count < drawn[kind]; count++) {
      schedule.after(dice.between(0, forMs), kind, () => strike(dice));
    }
  };
  plan('drains', dice => {
    const leaving = someone(world, dice);
    if (!leaving) return;
    leaving.terminate();
    // A single process has to be gone before the next one may have its data.
    const after = leaving.roles.length > 1 ? 11_000 : dice.between(0, 11_000);
    schedule.after(after, `${leaving.process.name} is replaced`, () => world.replace(leaving));
  });
  plan('clockJumps', dice => someone(world, dice)?.process.setClock(dice.pick(CLOCK_STEPS_MS)));
}

function someone({ running }: SimulatedWorld, dice: Dice) {
  const living = running();
  return living.length === 0 ? undefined : dice.pick(living);
}
