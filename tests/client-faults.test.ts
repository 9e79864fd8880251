/**
 * The client on a bad line before the real service: whatever befalls whichever request, there is one job and one charge,
 * and the picture is delivered. Platforms: embedded here; google, by its own steps, in `tests/google/client.emulator.ts`.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EaselError, type Job } from '../api/web/easel-client.ts';
import { BEHIND_A_PROXY, eachOf, enter, everyFault, holdsOneOf, PHOTO_BLOB, type Step } from './client-shopper.ts';
import { FAULTS } from './doubles/bad-line.ts';
import { withService } from './service.ts';
import { seededRandom } from './test-clock.ts';

export const FILE_LIMIT_MS = 300_000;

const test = suite('the client on a bad line');
const SHOPPERS = 24;
const CHANCE = 0.25;

const STEPS: { readonly [step: string]: Step } = {
  session: { name: /^POST \/v1\/sessions$/ },
  upload: { name: /^POST \/v1\/uploads$/, via: 'upload' },
  'upload of the bytes': { name: /^PUT /, via: 'upload' },
  submit: { name: /^POST \/v1\/jobs$/ },
  'submit of an upload': { name: /^POST \/v1\/jobs$/, via: 'upload' },
  get: { name: /^GET \/v1\/jobs\/\w+$/, polls: true },
  events: { name: /^GET \/v1\/jobs\/\w+\/events$/ },
  output: { name: /^GET .*cache\// },
};

for (const [what, step] of Object.entries(STEPS)) {
  test(
    `${what}: dropped, doubled, refused or cut, it costs one job and one charge, and the picture comes`,
    withService(service => everyFault(service, what, step), BEHIND_A_PROXY),
  );
}

test(
  'submit of a batch: dropped, doubled, refused or cut, it is one batch, and each style is charged once',
  withService(async service => {
    await eachOf(FAULTS, async (fault, index) => {
      const { line, client } = await enter(service, { order: fault, index });
      let befallen = 0;
      line.plan(request => (request === 'POST /v1/batches' && befallen++ === 0 ? fault : undefined));
      const styles = ['charcoal', 'ink-wash'];
      const { id } = await client.submitBatch({ image: PHOTO_BLOB, styles, customId: fault });
      const { jobs = [] } = await client.waitBatch(id);
      const { body } = await service.call<{ jobs: Job[] }>('GET', `/v1/jobs?customId=${encodeURIComponent(fault)}`);
      assert.equal(body.jobs.map(({ id }) => id).sort(), jobs.map(({ id }) => id).sort(), fault);
      assert.ok(jobs.every(({ status, charge }) => status === 'succeeded' && charge === 'captured'));
      assert.equal([jobs.length, (await client.quota()).pools.named.remaining], [2, 8], fault);
      await line.close();
    });
  }, BEHIND_A_PROXY),
);

test(
  'where a quarter of all requests go wrong, each shopper has one picture all the same',
  withService(async service => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    console.log(`seed ${seed}`);
    const dice = seededRandom(seed);
    await eachOf(Array.from({ length: SHOPPERS }), async (_, index) => {
      const shopper = await enter(service, { order: `storm-${index}`, index });
      const { line, client, order } = shopper;
      line.plan(() => (dice.fraction() < CHANCE ? FAULTS[Math.floor(dice.fraction() * FAULTS.length)] : undefined));
      const via = index % 2 === 0 ? 'form' : 'upload';
      const wish = { image: PHOTO_BLOB, style: 'charcoal', customId: order };
      const job = await persistently(idempotencyKey => client.submit(wish, { via, ...idempotencyKey }));
      const done = await persistently(() => client.wait(job, { by: index % 3 === 0 ? 'polls' : 'events' }));
      const picture = await persistently(() => client.download(done));
      line.plan(() => undefined);
      await holdsOneOf(service, shopper, { done, picture });
      await line.close();
    });
  }, BEHIND_A_PROXY),
);

test.run();

/** As a page does whose shopper presses the button again: the error says under which key. */
async function persistently<T>(work: (key: { idempotencyKey?: string }) => Promise<T>): Promise<T> {
  let key: { idempotencyKey?: string } = {};
  for (let tries = 1; ; tries++) {
    try {
      return await work(key);
    } catch (error) {
      if (!(error instanceof EaselError) || !error.retryable || tries === 5) throw error;
      key = error.idempotencyKey === undefined ? {} : { idempotencyKey: error.idempotencyKey };
    }
  }
}
