/**
 * Cancel, erase, sweep and second deliveries against the finish of a job whose model call is under way: one end and one
 * settlement, whoever is first. Platforms: embedded here and, 10,000 times, in `tests/load/settlement.load.ts`; google
 * in `tests/google/settlement.emulator.ts`.
 *
 * `RACES_SEED=… node tests/run.ts tests/races/settlement.test.ts` makes the plan of a printed seed again.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { claim } from '../../common/jobs/claim.ts';
import { erase } from '../../common/jobs/erase.ts';
import { finish } from '../../common/jobs/finish.ts';
import { sweep } from '../../common/jobs/sweep.ts';
import type { Point } from '../../common/points.ts';
import { inWorld } from '../world.ts';
import { EVERY_STORY, holdSeen, raceToSettlement } from './settlement.ts';
import { DELIVERED } from './settlement-plan.ts';
import { inSettlementWorld, listen } from './settlement-world.ts';

const test = suite('settlement');
const SEED = Number(process.env.RACES_SEED ?? Date.now() % 2 ** 31);
console.log(`RACES_SEED=${SEED}`);
const BATCHES = 6;
const JOBS = 250;

test(
  `${BATCHES * JOBS} races for the end of a job: one end and one settlement each`,
  inSettlementWorld(async (stage, moves) => {
    const options = { seed: SEED, batches: BATCHES, jobs: JOBS, perCustomer: 10, again: 0.5 };
    const happened = await raceToSettlement(stage, moves, options);
    console.log(JSON.stringify([...happened]), `${moves.rerun()} transactions ran again`);
    holdSeen(happened, EVERY_STORY, 5);
    assert.ok(moves.rerun() > JOBS, `${moves.rerun()} transactions ran again`);
  }),
);

let atPage: Point = () => {};
test(
  'an end that comes between the page of a sweep and its look is told once',
  inWorld(
    async world => {
      const { metrics, told } = listen();
      const engine = { ...world.engine, metrics };
      const { id } = await world.admitted();
      await claim(engine, id);
      await erase(engine, id);
      await world.clock.advance(engine.limits.leaseMs + 3_000);
      atPage = async name => void (name === 'sweeping' && (await finish(engine, id, 1, DELIVERED)));
      assert.is((await sweep(engine)).rung, 1, 'the upkeep that follows');
      assert.equal([(await world.job(id)).status, told], ['canceled', [id]]);
    },
    { point: name => atPage(name) },
  ),
);

test.run();
