/**
 * What an item of an upstream batch can be answered, and what becomes of a job that is given up, erased, has no budget,
 * or cannot be drawn in a batch at all. Platforms: embedded; what differs between them is held by the conformance suites.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { quotas } from '../common/collections.ts';
import { cancel } from '../common/jobs/cancel.ts';
import { erase, eraseObjects } from '../common/jobs/erase.ts';
import { CATALOGUE, costMicroUsd, DEFAULT_MODEL } from '../common/models.ts';
import { resumeQueue } from '../common/pause.ts';
import { picturePath } from '../common/picture.ts';
import { connectBatches } from '../worker/connect-batches.ts';
import { createGeminiBatches } from '../worker/gemini-batch.ts';
import { type EconomyWorld, ENTRY, halfPrice, inEconomyWorld } from './doubles/gemini-batch/world.ts';
import type { ItemAnswer } from './doubles/gemini-batch.ts';
import { colouredPicture, USAGE } from './doubles/test-model.ts';

const test = suite('items of an upstream batch');
const HOUR = 3_600_000;
const FALLBACK = 'gemini-nano-banana-2.1';
const WORDS = {
  promptTokenCount: 1_500,
  candidatesTokenCount: 20,
  candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: 20 }],
};
const words = (finishReason: string) => ({
  candidates: [{ content: { parts: [{ text: 'No.' }] }, finishReason }],
  usageMetadata: WORDS,
});

/** The answer, and then status and lane of the job, outcome and bill of its attempt. */
const ANSWERS: readonly (readonly [string, ItemAnswer, string])[] = [
  [
    'its prompt was blocked',
    { response: { promptFeedback: { blockReason: 'SAFETY' } } },
    'blocked economy content_blocked possibly',
  ],
  ['its picture was blocked', { response: words('IMAGE_SAFETY') }, 'blocked economy content_blocked possibly'],
  ['words and no picture', { response: words('STOP') }, 'queued economy no_image possibly'],
  ['a picture that does not decode', { response: brokenPicture() }, 'queued economy unreadable_image yes'],
  ['INVALID_ARGUMENT', { error: { code: 3, message: 'The photo is none.' } }, 'failed economy invalid_input no'],
  ['RESOURCE_EXHAUSTED', { error: { code: 8, message: 'Too many.' } }, 'queued economy rate_limited no'],
  ['INTERNAL', { error: { code: 13, message: 'Internal error.' } }, 'queued economy overloaded no'],
  ['UNAVAILABLE, as an HTTP status', { error: { code: 503, message: 'Later.' } }, 'queued economy overloaded no'],
  ['a code that is not known', { error: { code: 99, message: 'What?' } }, 'queued economy unknown possibly'],
  ['its model is gone', { error: { code: 5, message: 'models/x is not found.' } }, 'queued economy model_retired no'],
  ['an answer that is no object', { response: 7 }, 'queued economy unknown possibly'],
  ['neither answer nor error', { response: null }, 'queued economy unknown possibly'],
];
for (const [what, answer, expected] of ANSWERS) {
  test(
    `${what}: the table of outcomes decides as for a single call, and the other item is delivered`,
    inEconomyWorld(async world => {
      await begun(world, 2);
      await world.double.end(world.held(), 'BATCH_STATE_SUCCEEDED', (_, index) => (index === 0 ? answer : 'picture'));
      await world.tend();
      const [odd, good] = await inOrder(world);
      const attempt = odd?.attempts[0];
      assert.is(`${odd?.status} ${odd?.lane} ${attempt?.outcome} ${attempt?.billed}`, expected);
      assert.ok(attempt?.providerCode ?? attempt?.detail);
      assert.is(good?.status, 'succeeded');
    }),
  );
}

test(
  'an item without a picture is tried again in another batch, and its words are paid at half the price',
  inEconomyWorld(async world => {
    const [id = ''] = await begun(world, 1);
    await world.double.end(world.held(), 'BATCH_STATE_SUCCEEDED', () => ({ response: words('STOP') }));
    for (let minute = 0; minute < 4; minute++) await world.step();
    const [first, second] = world.double.batches;
    assert.ok(second, 'a second batch');
    await world.double.end(second, 'BATCH_STATE_SUCCEEDED', () => 'picture');
    await world.step();
    assert.is((await world.run(id)).status, 'succeeded');
    const usage = { inputTokens: 1_500, outputTextTokens: 20, outputImageTokens: 0 };
    assert.is(await world.spent(), halfPrice([usage, ...second.billed]));
    assert.is(first?.items.length, 1);
  }),
);

test(
  'lines of unknown items, lines that come twice, empty ones and one without a sense: each item is answered once',
  inEconomyWorld(async world => {
    const ids = await begun(world, 3);
    await world.double.end(world.held(), 'BATCH_STATE_SUCCEEDED', (_, index) =>
      index === 0 ? { lines: ['picture', 'picture', '', '{"key":"job_of_somebody_else","response":{}}'] } : 'picture',
    );
    await world.tend();
    assert.equal(
      (await world.runsOf(ids)).map(({ status }) => status),
      ['succeeded', 'succeeded', 'succeeded'],
    );
    assert.is(
      await world.spent(),
      halfPrice(world.held().billed.slice(1)),
      'the provider drew one twice, and billed for it once',
    );
  }),
);

test(
  'a line that cannot be read may have been the answer of an item that has none: it is drawn anew and may have been billed',
  inEconomyWorld(async world => {
    const ids = await begun(world, 2);
    await world.double.end(world.held(), 'BATCH_STATE_SUCCEEDED', (_, index) =>
      index === 0 ? 'no JSON at all' : 'picture',
    );
    await world.tend();
    const [odd] = await inOrder(world);
    assert.equal([odd?.lane, odd?.attempts[0]?.outcome, odd?.attempts[0]?.billed], ['bulk', 'batch_lost', 'possibly']);
    assert.is(ids.length, 2);
  }),
);

test(
  'a line that is too long fails its item alone, and is never in memory as a whole',
  inEconomyWorld(async world => {
    const { double, clock } = world;
    const access = { apiKey: double.apiKey };
    const small = createGeminiBatches({
      catalogue: CATALOGUE,
      access,
      clock,
      baseUrl: double.url,
      lineBytesMax: 20_000,
    });
    await begun(world, 2);
    const held = world.held();
    await double.end(held, 'BATCH_STATE_SUCCEEDED', ({ key }, index) =>
      index === 0 ? JSON.stringify({ key, response: { filler: 'x'.repeat(50_000) } }) : 'picture',
    );
    const { signal } = new AbortController();
    const seen: string[] = [];
    for await (const { key, read } of small.results(held.resultsFile ?? '', { signal })) {
      const request = { model: DEFAULT_MODEL, prompt: 'p', aspectRatio: '4:5', size: '1K', variation: 0 };
      try {
        read(request);
        seen.push(`${key} drawn`);
      } catch (error) {
        seen.push(`${key} ${(error as Error).message}`);
      }
    }
    const [first, second] = held.items;
    assert.equal(seen, [`${first?.key} an answer beyond the size limit`, `${second?.key} drawn`]);
  }),
);

test(
  'the model is gone when the batch is created: all go to its fallback, in a batch of the fallback, at its half price',
  inEconomyWorld(async world => {
    world.double.retire(DEFAULT_MODEL);
    const ids = await world.submitted(2);
    for (let minute = 0; minute < 4; minute++) await world.step();
    const held = world.held();
    assert.is(held.model, FALLBACK);
    await world.double.end(held, 'BATCH_STATE_SUCCEEDED', () => 'picture');
    await world.step();
    for (const run of await world.runsOf(ids)) {
      assert.equal(
        run.attempts.map(({ model, outcome }) => `${model} ${outcome}`),
        [`${DEFAULT_MODEL} model_retired`, `${FALLBACK} succeeded`],
      );
    }
    assert.is(await world.spent(), halfPrice(held.billed, CATALOGUE.get(FALLBACK)));
  }),
);

test(
  'the provider refuses the batch: each job is tried by itself in bulk, and the refusal stands in the ledger',
  inEconomyWorld(async world => {
    world.double.plan('create', { status: 400, message: 'Batches are not for you.' });
    const ids = await world.submitted(2);
    await world.step();
    await world.drawBulk();
    for (const run of await world.runsOf(ids)) {
      const [refused] = run.attempts;
      assert.equal(
        [run.status, run.lane, refused?.outcome, refused?.billed],
        ['succeeded', 'bulk', 'batch_unanswered', 'no'],
      );
      assert.equal(
        [refused?.providerCode, refused?.detail],
        ['400 INVALID_ARGUMENT', 'Gemini answered 400: Batches are not for you.'],
      );
    }
    assert.is(await world.spent(), 2 * costMicroUsd(ENTRY, USAGE));
  }),
);

for (const operation of ['start', 'upload', 'create'] as const) {
  test(
    `the provider is down (${operation}) for as long as economy has: bulk draws in time, and nothing was billed`,
    inEconomyWorld(async world => {
      world.double.plan(operation, ...Array(500).fill({ status: 503 }));
      const deadlineAt = world.clock.now() + 3 * HOUR;
      const ids = await world.submitted(2, { deadlineAt });
      for (let minute = 0; minute < 75; minute++) await world.step();
      await world.drawBulk();
      assert.ok(world.clock.now() < deadlineAt);
      assert.equal(
        (await world.runsOf(ids)).map(({ status, lane }) => `${status} ${lane}`),
        Array(2).fill('succeeded bulk'),
      );
      assert.is(await world.spent(), 2 * costMicroUsd(ENTRY, USAGE));
    }),
  );
}

test(
  'a job that is given up before its batch goes out is left out of it, and its hold goes back',
  inEconomyWorld(async world => {
    const ids = await world.submitted(2);
    await cancel(world.engine, ids[0] ?? '');
    await world.step();
    const [given, other] = await world.runsOf(ids);
    assert.equal([given?.status, given?.charge, other?.status], ['canceled', 'released', 'running']);
    assert.equal(
      world.held().items.map(({ key }) => key),
      [ids[1]],
    );
    assert.is(await heldOf(world, ids[0]), 0);
  }),
);

test(
  'a job that the provider has ends at once when it is given up; its hold is captured, and its answer changes nothing',
  inEconomyWorld(async world => {
    const ids = await begun(world, 2);
    const job = await cancel(world.engine, ids[0] ?? '');
    assert.equal([job?.status, job?.charge], ['canceled', 'captured']);
    assert.is(await heldOf(world, ids[0]), 1);
    await world.double.end(world.held(), 'BATCH_STATE_SUCCEEDED', () => 'picture');
    await world.step();
    const [given, other] = await world.runsOf(ids);
    assert.equal([given?.status, given?.outputPath, other?.status], ['canceled', undefined, 'succeeded']);
    assert.is(await world.spent(), halfPrice(world.held().billed), 'both were drawn, so both are paid for');
  }),
);

test(
  'when all jobs of a batch are given up, the provider is told to stop, and what it did not draw costs nothing',
  inEconomyWorld(async world => {
    const ids = await begun(world, 2);
    for (const id of ids) await cancel(world.engine, id);
    await world.step();
    assert.is(world.held().cancelAsked, true);
    await world.double.end(world.held(), 'BATCH_STATE_CANCELLED');
    await world.step();
    assert.is(await world.spent(), 0);
    assert.equal(
      (await world.upstream()).map(({ state }) => state),
      ['settled'],
    );
  }),
);

test(
  'a job that is erased leaves nothing behind, whatever the provider answers later',
  inEconomyWorld(async world => {
    const ids = await begun(world, 2);
    const [id = ''] = ids;
    const { inputPath, generationKey } = await world.run(id);
    await erase(world.engine, id);
    await eraseObjects(world.engine, id);
    await world.double.end(world.held(), 'BATCH_STATE_SUCCEEDED', () => 'picture');
    await world.step();
    for (const path of [inputPath, picturePath(generationKey), `${picturePath(generationKey)}-preview`]) {
      assert.is(await world.engine.bucket.stat(path), undefined, path);
    }
    assert.is(await world.spent(), halfPrice(world.held().billed));
    assert.equal(world.double.files(), []);
  }),
);

test(
  'economy stops at the share of the day that batches have, says so, and goes on when there is room again',
  inEconomyWorld(
    async world => {
      const ids = await world.submitted(8);
      await world.step();
      const begun = (await world.runsOf(ids)).filter(({ status }) => status === 'running').length;
      assert.ok(begun > 0 && begun < 8, `${begun} of 8`);
      assert.is(world.held().items.length, begun);
      assert.is(await world.engine.queue.state('bulk'), 'paused');
      const spent = await world.spent();
      const [{ estimateMicroUsd } = { estimateMicroUsd: 0 }] = (await world.runsOf(ids)).flatMap(
        ({ attempts }) => attempts,
      );
      assert.ok(spent >= 60_000 && spent < 60_000 + estimateMicroUsd, `${spent} of 100,000`);
      await world.clock.advance(12 * HOUR);
      await resumeQueue(world.engine, 'bulk');
      await world.step();
      await world.step();
      assert.is((await world.runsOf(ids)).filter(({ status }) => status === 'running').length, 8);
    },
    { budgetMicroUsd: 100_000 },
  ),
);

test(
  'eighty-five jobs make two full batches at once and a third when a minute is over; no job is in two',
  inEconomyWorld(async world => {
    const ids: string[] = [];
    for (let number = 0; number < 85; number++) {
      ids.push(
        ...(await world.submitted(1, {
          customer: `shopper-${number}`,
          variation: number % 10,
          prompt: `Wish ${number}`,
        })),
      );
    }
    await world.gather();
    await world.tend();
    assert.equal(
      world.double.batches.map(({ items }) => items.length),
      [40, 40],
    );
    await world.step();
    assert.equal(
      world.double.batches.map(({ items }) => items.length),
      [40, 40, 5],
    );
    const keys = world.double.batches.flatMap(({ items }) => items.map(({ key }) => key));
    assert.equal(keys.sort(), ids.sort());
  }),
);

test(
  'a wish that a batch draws already waits for its picture and costs nothing; a shopper who asks for it does not wait',
  inEconomyWorld(async world => {
    const photo = await colouredPicture(900);
    const wish = { photo, customer: 'one-shopper' };
    const [first = ''] = await world.submitted(1, wish);
    await world.step();
    const [twin = ''] = await world.submitted(1, wish);
    await world.step();
    await world.step();
    assert.equal([(await world.run(twin)).status, world.held().items.length], ['queued', 1]);

    const hasty = await world.admitted(wish);
    await world.handle({ queue: 'interactive', name: `${hasty.id}-1`, kind: 'job', payload: { jobId: hasty.id } });
    assert.is((await world.run(hasty.id)).status, 'succeeded');
    assert.is(world.model.calls.length, 1);
    await world.double.end(world.held(), 'BATCH_STATE_SUCCEEDED', () => 'picture');
    for (let minute = 0; minute < 14; minute++) await world.step();
    const [drawn, reused] = await world.runsOf([first, twin]);
    assert.equal([drawn?.status, reused?.status, reused?.attempts[0]?.outcome], ['succeeded', 'succeeded', 'reused']);
    assert.is(world.double.batches.length, 1);
  }),
);

const NOWHERE = {
  'without a key, offline': connectBatches({
    gemini: undefined,
    catalogue: CATALOGUE,
    clock: { now: () => 0, after: () => () => {} },
  }),
  'through Vertex AI': connectBatches({
    gemini: { access: { project: 'demo', location: 'global' } },
    catalogue: CATALOGUE,
    clock: { now: () => 0, after: () => () => {} },
  }),
};
for (const [how, batches] of Object.entries(NOWHERE)) {
  test(
    `${how}: bulk draws what was meant for economy at once, and the run says why`,
    inEconomyWorld(
      async world => {
        const ids = await world.submitted(2);
        await world.gather();
        await world.drawBulk();
        for (const run of await world.runsOf(ids)) {
          assert.equal([run.status, run.lane], ['succeeded', 'bulk']);
          assert.match(run.fellBack?.why ?? '', /^there is no economy: .{20,}/);
        }
        assert.equal(await world.upstream(), []);
      },
      { batches },
    ),
  );
}

test.run();

async function begun(world: EconomyWorld, count: number): Promise<string[]> {
  const ids = await world.submitted(count);
  await world.step();
  assert.is(world.held().items.length, count);
  return ids;
}

function inOrder(world: EconomyWorld) {
  return world.runsOf(world.held().items.map(({ key }) => key));
}

async function heldOf(world: EconomyWorld, id = ''): Promise<number | undefined> {
  const { scopes } = await world.run(id);
  return (await world.engine.store.get(quotas, scopes[0] ?? ''))?.held;
}

function brokenPicture(): object {
  const data = Buffer.from('no picture').toString('base64');
  return {
    candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data } }] }, finishReason: 'STOP' }],
    usageMetadata: WORDS,
  };
}
