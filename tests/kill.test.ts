/**
 * `kill -9` of the service's processes: no job is lost, none is charged twice, and every picture is whole.
 * Platforms: embedded, and google by EASEL_TEST_PLATFORM=google, where API and worker die one without the other.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Random } from '../common/clock.ts';
import { DONE_LIMIT_MS, download, type JobAnswer, type Service, withService } from './service.ts';
import { PLATFORM } from './service-processes.ts';
import { seededRandom } from './test-clock.ts';
import { waitFor } from './wait-for.ts';

export const FILE_LIMIT_MS = 240_000;

const test = suite('kill -9');
const CUSTOMERS = Array.from({ length: 20 }, (_, index) => `customer-${index}`);
const STYLE = 'post-impressionist';

/** Who dies, in an order that is drawn. A job ends after its third crash, so no worker dies more than twice. */
const VICTIMS =
  PLATFORM === 'google' ? ([['worker'], ['api'], ['worker', 'api']] as const) : ([undefined, undefined] as const);
/** Customers come, and services die, within this time. */
const BUSY_MS = 8_000;
/** A service needs a moment to start, and only one that runs can be killed. */
const KILL_WITHIN_MS = BUSY_MS / VICTIMS.length - 1_000;

const losesNothing = withService(async service => {
  const seed = Number(process.env.KILL_SEED ?? Date.now() % 2 ** 31);
  console.log(`KILL_SEED=${seed}`);
  const random = seededRandom(seed);
  const submitting = Promise.all(
    CUSTOMERS.map(async customerId => {
      await sleep(random.fraction() * BUSY_MS);
      return submitUntilAnswered(service, customerId);
    }),
  );
  for (const victims of shuffled(VICTIMS, random)) {
    await waitFor('a job to run', async () => (await anyRuns(service)) || undefined);
    // Not a wait for anything: the moment itself is what is drawn.
    const waitMs = random.fraction() * KILL_WITHIN_MS;
    await sleep(waitMs);
    console.log(`kill ${victims ?? 'all'} after ${Math.round(waitMs)} ms`);
    await service.kill(victims);
    await service.start();
  }
  const ids = await submitting;
  assert.is(new Set(ids).size, CUSTOMERS.length);
  const jobs = await Promise.all(ids.map(service.done));
  console.log(`${jobs.filter(({ attempt }) => attempt > 1).length} of ${jobs.length} were drawn more than once`);
  await holdsWhatItPromised(service, jobs);
  const { body } = await service.call<{ jobs: JobAnswer[] }>('GET', '/v1/jobs?limit=100');
  assert.equal(body.jobs.map(({ id }) => id).sort(), [...ids].sort(), 'no job beside those that were answered');
});
// On embedded the same is a mode of the torture: tests/kill/rounds.test.ts.
if (PLATFORM === 'google')
  test('killed at random moments, API and worker lose none of 20 jobs, and charge each customer once', losesNothing);

const goesOnAtOnce = withService(async service => {
  const submitted = await Promise.all(CUSTOMERS.map(customerId => service.submit({ style: STYLE, customerId })));
  assert.ok(submitted.every(({ status }) => status === 202));
  await waitFor('a job to run', async () => (await anyRuns(service)) || undefined);
  await service.kill();

  const startedAt = performance.now();
  await service.start();
  const again = async () => {
    const answers = await Promise.all(submitted.map(({ body }) => service.call('GET', `/v1/jobs/${body.id}`)));
    return answers.some(({ body }) => (body.status === 'running' || body.done) && body.attempt > 1);
  };
  await waitFor('a job to run again', again, { limitMs: DONE_LIMIT_MS });
  console.log(`runs again ${Math.round(performance.now() - startedAt)} ms after the start`);
  await holdsWhatItPromised(service, await Promise.all(submitted.map(({ body }) => service.done(body.id))));
});
if (PLATFORM === 'embedded')
  test('killed in the middle of 20 jobs, it goes on with them at the next start', goesOnAtOnce);

test.run();

/** As a careful client does: the same Idempotency-Key until there is an answer. Resolves with the job's id. */
async function submitUntilAnswered(service: Service, customerId: string): Promise<string> {
  const headers = { 'Idempotency-Key': `order-of-${customerId}` };
  return waitFor(
    `the job of ${customerId}`,
    async () => {
      const answer = await service.submit({ style: STYLE, customerId }, { headers }).catch(unlessUnreachable);
      return answer && [200, 202].includes(answer.status) ? answer.body.id : undefined;
    },
    { limitMs: DONE_LIMIT_MS, everyMs: 100 },
  );
}

/** What `fetch` throws when there is nobody, or when whoever was there died before the answer was whole. */
function unlessUnreachable(error: unknown): undefined {
  if (!(error instanceof TypeError)) throw error;
}

async function anyRuns(service: Service): Promise<boolean> {
  const { body } = await service.call<{ jobs: JobAnswer[] }>('GET', '/v1/jobs?status=running');
  return body.jobs.length > 0;
}

async function holdsWhatItPromised(service: Service, jobs: readonly JobAnswer[]): Promise<void> {
  for (const [index, job] of jobs.entries()) {
    assert.is(job.status, 'succeeded', JSON.stringify(job.error));
    const picture = await download(job.output?.url ?? '');
    assert.is(picture.status, 200);
    assert.ok((await sharp(picture.bytes, { failOn: 'warning' }).stats()).channels.length >= 1, 'decodes to its end');
    assert.is(await service.remaining(CUSTOMERS[index] ?? ''), 9);
  }
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map(item => ({ item, rank: random.fraction() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
