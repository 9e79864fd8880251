/**
 * `kill -9` while a customer is erased: it is done once, and whole. Platforms: embedded, and google by
 * EASEL_TEST_PLATFORM=google, where the worker dies, which takes the steps.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { operatorOf } from './as-operator.ts';
import { type JobAnswer, type Service, withService } from './service.ts';
import { PLATFORM } from './service-processes.ts';
import { seededRandom } from './test-clock.ts';
import { waitFor } from './wait-for.ts';

export const FILE_LIMIT_MS = 240_000;

const test = suite('kill -9 of an erasure');
const JOBS = 12;
const KILLS = 3;
const HER = '7000000000001';
const HIS = '7000000000002';

interface Request {
  readonly id: string;
  readonly state: string;
  readonly jobs: { readonly total: number; readonly left: number };
  readonly doneAt?: string;
}

test(
  `killed ${KILLS} times on its way, an erasure leaves nothing of her ${JOBS} jobs, and his alone`,
  withService(
    async service => {
      const seed = Number(process.env.KILL_SEED ?? Date.now() % 2 ** 31);
      console.log(`KILL_SEED=${seed}`);
      const random = seededRandom(seed);
      const [hers, [his]] = [await drawn(service, HER, JOBS), await drawn(service, HIS, 1)];
      const operator = await operatorOf(service);
      const ask = () => service.call<Request>('DELETE', `/v1/customers/${HER}`);
      const { status, body } = await ask();
      assert.equal([status, body.jobs.total], [202, JOBS]);
      const show = async () => (await service.call<Request>('GET', `/v1/privacy-requests/${body.id}`)).body;
      const killedAt: number[] = [];
      for (let kill = 0; kill < KILLS; kill++) {
        await sleep(kill === 0 ? 0 : random.fraction() * 80);
        await service.kill(PLATFORM === 'google' ? ['worker'] : undefined);
        killedAt.push(Date.now());
        await service.start();
      }
      const done = await waitFor(
        'the end of the erasure',
        async () => {
          const request = await show();
          return request.state === 'done' && request;
        },
        { limitMs: 120_000, everyMs: 250 },
      );
      const onItsWay = killedAt.filter(at => at < Date.parse(done.doneAt ?? '')).length;
      console.log(`${onItsWay} of ${KILLS} kills found it under way`);
      assert.ok(onItsWay > 0, 'killed on its way, and not only after it');
      assert.is(done.jobs.left, 0);
      for (const { id, output } of hers) {
        assert.is((await service.call('GET', `/v1/jobs/${id}/output`)).body.code, 'erased');
        for (const url of [output?.url ?? '', output?.previewUrl ?? '']) {
          assert.is(
            (await service.call('GET', here(url), { key: null })).status,
            404,
            'the address that was signed before',
          );
        }
      }
      const other = await service.call('GET', `/v1/jobs/${his?.id}/output`);
      assert.is((await service.call('GET', other.headers.get('location') ?? '', { key: null })).status, 200);
      const { entries } = (await operator(`GET /v1/admin/audit?target=privacy-requests/${body.id}`)).body;
      assert.equal(
        entries.map(({ action }) => action),
        ['privacy.done', 'customer.erase'],
        'asked once, done once',
      );
    },
    { QUOTA_NAMED_PER_DAY: '100' },
  ),
);

test.run();

/** The service listens on another port each time; the bucket of google stays where it is. */
function here(url: string): string {
  const { pathname, search } = new URL(url);
  return PLATFORM === 'google' ? url : pathname + search;
}

async function drawn(service: Service, customerId: string, count: number): Promise<JobAnswer[]> {
  const styles = ['charcoal', 'fine-art-bw'];
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    const options = JSON.stringify({ variation: Math.floor(number / styles.length) });
    const { body } = await service.submit({ style: styles[number % styles.length] ?? '', options, customerId });
    ids.push(body.id);
  }
  return Promise.all(ids.map(service.done));
}
