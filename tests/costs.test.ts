/**
 * Costs of days and months equal the sum of the attempt ledgers to the micro-dollar, by every dimension, whatever became
 * of the jobs and however often an answer was lost. Platforms: embedded here, google in `tests/google/costs.emulator.ts`.
 *
 * `COSTS_SEED=… node tests/run.ts tests/costs.test.ts` lives through the same stories again.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { costReport } from '../common/costs/cost-report.ts';
import { eachDay } from '../common/costs/days.ts';
import { readCosts } from '../common/costs/read-costs.ts';
import { claim } from '../common/jobs/claim.ts';
import { finish } from '../common/jobs/finish.ts';
import { retry } from '../common/jobs/retry.ts';
import { holdBooks, sum } from './costs/books.ts';
import { STORIES } from './costs/stories.ts';
import { misbehaving } from './do-then-fail.ts';
import { claimed, delivered } from './job-scenes.ts';
import { seededRandom } from './test-clock.ts';
import { inWorld, type World } from './world.ts';

const test = suite('costs');
const SEED = Number(process.env.COSTS_SEED ?? Date.now() % 2 ** 31);
console.log(`COSTS_SEED=${SEED}`);
const JOBS = 300;
const MONTHS = { from: '2026-11-01', to: '2027-12-31' };
const NAMES = Object.keys(STORIES);
const BUDGET = 1_000_000_000;

test(
  `${JOBS} jobs of every outcome over the end of a month: by each dimension the ledgers' sum to the micro-dollar`,
  inWorld(world => liveThrough(world, JOBS), { budgetMicroUsd: BUDGET }),
);

const lost = seededRandom(SEED);
test(
  'the same when answers of the store are lost, or its calls fail',
  inWorld(world => liveThrough(world, JOBS / 3), {
    budgetMicroUsd: BUDGET,
    around: ({ store }) => ({
      store: misbehaving(store, method => {
        if (method !== 'transaction') return 'ok';
        const fraction = lost.fraction();
        return fraction < 0.1 ? 'do-then-fail' : fraction < 0.15 ? 'fail' : 'ok';
      }),
    }),
  }),
);

test(
  'what is under way is not counted yet, and what a run before cost stays in its tier',
  inWorld(async world => {
    const { engine } = world;
    const id = await claimed(world);
    const today = { from: '2026-11-23', to: '2026-11-23' };
    const byTier = async () => {
      await holdBooks(engine, today);
      const { rows } = costReport(await readCosts(engine, eachDay(today)), today, 'tier');
      return rows.map(({ key, attempts, pictures }) => [key, attempts, pictures]);
    };
    assert.equal(await byTier(), []);
    await finish(engine, id, 1, { kind: 'failed', code: 'unreadable_image', called: true });
    await world.clock.advance(60_000);
    assert.is((await claim(engine, id)).kind, 'claimed');
    await finish(engine, id, 2, { kind: 'failed', code: 'unreadable_image', called: true });
    assert.is((await world.job(id)).status, 'failed');
    assert.equal(await byTier(), [['interactive', 2, 0]]);
    const order = { by: { actor: 'a test' }, wish: {}, lane: 'bulk' } as const;
    assert.ok('pair' in (await retry(engine, id, order)));
    assert.equal(await byTier(), [['interactive', 2, 0]]);
    assert.is((await claim(engine, id)).kind, 'claimed');
    await finish(engine, id, 3, delivered());
    assert.equal((await byTier()).sort(), [
      ['bulk', 1, 1],
      ['interactive', 2, 0],
    ]);
  }),
);

test.run();

async function liveThrough({ engine, clock, platform }: World, count: number): Promise<void> {
  const dice = seededRandom(SEED);
  await clock.advance(Date.UTC(2026, 10, 29) - clock.now());
  for (let number = 0; number < count; number++) {
    const name = NAMES[number % NAMES.length] ?? '';
    await STORIES[name]?.({ engine, clock, dice, number }).catch((error: Error) => {
      throw new Error(`${name} (${number}): ${error.message}`, { cause: error });
    });
    await clock.advance(Math.round(dice.fraction() * 600_000));
  }
  const lines = await holdBooks({ ...engine, store: platform.store }, MONTHS);
  const months = new Set(lines.map(({ day }) => day.slice(0, 7)));
  assert.ok(months.size >= 2, [...months].join());
  for (const figure of ['microUsd', 'possiblyMicroUsd', 'pictures', 'reused'] as const) {
    assert.ok(sum(lines, figure) > 0, figure);
  }
}
