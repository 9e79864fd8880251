/**
 * Chance from a seed. Each subject rolls dice of its own, so that another roll in one place does not change all that
 * follows elsewhere, which keeps a failing run failing while it is made smaller.
 */
import { createHash } from 'node:crypto';
import type { Random } from '../../common/clock.ts';
import { seededRandom } from '../test-clock.ts';

export interface Dice extends Random {
  chance(probability: number): boolean;
  /** An integer from `min` to `max`, both included. */
  between(min: number, max: number): number;
  pick<T>(choices: readonly T[]): T;
  /** One of the names, each as likely as its weight says. */
  weighted<T extends string>(weights: { readonly [name in T]: number }): T;
}

export function diceFor(seed: number, subject: string): Dice {
  const { fraction, bytes } = seededRandom(createHash('sha256').update(`${seed} ${subject}`).digest().readUInt32BE(0));
  const between = (min: number, max: number) => min + Math.floor(fraction() * (max - min + 1));
  return {
    fraction,
    bytes,
    between,
    chance: probability => fraction() < probability,
    pick: choices => choices[between(0, choices.length - 1)] as (typeof choices)[number],
    weighted(weights) {
      const entries = Object.entries(weights) as [keyof typeof weights, number][];
      let rest = fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of entries) {
        rest -= weight;
        if (rest < 0) return name;
      }
      throw new Error('nothing to choose from');
    },
  };
}
