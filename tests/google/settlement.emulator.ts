/**
 * As `tests/races/settlement.test.ts`, on Firestore: API, worker and sweeper have a client each, as three processes
 * have, and meet on Firestore's own locks. Queue and bucket are the embedded ones; they decide nothing here.
 *
 * Few jobs, and nothing at once but the race itself: on the emulator two transactions that hold each other's locks wait
 * for two seconds before one is aborted.
 *
 * `RACES_SEED=… node tests/run.ts tests/google/settlement.emulator.ts` draws the same moments again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { suite } from 'uvu';
import { systemRandom } from '../../common/clock.ts';
import { COLLECTIONS } from '../../common/collections.ts';
import { createEngine } from '../../common/engine.ts';
import { createFirestoreStore } from '../../common/google/store.ts';
import { startFirestoreEmulator } from '../doubles/firestore-emulator.ts';
import { type RecordedMoves, recordMoves } from '../races/recorded-moves.ts';
import { holdSeen, raceToSettlement } from '../races/settlement.ts';
import type { Stage } from '../races/settlement-race.ts';
import { BUDGET_MICRO_USD, listen } from '../races/settlement-world.ts';
import { inWorld } from '../world.ts';
import { SLOW_CLOCK } from './store-world.ts';

export const FILE_LIMIT_MS = 300_000;

const test = suite('settlement on Firestore');
const SEED = Number(process.env.RACES_SEED ?? Date.now() % 2 ** 31);
console.log(`RACES_SEED=${SEED}`);
const BATCHES = 8;
const JOBS = 25;
/** All that competes for the jobs of a batch begins within this time; a transaction takes some 30 ms. */
const SPAN_MS = 300;
/** What 200 bring about many times over. */
const STORIES = [
  ...['succeeded, captured', 'canceled, captured', 'canceled, released', 'erased', 'taken for crashed'],
  ...['the cancel came too late', 'the cancel came while it was drawn', 'a report came too late'],
];

test(
  `${BATCHES * JOBS} races for the end of a job: one end and one settlement each`,
  inFirestoreStage(async (stage, moves) => {
    const options = { seed: SEED, batches: BATCHES, jobs: JOBS, perCustomer: 2, again: 0.1 };
    const happened = await raceToSettlement(stage, moves, options);
    console.log(JSON.stringify([...happened]), `${moves.rerun()} transactions ran again`);
    holdSeen(happened, STORIES, 1);
  }),
);

test.run();

function inFirestoreStage(body: (stage: Stage, moves: RecordedMoves) => Promise<void>): () => Promise<void> {
  return inWorld(
    async ({ engine, clock, submission }) => {
      await using opened = new AsyncDisposableStack();
      const emulator = await startFirestoreEmulator();
      opened.defer(() => emulator.stop());
      // There is no Google to ask for credentials, and the SDK would wait for it.
      process.env.METADATA_SERVER_DETECTION = 'none';
      const project = { projectId: emulator.newProject(), databaseId: '(default)', collections: COLLECTIONS };
      const settings = { host: emulator.host, ssl: false };
      const moves = recordMoves();
      const { metrics, told } = listen();
      const another = () => {
        const store = createFirestoreStore({ ...project, clock: SLOW_CLOCK, random: systemRandom, settings });
        opened.defer(() => store.close());
        return createEngine({ ...engine, store: moves.around(store), metrics });
      };
      const one = pLimit(1);
      await body(
        {
          ...{ api: another(), worker: another(), sweeper: another(), clock, submission, told },
          moment: at => sleep(at * SPAN_MS),
          each: (items, work) => Promise.all(items.map(item => one(work, item))),
        },
        moves,
      );
    },
    { budgetMicroUsd: BUDGET_MICRO_USD },
  );
}
