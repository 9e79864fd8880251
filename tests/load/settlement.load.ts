/**
 * 10,000 races for the end of a job: `tests/races/settlement.test.ts` has fewer of them and says what is raced.
 *
 * `RACES_SEED=… node tests/run.ts tests/load/settlement.load.ts` makes the plan of a printed seed again.
 */
import { suite } from 'uvu';
import { EVERY_STORY, holdSeen, raceToSettlement } from '../races/settlement.ts';
import { inSettlementWorld } from '../races/settlement-world.ts';

export const FILE_LIMIT_MS = 180_000;

const test = suite('settlement, at size');
const SEED = Number(process.env.RACES_SEED ?? Date.now() % 2 ** 31);
console.log(`RACES_SEED=${SEED}`);
const BATCHES = 40;
const JOBS = 250;

test(
  `${BATCHES * JOBS} races for the end of a job: one end and one settlement each`,
  inSettlementWorld(async (stage, moves) => {
    const options = { seed: SEED, batches: BATCHES, jobs: JOBS, perCustomer: 10, again: 0.5 };
    const happened = await raceToSettlement(stage, moves, options);
    console.log(JSON.stringify([...happened]), `${moves.rerun()} transactions ran again`);
    holdSeen(happened, EVERY_STORY, 100);
  }),
);

test.run();
