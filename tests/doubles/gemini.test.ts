/**
 * The Gemini double on the wire, by a client of its own: whom it lets in, what it refuses as the API would, what it
 * draws, how it misbehaves, and what it counts. That the real SDK gets on with it, the tests of the model show.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sha256 } from '../../common/ids.ts';
import { CATALOGUE, costMicroUsd } from '../../common/models.ts';
import { ASPECT_RATIOS, dimensionsOf, drawPicture } from './gemini/pictures.ts';
import { type GeminiDouble, type GeminiDoubleOptions, openGeminiDouble } from './gemini.ts';

const test = suite('the Gemini double');
const MODEL = 'gemini-nano-banana-2.1';
const LITE = 'gemini-3.1-flash-lite-image';
const PHOTO = Buffer.from('a photo');
const MAIN = fileURLToPath(new URL('./gemini/main.ts', import.meta.url));

interface Wish {
  readonly model?: string;
  readonly prompt?: string;
  readonly photo?: Buffer;
  readonly key?: string | null;
  readonly path?: string;
  readonly config?: object;
  readonly imageConfig?: object;
  readonly safety?: string;
  readonly more?: object;
}

function inDouble(run: (double: GeminiDouble) => Promise<void>, options: GeminiDoubleOptions = {}) {
  return async () => {
    const double = await openGeminiDouble(options);
    try {
      await run(double);
    } finally {
      await double.close();
    }
  };
}

function call(double: Pick<GeminiDouble, 'url' | 'apiKey'>, wish: Wish = {}): Promise<Response> {
  const { model = MODEL, prompt = 'Draw it.', photo = PHOTO, key = double.apiKey, safety = 'HARASSMENT' } = wish;
  const inlineData = { mimeType: 'image/jpeg', data: photo.toString('base64') };
  const body = {
    contents: [{ role: 'user', parts: [{ text: prompt }, { inlineData }] }],
    safetySettings: [{ category: `HARM_CATEGORY_${safety}`, threshold: 'OFF' }],
    generationConfig: {
      responseModalities: ['IMAGE'],
      imageConfig: { aspectRatio: '1:1', ...wish.imageConfig },
      ...wish.config,
    },
    ...wish.more,
  };
  const headers = { 'content-type': 'application/json', ...(key === null ? {} : { 'x-goog-api-key': key }) };
  const path = wish.path ?? `/v1/models/${model}:generateContent`;
  return fetch(`${double.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body), redirect: 'manual' });
}

async function refusal(answer: Promise<Response>): Promise<[number, string]> {
  const response = await answer;
  const { error } = (await response.json()) as { error: { code: number; status: string } };
  assert.is(error.code, response.status);
  return [response.status, error.status];
}

interface Answer {
  readonly candidates: { content: { parts: { inlineData: { mimeType: string; data: string }; thought?: true }[] } }[];
  readonly usageMetadata: { candidatesTokenCount: number };
}

async function pictures(answer: Promise<Response>): Promise<Buffer[]> {
  const { candidates } = (await (await answer).json()) as Answer;
  return (candidates[0]?.content.parts ?? []).map(part => Buffer.from(part.inlineData.data, 'base64'));
}

test(
  'it lets in its key alone, for models that are there, and speaks as the API does',
  inDouble(
    async double => {
      assert.equal(await refusal(call(double, { key: null })), [403, 'PERMISSION_DENIED']);
      assert.equal(await refusal(call(double, { key: 'AIza-other' })), [400, 'INVALID_ARGUMENT']);
      assert.equal(await refusal(call(double, { model: 'gemini-1' })), [404, 'NOT_FOUND']);
      assert.equal(await refusal(call(double, { model: 'gemini-2.5-flash-image' })), [404, 'NOT_FOUND']);
      double.retire(LITE);
      assert.equal(await refusal(call(double, { model: LITE })), [404, 'NOT_FOUND']);
      assert.is((await call(double, { path: '/v1/elsewhere' })).status, 404);
      assert.is(double.calls(), 0);
      assert.is(double.httpRequests(), 6);
    },
    { retired: ['gemini-2.5-flash-image'] },
  ),
);

test(
  'it refuses what a model does not take',
  inDouble(async double => {
    const wishes: Wish[] = [
      { more: { unknownField: 1 } },
      { config: { temperatur: 1 } },
      { config: { responseModalities: ['SMELL'] } },
      { config: { seed: 2 ** 40 } },
      { imageConfig: { imageSize: '512' } },
      { imageConfig: { aspectRatio: '7:5' } },
      { model: LITE, imageConfig: { imageSize: '1K' } },
      { model: LITE, config: { thinkingConfig: { thinkingLevel: 'MINIMAL' } } },
      { safety: 'IMAGE_HATE' },
      { prompt: '' },
      { photo: Buffer.alloc(0) },
    ];
    for (const wish of wishes) assert.equal(await refusal(call(double, wish)), [400, 'INVALID_ARGUMENT']);
    assert.equal(double.billed(), { pictures: 0, costMicroUsd: 0 });
  }),
);

test('Vertex AI wants the token that the metadata server gives out', async () => {
  const path = `/v1beta1/projects/demo/locations/global/publishers/google/models/${MODEL}:generateContent`;
  await inDouble(async double => {
    assert.equal(await refusal(call(double, { path })), [401, 'UNAUTHENTICATED']);
    const token = '/computeMetadata/v1/instance/service-accounts/default/token';
    assert.is((await fetch(`${double.url}${token}`)).status, 403);
    const headers = { 'metadata-flavor': 'Google' };
    assert.match(await (await fetch(`${double.url}${token}`, { headers })).text(), 'access_token":"ya29.');
    double.metadata('fails');
    assert.is((await fetch(`${double.url}${token}`, { headers })).status, 503);
    assert.is(double.tokensAskedFor(), 2);
  })();
});

test('its pictures are whole, of the size and shape asked for, and no two alike', async () => {
  for (const aspectRatio of ASPECT_RATIOS) {
    const { width, height } = dimensionsOf(aspectRatio, '1K');
    const [across = 1, down = 1] = aspectRatio.split(':').map(Number);
    // In steps of 16 pixels, as the real ones are: the ratio is kept nearly.
    assert.ok(Math.abs(width / height / (across / down) - 1) < 0.05, aspectRatio);
  }
  assert.equal(dimensionsOf('16:9', '2K'), { width: 2_752, height: 1_536 });
  for (const type of ['png', 'jpeg', 'webp'] as const) {
    const size = { width: 96, height: 64, type };
    const bytes = await Promise.all([1, 2, 3].map(number => drawPicture(size, number)));
    for (const picture of bytes) {
      const { info } = await sharp(picture, { failOn: 'warning' }).raw().toBuffer({ resolveWithObject: true });
      assert.equal([info.width, info.height], [96, 64]);
      assert.is((await sharp(picture).metadata()).format, type);
    }
    if (type !== 'webp') assert.is(new Set(bytes.map(sha256)).size, 3);
  }
});

test(
  'it answers as told: this picture, that type, drafts before it, other usage',
  inDouble(async double => {
    const jpeg = await drawPicture({ width: 32, height: 32, type: 'jpeg' }, 7);
    double.plan(
      { kind: 'picture', bytes: jpeg, mimeType: 'image/png' },
      { kind: 'picture', type: 'webp', drafts: 2 },
      { kind: 'picture', thought: true, usageMetadata: { candidatesTokenCount: 5 } },
    );
    assert.equal(await pictures(call(double)), [jpeg]);
    const all = await pictures(call(double));
    assert.equal(await Promise.all(all.map(async one => (await sharp(one).metadata()).format)), ['png', 'png', 'webp']);
    const third = (await (await call(double)).json()) as Answer;
    assert.is(third.candidates[0]?.content.parts[0]?.thought, true);
    assert.is(third.usageMetadata.candidatesTokenCount, 5);
  }),
);

test(
  'answers are planned for any model or for one, and made by a function when nothing is planned',
  inDouble(
    async double => {
      double.plan({ kind: 'status', status: 500 });
      double.planFor(LITE, { kind: 'status', status: 429 }, { kind: 'status', status: 503 });
      const statuses: number[] = [];
      for (const model of [LITE, MODEL, LITE, LITE, MODEL]) statuses.push((await call(double, { model })).status);
      assert.equal(statuses, [429, 500, 503, 418, 200]);
    },
    { answer: ({ model }) => (model === LITE ? { kind: 'status', status: 418 } : { kind: 'picture' }) },
  ),
);

test(
  'it misbehaves as told',
  inDouble(async double => {
    const failure = async (read: (response: Response) => Promise<unknown> = response => response.text()) =>
      call(double)
        .then(read)
        .then(
          () => 'whole',
          ({ name }: Error) => name,
        );
    double.plan({ kind: 'reset' }, { kind: 'cut off', by: 'reset' }, { kind: 'cut off', by: 'end' });
    assert.equal([await failure(), await failure()], ['TypeError', 'TypeError']);
    assert.is(await failure(response => response.json()), 'SyntaxError');
    double.plan({ kind: 'redirect', status: 307, to: 'http://elsewhere.invalid' });
    assert.is((await call(double)).headers.get('location'), 'http://elsewhere.invalid');
    double.plan({ kind: 'status', status: 502, body: '<html>', headers: { 'retry-after': '3' } });
    const page = await call(double);
    assert.equal([page.status, page.headers.get('retry-after'), await page.text()], [502, '3', '<html>']);
    double.plan({ kind: 'gzip bomb', bytes: 2 ** 22, of: 'text' }, { kind: 'gzip bomb', bytes: 2 ** 22, of: 'values' });
    for (const what of ['text', 'values']) {
      const unpacked = await (await call(double)).text();
      assert.ok(unpacked.length > 2 ** 22, what);
      assert.ok(JSON.parse(unpacked));
    }
    double.plan({ kind: 'announced', bytes: 2 ** 31 }, { kind: 'endless' });
    for (const length of [String(2 ** 31), null]) {
      const response = await call(double);
      assert.is(response.headers.get('content-length'), length);
      await response.body?.cancel();
    }
  }),
);

test(
  'it counts calls by model, photo, prompt and seed, and what it drew even if that did not arrive',
  inDouble(async double => {
    const other = Buffer.from('another photo');
    double.plan({ kind: 'picture' }, { kind: 'cut off', by: 'reset' }, { kind: 'status', status: 500 });
    await (await call(double)).text();
    await (await call(double, { photo: other, config: { seed: 5 } })).text().catch(() => undefined);
    await (await call(double, { model: LITE, prompt: 'Paint it.' })).text();
    assert.equal([double.calls(), double.calls({ model: MODEL }), double.calls({ model: LITE })], [3, 2, 1]);
    assert.is(double.calls({ imageSha256: sha256(other) }), 1);
    assert.is(double.calls({ prompt: 'Draw it.' }), 2);
    assert.is(double.calls({ prompt: 'Draw it.', seed: 5 }), 1);
    const entry = CATALOGUE.get(MODEL);
    assert.ok(entry);
    const usage = { inputTokens: 1_122, outputTextTokens: 0, outputImageTokens: 1_120 };
    assert.equal(double.billed(), { pictures: 2, costMicroUsd: 2 * costMicroUsd(entry, usage) });
    assert.equal(double.billed({ model: LITE }), { pictures: 0, costMicroUsd: 0 });
    assert.equal(
      double.requests.map(({ model, seed }) => [model, seed]),
      [
        [MODEL, undefined],
        [MODEL, 5],
        [LITE, undefined],
      ],
    );
  }),
);

test('it runs in a process of its own, says where, and answers what its command line says', async () => {
  const child = fork(MAIN, ['{"kind":"status","status":503}'], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  try {
    const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    const alone = JSON.parse(line.toString()) as { url: string; apiKey: string };
    assert.equal(await refusal(call(alone)), [503, 'UNAVAILABLE']);
    child.kill('SIGTERM');
    assert.equal(await once(child, 'exit'), [0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});

test.run();
