import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lastSweepAt, sweep } from '../common/jobs/sweep.ts';
import { silentLog } from '../common/log.ts';
import { waitFor } from '../tests/wait-for.ts';
import { inWorld, type World } from '../tests/world.ts';
import { startSweeper } from './sweeper.ts';

const test = suite('sweeper');
const MINUTE = 60_000;

test(
  'it sweeps at its interval, and not any more once stopped',
  inWorld(async world => {
    // The last thing that a sweep does: only then the next one is due in a minute.
    const told: string[] = [];
    const log = { ...silentLog, info: (event: string) => void told.push(event) };
    const sweeper = startSweeper({ ...world.engine, log }, { everyMs: MINUTE });
    for (let count = 1; count <= 3; count++) {
      await world.clock.advance(MINUTE);
      await sweptAt(world, world.clock.now());
      await waitFor('what the sweep tells', () => told.length === count);
    }
    const last = world.clock.now();
    await sweeper.stop();
    await world.clock.advance(5 * MINUTE);
    assert.is(await lastSweepAt(world.engine), last);
  }),
);

test(
  'beside a scheduler it steps in only when the scheduler has not been',
  inWorld(async world => {
    const sweeper = startSweeper(world.engine, { everyMs: 30_000, unlessWithinMs: 90_000 });
    await sweep(world.engine);
    const byScheduler = world.clock.now();
    await world.clock.advance(80_000);
    assert.is(await lastSweepAt(world.engine), byScheduler);
    await world.clock.advance(20_000);
    await sweptAt(world, byScheduler + 90_000);
    await sweeper.stop();
  }),
);

test.run();

function sweptAt(world: World, at: number): Promise<true> {
  return waitFor('the sweep', async () => (await lastSweepAt(world.engine)) === at);
}
