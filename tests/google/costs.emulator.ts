/**
 * As `tests/costs.test.ts`, on Firestore: costs equal the sum of the ledgers to the micro-dollar, also when an answer of
 * the store is lost, and are mended by them. Queue and bucket are the embedded ones; they decide nothing here.
 *
 * `COSTS_SEED=… node tests/run.ts tests/google/costs.emulator.ts` lives through the same stories again.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { systemRandom } from '../../common/clock.ts';
import { COLLECTIONS, costs } from '../../common/collections.ts';
import { costsId } from '../../common/costs/book-costs.ts';
import { checkCosts } from '../../common/costs/check-costs.ts';
import { createEngine, type Engine } from '../../common/engine.ts';
import { createFirestoreStore } from '../../common/google/store.ts';
import { holdBooks, sum } from '../costs/books.ts';
import { STORIES } from '../costs/stories.ts';
import { misbehaving } from '../do-then-fail.ts';
import { startFirestoreEmulator } from '../doubles/firestore-emulator.ts';
import { seededRandom, type TestClock } from '../test-clock.ts';
import { inWorld } from '../world.ts';
import { SLOW_CLOCK } from './store-world.ts';

export const FILE_LIMIT_MS = 240_000;

const test = suite('costs on Firestore');
const SEED = Number(process.env.COSTS_SEED ?? Date.now() % 2 ** 31);
console.log(`COSTS_SEED=${SEED}`);
const TURNS = 3;
const MONTHS = { from: '2026-11-29', to: '2027-01-31' };
const LAST_WEEKS = 27;

test(
  'every outcome over the end of a month, with lost answers: the sum of the ledgers, and mended where it is not',
  inFirestoreEngine(async (engine, clock) => {
    const dice = seededRandom(SEED);
    const lost = seededRandom(SEED);
    const store = misbehaving(engine.store, method =>
      method === 'transaction' && lost.fraction() < 0.05 ? 'do-then-fail' : 'ok',
    );
    const unlucky = createEngine({ ...engine, store });
    await clock.advance(Date.UTC(2026, 10, 29) - clock.now());
    const stories = Array.from({ length: TURNS }, () => Object.entries(STORIES)).flat();
    for (const [number, [name, story]] of stories.entries()) {
      await story({ engine: unlucky, clock, dice, number }).catch((error: Error) => {
        throw new Error(`${name} (${number}): ${error.message}`, { cause: error });
      });
    }
    const lines = await holdBooks(engine, MONTHS);
    assert.ok(new Set(lines.map(({ day }) => day.slice(0, 7))).size >= 2, 'a month has ended');
    for (const figure of ['possiblyMicroUsd', 'pictures', 'reused'] as const) assert.ok(sum(lines, figure) > 0, figure);

    const day = lines.findLast(({ microUsd }) => microUsd > 0)?.day ?? '';
    const from = new Date(Date.parse(day) - LAST_WEEKS * 86_400_000).toISOString().slice(0, 10);
    const days = { from: from < MONTHS.from ? MONTHS.from : from, to: day };
    assert.equal((await checkCosts(engine, days)).differences, []);
    for (let shard = 0; shard < engine.settings.spendShards; shard++) {
      await engine.store.transaction(async tx => tx.delete(costs, costsId(day, shard)));
    }
    assert.ok((await checkCosts(engine, days, { mend: true })).differences.length > 0);
    await holdBooks(engine, MONTHS);
  }),
);

test.run();

function inFirestoreEngine(body: (engine: Engine, clock: TestClock) => Promise<void>): () => Promise<void> {
  return inWorld(
    async ({ engine, clock }) => {
      await using opened = new AsyncDisposableStack();
      const emulator = await startFirestoreEmulator();
      opened.defer(() => emulator.stop());
      // There is no Google to ask for credentials, and the SDK would wait for it.
      process.env.METADATA_SERVER_DETECTION = 'none';
      const project = { projectId: emulator.newProject(), databaseId: '(default)', collections: COLLECTIONS };
      const settings = { host: emulator.host, ssl: false };
      const store = createFirestoreStore({ ...project, clock: SLOW_CLOCK, random: systemRandom, settings });
      opened.defer(() => store.close());
      await body(createEngine({ ...engine, store }), clock);
    },
    { budgetMicroUsd: 1_000_000_000 },
  );
}
