/**
 * Files that were made to do harm, ten at a time, against the whole service in its own process: each is answered
 * quickly, none takes the process or much of its memory, and every job comes to its end.
 *
 * Platform: embedded, because API and worker share one process there: what one of them spends the other lacks.
 */
import pLimit from 'p-limit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hostileImages } from './hostile/corpus.ts';
import type { Hostile } from './hostile/hostile.ts';
import { watchChild } from './hostile/resident.ts';
import { uploadOf } from './hostile/upload.ts';
import { type Answer, type JobAnswer, PHOTO, type Service, withService } from './service.ts';
import { seededRandom } from './test-clock.ts';
import { waitFor } from './wait-for.ts';

export const FILE_LIMIT_MS = 400_000;

const test = suite('hostile images');
const TOGETHER = 10;
/** A hang is told from a busy machine; `tests/load/hostile-images.load.ts` holds the two seconds that are promised. */
const ANSWER_MS_MAX = Number(process.env.ANSWER_MS_MAX ?? 20_000);
const GROWTH_BYTES_MAX = 512 * 2 ** 20;
const END_LIMIT_MS = 300_000;
const MIB = 2 ** 20;
/** The fastest to draw: the drawing is not what is tested. */
const WISH = { style: 'fine-art-bw', options: '{"size":"512"}' };

/** Mixed, the same way each time, so that every kind meets the others and not only its own. */
const random = seededRandom(Number(process.env.SEED ?? 1));
const images = (await hostileImages())
  .map(image => ({ image, place: random.fraction() }))
  .sort((a, b) => a.place - b.place)
  .map(({ image }) => image);

test(
  `${images.length} hostile images, ten at a time: answered within ${ANSWER_MS_MAX / 1_000} s, in 512 MiB, and the service goes on`,
  withService(async service => {
    await service.done((await service.submit(WISH, { photo: PHOTO })).body.id);
    const resident = await watchChild();
    if (!resident) console.log('NOT TESTED here: the memory, which needs Linux');
    const before = (await resident?.now()) ?? 0;
    const limitMs = await answerLimit(service);
    const readiness = askReadiness(service);
    const inTens = pLimit(TOGETHER);
    const submitted = await Promise.all(
      images.map((image, index) => inTens(() => submit(service, image, `customer-${index}`))),
    );
    const ends = await followAll(service, submitted);
    const asked = await readiness.stop();
    const growth = ((await resident?.peak()) ?? 0) - before;
    report(submitted, { growth, asked });

    assert.equal(
      ends.filter(({ end, image }) => end !== image.expected).map(({ end, image }) => `${image.name}: ${end}`),
      [],
      'each is refused, fails or is drawn as it has to be',
    );
    assert.equal(
      submitted.filter(({ ms }) => ms > limitMs).map(({ image, ms }) => `${image.name}: ${ms.toFixed(0)} ms`),
      [],
      'answered in time',
    );
    assert.equal(asked.failures, [], '/ready answers throughout');
    assert.ok(growth <= GROWTH_BYTES_MAX, `${(growth / MIB).toFixed(0)} MiB more at the peak`);
    await nothingIsCharged(service, ends);
    assert.is((await service.done((await service.submit(WISH, { photo: PHOTO })).body.id)).status, 'succeeded');
    assert.is(service.output().match(/Easel listens/g)?.length, 1, 'one process from the beginning to the end');
  }),
);

test.run();

/** No bound on a machine so busy that ten honest photos of some weight take more than half of it. */
async function answerLimit(service: Service): Promise<number> {
  const heavy = (number: number) => Buffer.concat([PHOTO, Buffer.alloc(4 * MIB, number)]);
  const honest = Array.from({ length: TOGETHER }, (_, number) =>
    submit(service, { name: 'honest', bytes: heavy(number), expected: 'drawn' }, `honest-${number}`),
  );
  const slowestMs = Math.max(...(await Promise.all(honest)).map(({ ms }) => ms));
  console.log(`ten honest photos of 4 MiB: ${slowestMs.toFixed(0)} ms`);
  if (slowestMs <= ANSWER_MS_MAX / 2) return ANSWER_MS_MAX;
  console.log(
    `NOT TESTED here: answers within ${ANSWER_MS_MAX} ms. The machine is too busy: honest photos took ${slowestMs.toFixed(0)} ms`,
  );
  return Number.POSITIVE_INFINITY;
}

interface Submitted {
  readonly image: Hostile;
  readonly customerId: string;
  readonly answer: Answer;
  readonly ms: number;
}

async function submit(service: Service, image: Hostile, customerId: string): Promise<Submitted> {
  const upload = uploadOf(image, { ...WISH, customerId });
  const startedAt = performance.now();
  const answer = await service.call('POST', '/v1/jobs', upload);
  return { image, customerId, answer, ms: performance.now() - startedAt };
}

interface Ended extends Submitted {
  readonly end: string;
  readonly job?: JobAnswer;
}

/** One after the other: a crowd that polls would be a load of its own. */
async function followAll(service: Service, submitted: readonly Submitted[]): Promise<Ended[]> {
  const ends: Ended[] = [];
  for (const one of submitted) {
    const { status, body } = one.answer;
    if (status !== 202) {
      ends.push({ ...one, end: status >= 400 && status < 500 ? (body.code ?? 'no code') : `status ${status}` });
      continue;
    }
    const job = await waitFor(
      `the end of ${one.image.name}`,
      async () => {
        const { body: found } = await service.call('GET', `/v1/jobs/${body.id}`);
        return found.done && found;
      },
      { limitMs: END_LIMIT_MS, everyMs: 200 },
    );
    ends.push({ ...one, job, end: endOf(job) });
  }
  return ends;
}

function endOf({ status, error }: JobAnswer): string {
  if (status === 'succeeded') return 'drawn';
  return error?.code === 'input_unreadable' ? 'unreadable' : `${status}, ${error?.code}`;
}

/** A photo that cannot be read costs its customer nothing, and is not tried again. */
async function nothingIsCharged(service: Service, ends: readonly Ended[]): Promise<void> {
  const unreadable = ends.flatMap(({ job, customerId }) => (job?.status === 'failed' ? [{ job, customerId }] : []));
  assert.ok(unreadable.length > 10);
  for (const { job, customerId } of unreadable) {
    assert.equal([job.charge, job.attempt, await service.remaining(customerId)], ['released', 1, 10]);
  }
}

interface Asked {
  readonly times: number;
  readonly slowestMs: number;
  readonly failures: readonly string[];
}

function askReadiness(service: Service): { stop(): Promise<Asked> } {
  const EVERY_MS = 250;
  const failures: string[] = [];
  let times = 0;
  let slowestMs = 0;
  let going = true;
  const asking = (async () => {
    while (going) {
      const startedAt = performance.now();
      const { status } = await service.call('GET', '/ready', { key: null });
      const ms = performance.now() - startedAt;
      times++;
      slowestMs = Math.max(slowestMs, ms);
      if (status !== 200) failures.push(`${status} after ${ms.toFixed(0)} ms`);
      await new Promise(resolve => setTimeout(resolve, EVERY_MS));
    }
  })();
  return {
    async stop() {
      going = false;
      await asking;
      return { times, slowestMs, failures };
    },
  };
}

function report(submitted: readonly Submitted[], { growth, asked }: { growth: number; asked: Asked }): void {
  const sorted = submitted.toSorted((a, b) => b.ms - a.ms);
  const statuses = Map.groupBy(submitted, ({ answer }) => answer.status);
  const counts = [...statuses].map(([status, all]) => `${all.length} × ${status}`).join(', ');
  const median = sorted[sorted.length >> 1]?.ms.toFixed(0);
  const slowest = sorted.slice(0, 5).map(({ image, ms }) => `${ms.toFixed(0)} ms ${image.name}`);
  console.log(`${submitted.length} images: ${counts}`);
  console.log(`answered in ${median} ms (median); slowest: ${slowest.join('; ')}`);
  console.log(`memory: ${(growth / MIB).toFixed(0)} MiB more at the peak`);
  console.log(`/ready: asked ${asked.times} times, slowest ${asked.slowestMs.toFixed(0)} ms`);
}
