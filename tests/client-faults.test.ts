/**
 * The client on a bad line before the real service: whatever befalls whichever request, there is one job and one charge,
 * and the picture is delivered. Platforms: embedded; google with `EASEL_TEST_PLATFORM=google`.
 */
import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createEaselClient,
  type EaselClient,
  EaselError,
  type Job,
  type SubmitOptions,
} from '../api/web/easel-client.ts';
import { type BadLine, FAULTS, openBadLine } from './doubles/bad-line.ts';
import { PHOTO, type Service, withService } from './service.ts';
import { seededRandom } from './test-clock.ts';

export const FILE_LIMIT_MS = 300_000;

const test = suite('the client on a bad line');
const BEHIND_A_PROXY = { TRUSTED_HOPS: '1' };
/** So many shoppers at once: they mostly wait. */
const AT_ONCE = 8;

/** Each request of the client, and the way on which it is made. */
const STEPS: {
  readonly [step: string]: { readonly name: RegExp; readonly via?: SubmitOptions['via']; readonly polls?: true };
} = {
  session: { name: /^POST \/v1\/sessions$/ },
  upload: { name: /^POST \/v1\/uploads$/, via: 'upload' },
  'upload of the bytes': { name: /^PUT /, via: 'upload' },
  submit: { name: /^POST \/v1\/jobs$/ },
  'submit of an upload': { name: /^POST \/v1\/jobs$/, via: 'upload' },
  get: { name: /^GET \/v1\/jobs\/\w+$/, polls: true },
  events: { name: /^GET \/v1\/jobs\/\w+\/events$/ },
  output: { name: /^GET .*cache\// },
};

for (const [step, { name, via = 'form', polls }] of Object.entries(STEPS)) {
  test(
    `${step}: dropped, doubled, refused or cut, it costs one job and one charge, and the picture comes`,
    withService(async service => {
      await eachOf(FAULTS, async (fault, index) => {
        const shopper = await enter(service, `${step}, ${fault}`, index);
        const { line, client, order } = shopper;
        let befallen = 0;
        line.plan(request => (name.test(request) && befallen++ === 0 ? fault : undefined));
        const job = await client.submit({ image: PHOTO_BLOB, style: 'charcoal', customId: order }, { via });
        const done = await client.wait(job, { by: polls ? 'polls' : 'events' });
        const picture = await client.download(done);
        assert.ok(befallen > 0, `${order} happened`);
        await holdsOneOf(service, shopper, { done, picture });
        await line.close();
      });
    }, BEHIND_A_PROXY),
  );
}

test(
  'where a quarter of all requests go wrong, each shopper has one picture all the same',
  withService(async service => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    console.log(`seed ${seed}`);
    const dice = seededRandom(seed);
    await eachOf(Array.from({ length: 24 }), async (_, index) => {
      const shopper = await enter(service, `storm ${index}`, index);
      const { line, client, order } = shopper;
      line.plan(() => (dice.fraction() < 0.25 ? FAULTS[Math.floor(dice.fraction() * FAULTS.length)] : undefined));
      const via = index % 2 === 0 ? 'form' : 'upload';
      const wish = { image: PHOTO_BLOB, style: 'charcoal', customId: order };
      const job = await persistently(key =>
        client.submit(wish, { via, idempotencyKey: key ?? order.replace(' ', '-') }),
      );
      const done = await persistently(() => client.wait(job, { by: index % 3 === 0 ? 'polls' : 'events' }));
      const picture = await persistently(() => client.download(done));
      line.plan(() => undefined);
      await holdsOneOf(service, shopper, { done, picture });
      await line.close();
    });
  }, BEHIND_A_PROXY),
);

test.run();

const PHOTO_BLOB = new Blob([new Uint8Array(PHOTO)]);

interface Shopper {
  readonly line: BadLine;
  readonly client: EaselClient;
  /** Names the job among all of the shop. */
  readonly order: string;
}

async function enter(service: Service, order: string, index: number): Promise<Shopper> {
  const line = await openBadLine({ from: `192.0.2.${index + 1}` });
  const { storefront } = await service.keys();
  const client = createEaselClient({ url: service.url(), key: storefront, environment: { fetch: line.fetch } });
  return { line, client, order };
}

/** One job under this order, one picture counted, and its bytes whole. */
async function holdsOneOf(
  service: Service,
  { client, order }: Shopper,
  { done, picture }: { done: Job; picture: Blob },
): Promise<void> {
  const path = `/v1/jobs?customId=${encodeURIComponent(order)}`;
  const { body } = await service.call<{ jobs: Job[] }>('GET', path);
  const found = body.jobs.map(({ id, status, charge, attempt }) => [id, status, charge, attempt]);
  assert.equal(found, [[done.id, 'succeeded', 'captured', 1]], order);
  assert.is((await client.quota()).pools.named.remaining, 9, order);
  const digest = createHash('sha256')
    .update(Buffer.from(await picture.arrayBuffer()))
    .digest('hex');
  assert.is(digest, done.output?.sha256, order);
}

/** As a shopper does who presses the button again: the client says under which key. */
async function persistently<T>(work: (idempotencyKey?: string) => Promise<T>): Promise<T> {
  let key: string | undefined;
  for (let tries = 1; ; tries++) {
    try {
      return await work(key);
    } catch (error) {
      if (!(error instanceof EaselError) || !error.retryable || tries === 5) throw error;
      key = error.idempotencyKey;
    }
  }
}

async function eachOf<T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  const left = [...items.entries()];
  const lane = async () => {
    for (let next = left.shift(); next; next = left.shift()) await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
