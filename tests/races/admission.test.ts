/**
 * Submits of one shopper at the same moment: never more than are left, one job for one Idempotency-Key, and nothing
 * remains of those that were refused. Platforms: embedded here and, fifty times in a row, in `tests/load/admission.load.ts`;
 * google in `tests/google/races.emulator.ts`. 200 over HTTP: `tests/main-job.test.ts`.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { quotas, runs } from '../../common/collections.ts';
import { createEngine } from '../../common/engine.ts';
import type { Submission } from '../../common/jobs/submission.ts';
import { submit } from '../../common/jobs/submit.ts';
import { PlatformError } from '../../common/platform/errors.ts';
import { inApiWorld } from '../api-world.ts';
import { inWorld, type World, type WorldOptions } from '../world.ts';
import { inRounds } from './admission.ts';
import { countUnder } from './kept.ts';
import { raceForQuota } from './racers.ts';

const test = suite('admission under races');

test(
  'of 1,000 submits at once with 100 left exactly 100 are admitted, and nothing is left of the others',
  inRounds(4, { racers: 1_000, left: 100 }),
);

test(
  'with half of them in another process, whose line knows nothing of this one, it is exactly as many',
  inWorld(async world => {
    const engines = [world.engine, createEngine(world.engine)];
    for (const customer of ['customer-1', 'customer-2', 'customer-3']) {
      await raceForQuota(world, engines, { customer, racers: 200, left: 20 });
    }
  }),
);

for (const left of [10, 1]) {
  test(
    `a key sent 50 times at once to two processes is one job with one hold, with ${left} left as well`,
    inWorld(async world => {
      const engines = [world.engine, createEngine(world.engine)] as const;
      const submission = await keyed(world, left);
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => submit(engines[index % 2 ? 1 : 0], submission)),
      );
      const kinds = Map.groupBy(answers, ({ kind }) => kind);
      assert.equal([kinds.get('admitted')?.length, kinds.get('replayed')?.length], [1, 49]);
      assert.equal(new Set(answers.map(answer => 'job' in answer && answer.job.id)), new Set([submission.id]));
      assert.is((await world.engine.store.get(quotas, submission.scopes[0]?.id ?? ''))?.held, 1);
      assert.equal(await kept(world), [1, 1], 'runs and photos');
    }),
  );
}

test(
  'a submit that lost against others until its tries ran out leaves no photo behind',
  inWorld(
    async world => {
      const lost = await submit(world.engine, await world.submission()).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(lost instanceof PlatformError && lost.kind === 'contended');
      assert.equal(await kept(world), [0, 0]);
    },
    losingAdmissions(() => true),
  ),
);

let loses = false;
test(
  'over HTTP it is told to come again, and is admitted then',
  inApiWorld(
    async world => {
      const as = await world.key('server');
      const headers = { 'Idempotency-Key': 'order-1' };
      loses = true;
      const refused = await world.submit({ as, headers });
      assert.equal([refused.status, refused.body.code, refused.headers['retry-after']], [503, 'unavailable', '5']);
      loses = false;
      assert.is((await world.submit({ as, headers })).status, 202);
      assert.equal(await kept(world), [1, 1]);
    },
    losingAdmissions(() => loses),
  ),
);

test.run();

async function keyed(world: World, left: number): Promise<Submission> {
  const submission = await world.submission({ key: 'order-1' });
  return { ...submission, scopes: submission.scopes.map(({ id }) => ({ id, limit: left })) };
}

async function kept({ engine }: World): Promise<number[]> {
  return [await engine.store.count({ from: runs }), await countUnder(engine, 'inputs/')];
}

/** A store that gives up at once what others would win. */
function losingAdmissions(loses: () => boolean): WorldOptions {
  return {
    around: ({ store }) => ({
      store: {
        ...store,
        transaction: work =>
          loses() ? Promise.reject(new PlatformError('contended', 'lost as planned')) : store.transaction(work),
      },
    }),
  };
}
