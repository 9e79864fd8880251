/**
 * Dice of which each conversation has its own, by the seed of the run and its number: one that failed can be thrown again
 * without those before it.
 */
import { seededRandom } from '../test-clock.ts';

export interface Dice {
  /** A whole number from 0, below the bound. */
  below(bound: number): number;
  /** True in so many of a hundred throws. */
  percent(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Picks by weight. */
  weighed<T>(from: readonly (readonly [weight: number, value: T])[]): T;
  /** Up to `most` of them, in any order, each once. */
  some<T>(from: readonly T[], most: number): T[];
  bytes(count: number): Buffer;
}

export function diceOf(seed: number, number: number): Dice {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const below = (bound: number) => Math.floor(random.fraction() * bound);
  const pick = <T>(from: readonly T[]): T => {
    if (from.length === 0) throw new Error('there is nothing to pick from');
    return from[below(from.length)] as T;
  };

  return {
    below,
    percent: share => below(100) < share,
    pick,
    weighed(from) {
      let at = below(from.reduce((sum, [weight]) => sum + weight, 0));
      const found = from.find(([weight]) => {
        at -= weight;
        return at < 0;
      });
      return (found ?? pick(from))[1];
    },
    some(from, most) {
      const left = [...from];
      return Array.from({ length: Math.min(below(most + 1), left.length) }, () =>
        left.splice(below(left.length), 1),
      ).flat();
    },
    bytes: count => Buffer.from(random.bytes(count)),
  };
}
