/**
 * The earlier service's routes: shapes as recorded, refusals that its pages understand, and that a page which sends a
 * request again gets one picture for one charge.
 * Platform: the API in the test's process with the real worker, on SQLite.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LEGACY_ROUTES } from '../api/legacy/routes.ts';
import { LEGACY_SUCCESSORS } from '../api/legacy/successors.ts';
import { jobs } from '../common/collections.ts';
import { ModelError } from '../common/platform/model.ts';
import { type ApiWorld, inApiWorld } from './api-world.ts';
import { createTestModel } from './doubles/test-model.ts';
import {
  misfits,
  oldCall,
  oldPhoto,
  oldPicture,
  oldRemaining,
  recorded,
  SUNSET_AT,
  timedOut,
  withOldRoutes,
} from './legacy-world.ts';
import { send } from './object-client.ts';
import { waitFor } from './wait-for.ts';

const test = suite('old routes');

test(
  'nothing of it is there unless it is switched on',
  inApiWorld(async world => {
    for (const [method, path] of LEGACY_ROUTES) {
      const address = `${method.toUpperCase()} ${path.replace(':id', 'upl_1')}`;
      const { status, body, headers } = await world.call(address, method === 'get' ? {} : { body: {} });
      assert.equal([status, body.code ?? 'none'], [404, 'route_not_found'], address);
      assert.is(headers.deprecation, undefined);
    }
    assert.equal((await world.call('GET /health')).body, { status: 'ok' });
  }),
);

test(
  'every answer has the shape that was recorded, and says that its route is on its way out',
  withOldRoutes(async world => {
    const photo = await oldPhoto();
    let upload = { id: '', path: '' };
    const order = (name: string) => (name === 'upload-confirm.json' ? 1 : 0);
    for (const { name, request, status, answer } of (await recorded()).toSorted(
      (a, b) => order(a.name) - order(b.name),
    )) {
      const text = JSON.stringify(request.body)?.replace('<photo>', photo);
      const body = text && JSON.parse(text.replace('<upload>', upload.id).replace('<path>', upload.path));
      const got = await oldCall(world, `${request.method} ${request.path}`, body);
      assert.equal([got.status, misfits(got.body, answer)], [status, []], `${name}: ${got.text}`);
      if (name === 'health.json') continue;
      assert.match(String(got.headers.deprecation), /^@\d{10}$/);
      assert.is(got.headers.sunset, new Date(SUNSET_AT).toUTCString());
      if (name === 'upload-signed-url.json') upload = await uploaded(got.body as unknown as OldUpload, photo);
    }
    const { headers } = await oldCall(world, 'GET /model-info');
    const guide = /^<([^>]+)>; rel="deprecation"/.exec(String(headers.link))?.[1];
    const { status, text } = await world.call(`GET ${guide}`);
    assert.is(status, 200);
    for (const old of Object.keys(LEGACY_SUCCESSORS)) assert.match(text, old);
  }),
);

test('each old route has a successor, and none is named that is not there', () => {
  const served = LEGACY_ROUTES.map(([method, path]) => `${method.toUpperCase()} ${path}`);
  assert.equal(Object.keys(LEGACY_SUCCESSORS).sort(), served.filter(name => name !== 'GET /docs/migrating').sort());
});

test(
  'what is wrong with a request is told in one sentence, under the status that old pages know',
  withOldRoutes(async world => {
    const image = await oldPhoto();
    const style = 'ink_wash';
    const cases: [number, string, unknown, RegExp][] = [
      [400, 'generate', { image_data: '', style }, /empty/],
      [400, 'generate', { image_data: '****', style }, /image_data: expected base64/],
      [400, 'generate', { style }, /image_data/],
      [400, 'generate', { image_data: image }, /style/],
      [400, 'generate', { image_data: image, style: 'crayon' }, /no style "crayon"/],
      [400, 'generate', { image_data: await oldPhoto(0, 255), style }, /at least 256/],
      [400, 'generate', { image_data: Buffer.from('GIF89a').toString('base64'), style }, /JPEG, PNG and WebP/],
      [400, 'generate', [], /JSON object/],
      [400, 'generate-custom', { image_data: image, prompt: 'too short' }, /prompt: expected 10 to 5000 characters/],
      [400, 'generate-custom', { image_data: image, prompt: 'x'.repeat(5_001) }, /prompt/],
      [400, 'batch-generate', {}, /image_data/],
      [400, 'upload/signed-url', { file_type: 'text/html' }, /file_type/],
      [404, 'upload/confirm', { upload_id: 'upl_1', blob_path: 'uploads/upl_1' }, /no such upload/],
    ];
    for (const [status, route, body, detail] of cases) {
      const answer = await oldCall(world, `POST /api/v1/${route}`, body);
      assert.equal([answer.status, Object.keys(answer.body)], [status, ['detail']], `${route} ${answer.text}`);
      assert.match(String(answer.body.detail), detail);
    }
    assert.is((await oldCall(world, 'GET /api/v1/quota?quota_type=golden')).status, 400);
    const large = { 'content-type': 'application/json', 'content-length': String(40 * 2 ** 20) };
    assert.is((await world.call('POST /api/v1/generate', { headers: large })).status, 400);
    assert.is((await world.call('POST /api/v1/generate', { headers: { 'content-type': 'text/plain' } })).status, 400);
    assert.is(await oldRemaining(world), 10);
  }),
);

test(
  'the longest wish of an old theme is drawn, and what the page calls a data URL, too',
  withOldRoutes(async world => {
    const body = { image_data: `data:image/png;base64,${await oldPhoto()}`, prompt: 'wish '.repeat(1_000).trim() };
    const { status, body: answer } = await oldCall(world, 'POST /api/v1/generate-custom', body);
    assert.equal([status, answer.style, answer.quota_remaining, answer.warning_level], [200, 'custom', 2, 3]);
    assert.is(world.model.calls[0]?.prompt, body.prompt);
  }),
);

test(
  'the same photo in the same style again is free, at once and days later, and its photo is still told',
  withOldRoutes(async world => {
    const first = await oldPicture(world, 1);
    assert.equal([first.body.cache_hit, first.body.quota_remaining], [false, 9]);
    for (const days of [0, 3]) {
      await world.clock.advance(days * 86_400_000);
      const again = await oldPicture(world, 1);
      const { cache_hit, processing_time_ms, style } = again.body;
      assert.equal([again.status, cache_hit, processing_time_ms, style], [200, true, 0, 'ink_wash']);
      for (const url of [again.body.image_url, again.body.original_url]) {
        assert.is((await fetchHere(world, url)).status, 200, url);
      }
    }
    assert.is(world.model.calls.length, 1);
    assert.is(await oldRemaining(world), 10);
  }),
);

test(
  'picture and photo can be opened for six days more, as staff do who print',
  withOldRoutes(async world => {
    const { body } = await oldPicture(world, 1);
    await world.clock.advance(6 * 86_400_000 + 22 * 3_600_000);
    assert.is((await fetchHere(world, body.image_url)).status, 200);
    await world.clock.advance(2 * 3_600_000);
    assert.is((await fetchHere(world, body.image_url)).status, 403);
  }),
);

test(
  'a picture that takes longer than 50 seconds is asked for again, joined, and charged once',
  withOldRoutes(
    async world => {
      const startedAt = world.clock.now();
      const { status, body, headers } = await timedOut(world, oldPicture(world, 1));
      assert.equal([status, headers['retry-after']], [503, '2']);
      assert.ok(world.clock.now() - startedAt >= 50_000);
      assert.match(String(body.detail), 'still being made');
      const again = oldPicture(world, 1);
      world.startWorker();
      assert.equal([(await again).status, (await again).body.cache_hit], [200, false]);
      assert.is(world.model.calls.length, 1);
      assert.is((await world.engine.store.list({ from: jobs, limit: 10 })).items.length, 1);
      assert.is(await oldRemaining(world), 9);
    },
    { worker: false },
  ),
);

test(
  'a batch that takes longer is joined as a whole',
  withOldRoutes(
    async world => {
      const body = { image_data: await oldPhoto() };
      const first = oldCall(world, 'POST /api/v1/batch-generate', body);
      assert.is((await timedOut(world, first)).status, 503);
      // Beyond the next full five minutes, where the name of the request changes.
      await world.clock.advance(250_000);
      const again = oldCall(world, 'POST /api/v1/batch-generate', body);
      world.startWorker();
      const { status, body: answer } = await again;
      assert.equal(
        [status, Object.keys(answer.results), answer.quota_remaining],
        [200, ['ink_wash', 'pen_and_marker'], 8],
      );
      assert.is(world.model.calls.length, 2);
      assert.is((await world.engine.store.list({ from: jobs, limit: 10 })).items.length, 2);
    },
    { worker: false },
  ),
);

test(
  'twelve clicks at once are one job and one charge',
  withOldRoutes(async world => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => oldPicture(world, 1)));
    assert.equal(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.is(new Set(answers.map(({ body }) => body.image_url)).size, 1);
    assert.is(world.model.calls.length, 1);
    assert.is(await oldRemaining(world), 9);
  }),
);

test(
  'where all places to wait in are taken, the page is told to come back at once',
  withOldRoutes(
    async world => {
      const { status, headers } = await oldPicture(world, 1);
      assert.equal([status, headers['retry-after']], [503, '2']);
      assert.is(await oldRemaining(world), 9);
    },
    { worker: false, parts: { waitersMax: 0 } },
  ),
);

const REFUSING = createTestModel([new ModelError('content_blocked', 'refused')]);

test(
  'a refusal of the safety filters is a 400, costs nothing, and is not asked for anew by a page that insists',
  withOldRoutes(
    async world => {
      for (let tries = 0; tries < 4; tries++) {
        const { status, body } = await oldPicture(world, 1);
        assert.is(status, 400);
        assert.ok(body.detail);
      }
      assert.is(world.model.calls.length, 1);
      assert.is(await oldRemaining(world), 10);
      await world.clock.advance(60_000);
      assert.is((await oldPicture(world, 1)).status, 200);
    },
    { model: REFUSING },
  ),
);

test(
  'a picture that cannot be made is a 500 and costs nothing, and of a batch the one that was made is kept',
  withOldRoutes(
    async world => {
      const { status, body } = await oldPicture(world, 1);
      assert.equal([status, Object.keys(body)], [500, ['detail']]);
      const both = { image_data: await oldPhoto(2) };
      const failed = await oldCall(world, 'POST /api/v1/batch-generate', both);
      assert.is(failed.status, 500);
      assert.is(await oldRemaining(world), 9);
      await world.clock.advance(60_000);
      const again = await oldCall(world, 'POST /api/v1/batch-generate', both);
      const hits = Object.values(again.body.results).map(({ cache_hit }) => cache_hit);
      assert.equal([again.status, hits.sort(), again.body.quota_remaining], [200, [false, true], 8]);
    },
    { model: createTestModel([broken(), broken(), 'draw', 'draw']) },
  ),
);

test(
  'what was erased meanwhile is drawn again and not shown',
  withOldRoutes(async world => {
    await oldPicture(world, 1);
    const [job] = (await world.engine.store.list({ from: jobs, limit: 1 })).items;
    const key = await world.key('server');
    assert.is((await world.call(`DELETE /v1/jobs/${job?.id}`, { as: key })).status, 200);
    const { bucket } = world.platform;
    await waitFor('the end of the picture', async () => (await bucket.list('cache/', { limit: 1 })).length === 0);
    const { status, body } = await oldPicture(world, 1);
    assert.equal([status, body.cache_hit, body.quota_remaining], [200, false, 8]);
    assert.is(world.model.calls.length, 2);
  }),
);

test(
  'a page that goes away leaves its place to others, and its job goes on',
  withOldRoutes(
    async world => {
      const body = Buffer.from(JSON.stringify({ image_data: await oldPhoto(1), style: 'ink_wash' }));
      const gone = new AbortController();
      const asked = fetch(`${world.url}/api/v1/generate`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: new Uint8Array(body),
        signal: gone.signal,
      }).catch(() => 'gone');
      const admitted = async () => (await world.engine.store.list({ from: jobs, limit: 1 })).items.length === 1;
      await waitFor('the job', admitted);
      gone.abort();
      assert.is(await asked, 'gone');
      world.startWorker();
      const taken = async () => (await oldPicture(world, 1)).status === 200;
      await waitFor('the place', taken);
      assert.is(world.model.calls.length, 1);
    },
    { worker: false, parts: { waitersMax: 1 } },
  ),
);

test(
  'a batch costs what is not there yet, and one left does not pay for two',
  withOldRoutes(async world => {
    await oldPicture(world, 1);
    const body = { image_data: await oldPhoto(1) };
    const first = await oldCall(world, 'POST /api/v1/batch-generate', body);
    const { ink_wash: had, pen_and_marker: made } = first.body.results;
    assert.equal([had?.cache_hit, made?.cache_hit, first.body.quota_remaining], [true, false, 8]);
    for (let number = 2; number <= 8; number++) await oldPicture(world, number);
    const { status, body: refused } = await oldCall(world, 'POST /api/v1/batch-generate', {
      image_data: await oldPhoto(99),
    });
    assert.equal([status, Object.keys(refused)], [429, ['detail']]);
    assert.is(await oldRemaining(world), 1);
    assert.is(world.model.calls.length, 9);
  }),
);

test(
  'a shop that shows whole pictures on order only, shows previews here, too',
  withOldRoutes(async world => {
    await world.shop('default', { freePrompts: false, release: 'on-order' });
    const { body } = await oldPicture(world, 1);
    assert.match(body.image_url, /-preview\?/);
    const prompt = { image_data: await oldPhoto(), prompt: 'A cat in watercolour' };
    assert.is((await oldCall(world, 'POST /api/v1/generate-custom', prompt)).status, 403);
  }),
);

test(
  'an upload takes one photo within a quarter of an hour, by nothing but its type',
  withOldRoutes(async world => {
    const ask = async () =>
      (await oldCall(world, 'POST /api/v1/upload/signed-url', { file_type: 'image/png' })).body as unknown as OldUpload;
    const put = (upload: OldUpload, type = 'image/png', bytes = Buffer.from('x')) =>
      send(upload.signed_url, { method: 'PUT', headers: { 'content-type': type }, body: bytes });
    const upload = await ask();
    const confirm = { upload_id: upload.upload_id, blob_path: upload.blob_path };
    assert.is((await oldCall(world, 'POST /api/v1/upload/confirm', confirm)).status, 404, 'nothing has arrived');
    assert.is((await put(upload, 'text/html')).status, 400);
    assert.is((await put(upload, 'image/png', Buffer.alloc(20 * 2 ** 20 + 1))).status, 400);
    assert.is((await put(upload)).status, 200);
    assert.is((await put(upload)).status, 400, 'only once');
    assert.is((await fetchHere(world, upload.public_url)).body.toString(), 'x');
    const elsewhere = { ...confirm, blob_path: 'uploads/upl_other' };
    assert.is((await oldCall(world, 'POST /api/v1/upload/confirm', elsewhere)).status, 404);
    const late = await ask();
    await world.clock.advance(15 * 60_000 + 1);
    assert.is((await put(late)).status, 403);
    assert.is((await put({ ...late, signed_url: `${late.signed_url}x` })).status, 404);
  }),
);

test.run();

function broken(): ModelError {
  return new ModelError('invalid_input', 'no');
}

interface OldUpload {
  readonly signed_url: string;
  readonly public_url: string;
  readonly upload_id: string;
  readonly blob_path: string;
  readonly content_type: string;
}

async function uploaded(
  { signed_url: url, upload_id: id, blob_path: path, content_type: type }: OldUpload,
  photo: string,
) {
  const body = Buffer.from(photo, 'base64');
  assert.is((await send(url, { method: 'PUT', headers: { 'content-type': type }, body })).status, 200);
  return { id, path };
}

/** The world's addresses name a port where nothing listens. */
function fetchHere({ url }: ApiWorld, address: string) {
  const { pathname, search } = new URL(address);
  return send(`${url}${pathname}${search}`);
}
