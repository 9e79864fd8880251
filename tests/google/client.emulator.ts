/**
 * The client with `transport: 'firestore'` on a bad line: the real services, the official emulator with the rules of
 * `infra-scripts/google/firestore.rules`, a double of Firebase Auth, and signed addresses of the double of Cloud Storage.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EaselClientOptions, Job } from '../../api/web/easel-client.ts';
import type { Step } from '../client-shopper.ts';
import { waitFor } from '../wait-for.ts';
import { inShop, type Shop } from './shopper.ts';

export const FILE_LIMIT_MS = 500_000;

process.env.EASEL_TEST_PLATFORM = 'google';
const { withService } = await import('../service.ts');
const { BEHIND_A_PROXY, enter, everyFault, holdsOneOf, WISH } = await import('../client-shopper.ts');

const test = suite('the client in Firestore');

const STEPS: { readonly [step: string]: Step } = {
  'sign-in': { name: /accounts:signInWithCustomToken$/ },
  document: { name: /\/documents\/jobs\// },
  submit: { name: /^POST \/v1\/jobs$/ },
  'the last look': { name: /^GET \/v1\/jobs\/\w+$/ },
  'upload of the bytes': { name: /^PUT /, via: 'upload' },
  output: { name: /^GET .*cache/ },
};

test(
  'each request dropped, doubled, refused or cut costs one job and one charge, and the picture comes',
  withService(
    inShop(async shop => {
      for (const [what, step] of Object.entries(STEPS)) await everyFault(shop.service, what, step, inFirestore(shop));
    }),
    BEHIND_A_PROXY,
  ),
);

test(
  'the document alone is asked until the job is done, then the API once',
  withService(
    inShop(async shop => {
      const { service } = shop;
      const { line, client, order } = await enter(service, { order: 'document', ...inFirestore(shop) });
      await service.kill(['worker']);
      const job = await client.submit({ ...WISH, customId: order });
      const states: Job[] = [];
      const done = client.wait(job.id, { onChange: state => states.push(state) });
      const looks = () => line.requests.filter(({ name }) => name.includes('/documents/')).length;
      await waitFor('two looks', () => looks() >= 2);
      await service.start();
      const { output, ...last } = await done;
      assert.equal([states[0]?.status, last.status], ['queued', 'succeeded']);
      const { queue: _, ...submitted } = job;
      assert.equal(states[0], submitted, 'the document tells what the API told, but for the queue');
      const asked = line.requests.filter(({ name }) => /^GET \/v1\/jobs/.test(name));
      assert.is(asked.length, 1, 'for the address of the picture');
      await holdsOneOf(
        service,
        { client, order },
        { done: { ...last, ...(output ? { output } : {}) }, picture: await client.download(job.id) },
      );
      await line.close();
    }),
  ),
);

test(
  'where Firestore lets nobody in, the job is watched by the API',
  withService(
    inShop(async shop => {
      const { service } = shop;
      const shut = { ...inFirestore(shop), firestore: { apiKey: '', signInUrl: shop.auth.url } };
      const { line, client, order } = await enter(service, { order: 'shut', ...shut });
      const done = await client.wait(await client.submit({ ...WISH, customId: order }));
      assert.ok(line.requests.some(({ name }) => name.includes('signIn')));
      assert.not.ok(line.requests.some(({ name }) => name.includes('documents')));
      await holdsOneOf(service, { client, order }, { done, picture: await client.download(done) });
      await line.close();
    }),
  ),
);

test.run();

function inFirestore({ auth, backends }: Shop): Partial<EaselClientOptions> {
  const url = `http://${backends.emulatorHost}`;
  return { transport: 'firestore', firestore: { apiKey: 'any', signInUrl: auth.url, url } };
}
