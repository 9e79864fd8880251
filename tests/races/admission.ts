/**
 * Rounds of `raceForQuota` in one world: by turns another customer and another day, so that nothing of a round helps or
 * hinders the next one.
 */
import * as assert from 'uvu/assert';
import type { EmbeddedPlatform } from '../../common/embedded/platform.ts';
import { DAY_MS } from '../../common/limits.ts';
import { inWorld } from '../world.ts';
import { type QuotaRace, raceForQuota } from './racers.ts';

export function inRounds(rounds: number, { racers, left }: Omit<QuotaRace, 'customer'>): () => Promise<void> {
  let stored = 0;
  const counting = ({ bucket }: EmbeddedPlatform) => {
    const put: typeof bucket.put = (...args) => {
      stored++;
      return bucket.put(...args);
    };
    return { bucket: { ...bucket, put } };
  };
  return inWorld(
    async world => {
      for (let round = 0; round < rounds; round++) {
        if (round % 2 === 1) await world.clock.advance(DAY_MS);
        await raceForQuota(world, [world.engine], { customer: `customer-${round >> 1}`, racers, left });
      }
      assert.is(stored, rounds * left, 'no photo is stored of those who stand in line behind the last admitted');
    },
    { around: counting },
  );
}
