/**
 * The client on a bad line before the real service: whatever befalls whichever request, there is one job and one charge,
 * and the picture is delivered. Platforms: embedded here; google, by its own steps, in `tests/google/client.emulator.ts`.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Job } from '../api/web/easel-client.ts';
import { BEHIND_A_PROXY, eachOf, enter, everyFault, PHOTO_BLOB, type Step } from './client-shopper.ts';
import { FAULTS } from './doubles/bad-line.ts';
import { QUICK_OPTIONS, withService } from './service.ts';

export const FILE_LIMIT_MS = 600_000;

const test = suite('the client on a bad line');

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
      const { id } = await client.submitBatch({ image: PHOTO_BLOB, styles, options: QUICK_OPTIONS, customId: fault });
      const { jobs = [] } = await client.waitBatch(id);
      const { body } = await service.call<{ jobs: Job[] }>('GET', `/v1/jobs?customId=${encodeURIComponent(fault)}`);
      assert.equal(body.jobs.map(({ id }) => id).sort(), jobs.map(({ id }) => id).sort(), fault);
      assert.ok(jobs.every(({ status, charge }) => status === 'succeeded' && charge === 'captured'));
      assert.equal([jobs.length, (await client.quota()).pools.named.remaining], [2, 8], fault);
      await line.close();
    });
  }, BEHIND_A_PROXY),
);

test.run();
