/**
 * The Gemini model through the real SDK, against the double: what is sent, which picture is taken, and how a call ends.
 * What each answer means is held by `gemini-answers.test.ts`.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Clock } from '../common/clock.ts';
import { sha256 } from '../common/ids.ts';
import { CATALOGUE, OFFLINE_MODEL } from '../common/models.ts';
import { ModelError } from '../common/platform/model.ts';
import { dimensionsOf, drawPicture } from '../tests/doubles/gemini/pictures.ts';
import { inGeminiWorld, WISH } from '../tests/doubles/gemini/world.ts';
import { waitFor } from '../tests/wait-for.ts';
import { verifyPicture } from './verify-picture.ts';

/** Counts the SDK's files as they are read; the call leads nowhere. */
const FIRST_CALL = `
  import { registerHooks } from 'node:module';
  let files = 0;
  registerHooks({ load: (url, context, next) => (url.includes('@google/genai') && files++, next(url, context)) });
  const { createGeminiModel } = await import('./gemini.ts');
  const { CATALOGUE, DEFAULT_MODEL: model } = await import('../common/models.ts');
  const { systemClock: clock } = await import('../common/clock.ts');
  const gemini = createGeminiModel({ catalogue: CATALOGUE, access: { apiKey: 'k' }, clock, baseUrl: 'http://no-such-host.invalid' });
  const before = files;
  const wish = { model, prompt: 'A cat.', image: new Uint8Array(9), aspectRatio: '1:1', size: '1K', variation: 0 };
  const { code } = await gemini.generate(wish, { signal: new AbortController().signal }).catch(error => error);
  console.log(JSON.stringify({ before, code, after: files > 0 }));
`;

const test = suite('the Gemini model');
const MODELS = [...CATALOGUE.values()].filter(({ id }) => id !== OFFLINE_MODEL);

test(
  'every model draws each of its sizes, and the usage is what it counts',
  inGeminiWorld(async ({ ask, double }) => {
    for (const { id, sizes, imageTokens } of MODELS) {
      for (const size of sizes.filter(size => size !== '4K')) {
        const drawing = await ask({ model: id, size });
        const { width, height, contentType } = await verifyPicture(drawing.bytes);
        assert.equal({ width, height, contentType }, { ...dimensionsOf('4:5', size), contentType: 'image/png' });
        assert.is(drawing.model, id);
        assert.is(drawing.usage.outputImageTokens, imageTokens[size]);
        assert.ok(drawing.usage.inputTokens > 1_120 && drawing.usage.inputTokens < 1_400);
      }
    }
    assert.is(double.httpRequests(), double.calls());
  }),
);

test(
  'a call sends the prompt, the photo as it is, and nothing that the model would refuse',
  inGeminiWorld(async ({ ask, double }) => {
    for (const { id, sizes, thinkingLevel } of MODELS) {
      await ask({ model: id, variation: 4 });
      const sent = double.requests.at(-1);
      assert.is(sent?.path, `/v1/models/${id}:generateContent`);
      assert.is(sent?.prompt, WISH.prompt);
      assert.is(sent?.imageSha256, sha256(WISH.image));
      assert.equal(sent?.config, {
        responseModalities: ['IMAGE'],
        imageConfig: { aspectRatio: '4:5', ...(sizes.length > 1 ? { imageSize: '1K' } : {}) },
        seed: 523_645,
        ...(thinkingLevel ? { thinkingConfig: { thinkingLevel: thinkingLevel.toUpperCase() } } : {}),
      });
      assert.equal(
        new Set(sent?.safetySettings.map(({ threshold }) => threshold)),
        new Set(['BLOCK_MEDIUM_AND_ABOVE']),
      );
      assert.is(sent?.safetySettings.length, 4);
      assert.is(sent?.headers['x-goog-api-key'], double.apiKey);
      assert.is(sent?.headers['x-server-timeout'], '120');
    }
  }),
);

test(
  'the same variation has the same seed, another one another, and a model without seeds none',
  inGeminiWorld(async ({ ask, double, modelWith }) => {
    for (const variation of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 3]) await ask({ variation });
    const seeds = double.requests.map(({ seed = 0 }) => seed);
    assert.is(seeds[10], seeds[3]);
    assert.is(new Set(seeds).size, 10);
    assert.ok(seeds.every(seed => seed > 0 && seed < 2 ** 31));
    const entry = CATALOGUE.get(WISH.model);
    assert.ok(entry);
    await ask({}, modelWith({ catalogue: new Map([[entry.id, { ...entry, takesSeed: false }]]) }));
    assert.is(double.requests.at(-1)?.seed, undefined);
  }),
);

test(
  'variables of the environment change neither key nor interface',
  inGeminiWorld(async ({ modelWith, ask, double }) => {
    const misleading = {
      GOOGLE_API_KEY: 'another',
      GOOGLE_GENAI_USE_VERTEXAI: 'true',
      GOOGLE_GENAI_API_VERSION: 'beta',
      GOOGLE_CLOUD_PROJECT: 'another',
    };
    Object.assign(process.env, misleading);
    try {
      await ask({}, modelWith({}));
    } finally {
      for (const name of Object.keys(misleading)) delete process.env[name];
    }
    assert.is(double.requests[0]?.headers['x-goog-api-key'], double.apiKey);
    assert.match(double.requests[0]?.path ?? '', /^\/v1\/models\//);
  }),
);

test(
  'on Vertex AI a project calls with the token of its own account, asked for once',
  inGeminiWorld(async ({ modelWith, ask, double }) => {
    Object.assign(process.env, double.environment);
    const model = modelWith({ access: { project: 'demo', location: 'europe-west1' } });
    const { bytes, usage } = await ask({}, model);
    await ask({}, model);
    assert.is((await verifyPicture(bytes)).width, 928);
    assert.is(usage.outputImageTokens, 1_120);
    const [sent] = double.requests;
    const path = `/v1beta1/projects/demo/locations/europe-west1/publishers/google/models/${WISH.model}:generateContent`;
    assert.is(sent?.path, path);
    assert.match(sent?.headers.authorization ?? '', /^Bearer ya29\./);
    assert.is(sent?.headers['x-goog-api-key'], undefined);
    assert.is(sent?.safetySettings.filter(({ category }) => category.includes('_IMAGE_')).length, 4);
    assert.is(double.httpRequests(), 2);
    assert.is(double.tokensAskedFor(), 1);
  }),
);

test(
  'of several pictures the last one counts, and drafts only where nothing else is there',
  inGeminiWorld(async ({ ask, double }) => {
    const [first, second, third] = await Promise.all(
      [1, 2, 3].map(number => drawPicture({ width: 64, height: 64, type: 'png' }, number)),
    );
    const part = (bytes: Buffer | undefined, more: object = {}) => ({
      inlineData: { mimeType: 'image/png', data: bytes?.toString('base64') ?? '' },
      ...more,
    });
    const thought = { thought: true };
    const answers = [
      [[part(first), part(second)], second],
      [[{ text: 'Here you are.' }, part(first, thought), part(second), part(third, thought)], second],
      [[part(first, thought), part(second, thought)], second],
      [[part(first), part(undefined), { text: 'Done.' }, null, {}], first],
      [[part(first, { thought: false })], first],
    ] as const;
    for (const [parts, expected] of answers) {
      double.plan({ kind: 'json', body: { candidates: [{ content: { parts }, finishReason: 'STOP' }] } });
      assert.equal(Buffer.from((await ask()).bytes), expected);
    }
  }),
);

test(
  'a picture of another type than it claims passes through as it is, and is told by its bytes',
  inGeminiWorld(async ({ ask, double }) => {
    const jpeg = await drawPicture({ width: 64, height: 64, type: 'jpeg' }, 1);
    for (const mimeType of ['image/png', 'text/plain', '']) {
      double.plan({ kind: 'picture', bytes: jpeg, mimeType });
      const { bytes } = await ask();
      assert.equal(Buffer.from(bytes), jpeg);
      assert.is((await verifyPicture(bytes)).contentType, 'image/jpeg');
    }
  }),
);

test(
  'base64 may be broken into lines or have the alphabet of addresses',
  inGeminiWorld(async ({ ask, double }) => {
    const png = await drawPicture({ width: 64, height: 64, type: 'png' }, 1);
    for (const data of [png.toString('base64').replace(/.{76}/g, '$&\n'), png.toBase64({ alphabet: 'base64url' })]) {
      double.plan({ kind: 'picture', data });
      assert.equal(Buffer.from((await ask()).bytes), png);
    }
  }),
);

test(
  'a picture or its base64 that lacks the end, from every sixteenth of its length on, is never a success',
  inGeminiWorld(async ({ ask, double }) => {
    const whole = await drawPicture({ width: 256, height: 256, type: 'png' }, 1);
    const text = whole.toString('base64');
    for (let sixteenth = 0; sixteenth < 16; sixteenth++) {
      const cut = (length: number) => Math.floor((length * sixteenth) / 16);
      double.plan(
        { kind: 'picture', bytes: whole.subarray(0, cut(whole.length)) },
        { kind: 'picture', data: text.slice(0, cut(text.length)) },
      );
      for (const what of ['bytes', 'text']) {
        const error = await ask()
          .then(({ bytes }) => verifyPicture(bytes))
          .then(
            () => assert.unreachable(`${what} cut at ${sixteenth}/16`),
            (reason: unknown) => reason,
          );
        assert.instance(error, ModelError);
        assert.is((error as ModelError).code, 'unreadable_image');
      }
    }
    double.plan({ kind: 'picture', bytes: whole });
    assert.is((await verifyPicture((await ask()).bytes)).width, 256);
  }),
);

test(
  'an answer that is to be continued is not: that would be a second bill',
  inGeminiWorld(async ({ failure, double }) => {
    const candidate = { finishReason: 'CONTINUATION', continuationToken: 'go-on', content: { parts: [] } };
    double.plan({ kind: 'json', body: { candidates: [candidate] } });
    assert.is((await failure()).code, 'no_image');
    assert.is(double.httpRequests(), 1);
  }),
);

for (const at of ['headers', 'body'] as const) {
  test(
    `an abort while waiting for the ${at} ends the call at once and closes the connection`,
    inGeminiWorld(async ({ model, double }) => {
      double.plan({ kind: 'hang', at });
      const controller = new AbortController();
      const call = model.generate(WISH, { signal: controller.signal });
      await waitFor('the call to arrive', () => double.calls() === 1);
      const reason = new Error('the shopper changed her mind');
      controller.abort(reason);
      assert.is(await call.catch((error: unknown) => error), reason);
      await waitFor('the connection to close', () => double.cutOff() === 1);
      assert.is(double.httpRequests(), 1);
    }),
  );
}

test(
  'an abort ends a call that still waits for credentials, and nothing is sent then',
  inGeminiWorld(async ({ modelWith, double }) => {
    Object.assign(process.env, double.environment);
    double.metadata('hangs');
    const model = modelWith({ access: { project: 'demo', location: 'global' } });
    const controller = new AbortController();
    const call = model.generate(WISH, { signal: controller.signal });
    await waitFor('the token to be asked for', () => double.tokensAwaited() > 0);
    controller.abort();
    // The credentials' own patience is longer than this.
    const ended = await waitFor('the call to end', settled(call), { limitMs: 2_000 });
    assert.is(ended.reason, controller.signal.reason);
    assert.is(double.httpRequests(), 0);
  }),
);

test(
  'a call that was aborted before it began sends nothing',
  inGeminiWorld(async ({ model, double }) => {
    const signal = AbortSignal.abort('canceled');
    assert.is(await model.generate(WISH, { signal }).catch((error: unknown) => error), 'canceled');
    assert.is(double.httpRequests(), 0);
  }),
);

test(
  'an answer that comes slowly but goes on coming is waited for, and no timer is left behind',
  inGeminiWorld(async ({ ask, modelWith, double, clock }) => {
    const pauses = [1, 2, 3].map(() => Promise.withResolvers<void>());
    double.plan({ kind: 'pieces', pauses: pauses.map(({ promise }) => promise) });
    const timers = watched(clock);
    const asking = ask({}, modelWith({ clock: timers.clock, stallMs: 30_000 }));
    for (const [index, { resolve }] of pauses.entries()) {
      // One for the call as a whole, one for the beginning of the body, then one for each piece.
      await waitFor('a piece to arrive', () => timers.set() === 3 + index);
      await clock.advance(25_000);
      resolve();
    }
    assert.ok((await asking).bytes.length > 1_000);
    assert.is(timers.running(), 0);
  }),
);

test(
  'calls at the same time share nothing but the SDK: each is one request with its own answer',
  inGeminiWorld(async ({ ask, double }) => {
    const held = Promise.withResolvers<void>();
    double.plan(...Array.from({ length: 12 }, () => ({ kind: 'picture', until: held.promise }) as const));
    const asking = Array.from({ length: 12 }, (_, variation) => ask({ variation: variation % 10 }));
    await waitFor('all to arrive', () => double.calls() === 12);
    held.resolve();
    const hashes = new Set((await Promise.all(asking)).map(({ bytes }) => sha256(bytes)));
    assert.is(hashes.size, 12);
    assert.is(double.mostAtOnce(), 12);
    assert.is(double.httpRequests(), 12);
  }),
);

test('the SDK is loaded by the first call, not before', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', FIRST_CALL], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
  assert.equal(JSON.parse(stdout), { before: 0, code: 'overloaded', after: true });
});

test.run();

/** Tells, once it has failed, why. */
function settled(call: Promise<unknown>): () => { reason: unknown } | undefined {
  let failed: { reason: unknown } | undefined;
  call.catch((reason: unknown) => {
    failed = { reason };
  });
  return () => failed;
}

/** The clock, with what is known of the timers set on it. */
function watched(clock: Clock): { clock: Clock; set: () => number; running: () => number } {
  const running = new Set<number>();
  let set = 0;
  const after: Clock['after'] = (ms, run) => {
    const id = set++;
    running.add(id);
    const cancel = clock.after(ms, run);
    return () => {
      running.delete(id);
      cancel();
    };
  };
  return { clock: { ...clock, after }, set: () => set, running: () => running.size };
}
