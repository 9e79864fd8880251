/**
 * `kill -9` while a bulk retry is applied: each job is tried again exactly once. Platforms: embedded, and google by
 * EASEL_TEST_PLATFORM=google, where the worker dies, which takes the steps.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { operatorOf } from './as-operator.ts';
import { PHOTO, type Service, withService } from './service.ts';
import { PLATFORM } from './service-processes.ts';
import { seededRandom } from './test-clock.ts';
import { waitFor } from './wait-for.ts';

export const FILE_LIMIT_MS = 240_000;

const test = suite('kill -9 of a bulk action');
const JOBS = 40;
/** Slow enough for the restarts of a busy machine to fall into its time. */
const RATE = 2;
const KILLS = 10;
/** A photo with noise in it passes the look at its header, and fails when it is decoded: the job fails, and again. */
const NOISY = Buffer.from(PHOTO).fill(0xd5, 100_000, 140_000);
const reason = 'The decoder was mended.';

interface Action {
  readonly id: string;
  readonly token: string;
  readonly state: string;
  readonly plan: { readonly eligible: number };
  readonly progress: { readonly looked: number; readonly done: number; readonly skipped: readonly object[] };
}

test(
  `killed ${KILLS} times on its way, an application tries each of ${JOBS} jobs again exactly once`,
  withService(async service => {
    const seed = Number(process.env.KILL_SEED ?? Date.now() % 2 ** 31);
    console.log(`KILL_SEED=${seed}`);
    const random = seededRandom(seed);
    const ids = await failedJobs(service);
    const operator = await operatorOf(service);
    const planned = await operator('POST /v1/admin/bulk-actions', {
      action: 'retry',
      filter: { status: 'failed' },
      reason,
    });
    const { id, token, plan } = planned.body as unknown as Action;
    assert.equal([planned.status, plan.eligible], [201, JOBS]);
    const apply = () => operator(`POST /v1/admin/bulk-actions/${id}/apply`, { token, ratePerSecond: RATE });
    assert.is((await apply()).status, 202);
    let meanwhile = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(random.fraction() * 800);
      await service.kill(PLATFORM === 'google' ? ['worker'] : undefined);
      await service.start();
      const { body } = await operator(`GET /v1/admin/bulk-actions/${id}`);
      if ((body as unknown as Action).state === 'running') meanwhile++;
    }
    console.log(`${meanwhile} of ${KILLS} kills found it under way`);
    assert.ok(meanwhile >= KILLS / 2, 'killed on its way, and not after it');
    const done = await waitFor(
      'the end of the action',
      async () => {
        const action = (await operator(`GET /v1/admin/bulk-actions/${id}`)).body as unknown as Action;
        return action.state === 'done' && action;
      },
      { limitMs: 120_000, everyMs: 250 },
    );
    assert.equal([done.progress.done, done.progress.skipped], [JOBS, []]);
    await Promise.all(ids.map(service.done));
    for (const job of ids) {
      const { body } = await operator(`GET /v1/admin/jobs/${job}`);
      assert.is((body as unknown as { run: number }).run, 2);
      const { entries } = (await operator(`GET /v1/admin/audit?target=jobs/${job}`)).body;
      assert.is(entries.length, 1);
    }
    assert.is((await apply()).status, 202, 'pressed again it changes nothing');
  }),
);

test.run();

async function failedJobs(service: Service): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < JOBS; number++) {
    const options = JSON.stringify({ variation: number % 10 });
    const { body } = await service.submit(
      { style: 'charcoal', options, customerId: `customer-${number}` },
      { photo: NOISY },
    );
    ids.push(body.id);
  }
  for (const id of ids) assert.is((await service.done(id)).status, 'failed');
  return ids;
}
