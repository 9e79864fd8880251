/**
 * As `settlement.test.ts`, with the real worker and its queue: owners give their jobs up at any of the worker's steps,
 * before, during and after the model call. Platform: embedded.
 *
 * `RACES_SEED=… node tests/run.ts tests/races/worker.test.ts` draws the same moments again.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Engine } from '../../common/engine.ts';
import { cancel } from '../../common/jobs/cancel.ts';
import { ModelError } from '../../common/platform/model.ts';
import type { Point } from '../../common/points.ts';
import { type Answer, createTestModel } from '../doubles/test-model.ts';
import { seededRandom } from '../test-clock.ts';
import { inWorld, type World } from '../world.ts';
import { recordMoves } from './recorded-moves.ts';
import { DELIVERED } from './settlement-plan.ts';
import type { Raced } from './settlement-race.ts';
import { holdQuotas, holdSpend } from './settlement-sums.ts';
import { holdSettledOnce, type Settled } from './settlement-truth.ts';
import { BUDGET_MICRO_USD } from './settlement-world.ts';

const test = suite('the worker under races');
const SEED = Number(process.env.RACES_SEED ?? Date.now() % 2 ** 31);
console.log(`RACES_SEED=${SEED}`);
const JOBS = 60;
const PER_CUSTOMER = 5;
/** What the worker passes on the way of a job that is drawn: `delivered`, `claimed` … `finished`. */
const STEPS_PER_JOB = 8;

const moves = recordMoves();
const random = seededRandom(SEED);
const owners = new Map<number, () => Promise<void>>();
let step = 0;
/** At each step of the worker, whoever has chosen that moment comes; nobody waits for them. */
const point: Point = () => {
  void owners.get(step++)?.();
};

test(
  `${JOBS} jobs are drawn while their owners give them up: one end and one settlement each, and no call for nothing`,
  inWorld(
    async world => {
      const raced = await submitAll(world);
      const canceling: Promise<void>[] = [];
      for (const job of raced) {
        const at = Math.floor(random.fraction() * JOBS * STEPS_PER_JOB);
        owners.set(freeStep(at), async () => void canceling.push(giveUp(world.engine, job)));
      }
      step = 0;
      world.startWorker();
      for (const { id } of raced) await world.done(id);
      await Promise.all(canceling);

      const settled: Settled[] = [];
      for (const job of raced) settled.push(await holdSettledOnce(world.engine, job, moves.of(job.id)));
      await holdQuotas(world.engine, settled);
      await holdSpend(world.engine, settled);
      for (const { run } of settled) {
        const calls = world.model.calls.filter(({ prompt }) => prompt === run.prompt).length;
        assert.is(run.attempts.filter(({ billed }) => billed !== 'no').length, calls, 'each call stands in the ledger');
        if (run.status === 'canceled') assert.is(run.charge, calls > 0 ? 'captured' : 'released');
      }
      console.log(
        JSON.stringify(
          Object.entries(Object.groupBy(settled, ({ run }) => `${run.status}, ${run.charge}`)).map(
            ([story, { length = 0 } = { length: 0 }]) => [story, length],
          ),
        ),
      );
    },
    {
      point,
      model: createTestModel(answers()),
      budgetMicroUsd: BUDGET_MICRO_USD,
      around: ({ store }) => ({ store: moves.around(store) }),
    },
  ),
);

test.run();

function freeStep(from: number): number {
  return owners.has(from) ? freeStep(from + 1) : from;
}

async function giveUp(engine: Engine, { id, answers }: Raced): Promise<void> {
  const job = await cancel(engine, id);
  if (job) answers.push({ wish: 'cancel', job });
}

async function submitAll(world: World): Promise<Raced[]> {
  const raced: Raced[] = [];
  for (let number = 0; number < JOBS; number++) {
    const [customer, prompt] = [`customer-${Math.floor(number / PER_CUSTOMER)}`, `wish ${number}`];
    const { id } = await world.admitted({ customer, prompt });
    raced.push({
      id,
      plan: { customer, prompt, end: DELIVERED, endsAt: 0, beats: false, owner: [] },
      answers: [],
      reports: [],
    });
  }
  return raced;
}

/** Most calls bring a picture; all of them may be billed. */
function answers(): () => Answer {
  const dice = seededRandom(SEED + 1);
  return () => {
    const fraction = dice.fraction();
    if (fraction < 0.6) return 'draw';
    return new ModelError(fraction < 0.8 ? 'content_blocked' : 'no_image', 'as planned');
  };
}
