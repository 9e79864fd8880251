/**
 * Any sequence of submits, claims, ends, cancels, erasures, sweeps, waits and restarts, on the real SQLite platform,
 * comes to what a model of a few lines says (fast-check). A failing sequence is made smaller and printed with its seed.
 * Platform: embedded; on simulated platforms the same verbs run in `tests/simulation/`.
 *
 * `PROPERTY_RUNS=5000 PROPERTY_SEED=… node tests/run.ts tests/property/jobs.test.ts` runs longer, or again.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import { recover } from '../../common/jobs/recover.ts';
import { openWorld } from '../world.ts';
import { MakeMove, MOVES, type Real } from './commands.ts';
import type { ServiceModel } from './job-model.ts';

const test = suite('jobs as the model has them');
export const FILE_LIMIT_MS = 3_600_000;

const RUNS = Number(process.env.PROPERTY_RUNS ?? 60);
const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
const MOVES_MAX = 40;
/** What a job needs to get anywhere comes more often. */
const NAMES = [...Object.keys(MOVES), 'submit', 'claim', 'claim', 'deliver', 'advance'];

test(`${RUNS} sequences of up to ${MOVES_MAX} moves`, async () => {
  console.log(`PROPERTY_SEED=${SEED}`);
  const small = fc.nat({ max: 1_000 });
  const move = fc
    .tuple(fc.constantFrom(...NAMES), small, small)
    .map(([name, pick, dice]) => new MakeMove(name, pick, dice));
  const moves = fc.commands([move], { maxCommands: MOVES_MAX, size: 'max' });
  await fc.assert(fc.asyncProperty(moves, inDirectory), { numRuns: RUNS, seed: SEED });
});

test.run();

async function inDirectory(moves: Iterable<fc.AsyncCommand<ServiceModel, Real>>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'easel-property-'));
  let world = await openWorld(directory);
  const real: Real = {
    world,
    async restart() {
      const passedMs = world.clock.now();
      await world.close();
      world = await openWorld(directory);
      await world.clock.advance(passedMs - world.clock.now());
      real.world = world;
      await recover(world.engine);
    },
  };
  const model: ServiceModel = { jobs: [], keys: new Map(), now: world.clock.now() };
  try {
    await fc.asyncModelRun(() => ({ model, real }), moves);
  } finally {
    await world.close();
    await rm(directory, { recursive: true });
  }
}
