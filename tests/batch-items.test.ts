/**
 * Many items in one batch: looked at before the first is taken in, made into jobs that survive any crash, counted, given
 * up, opened again. Platform: the API in the test's process, on SQLite, with the real worker.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Batch } from '../common/batches/batch.ts';
import { workOnBatch } from '../common/batches/batch-task.ts';
import { batches, jobs, runs } from '../common/collections.ts';
import type { Job } from '../common/job.ts';
import { createOutbound } from '../common/outbound/outbound.ts';
import { ModelError } from '../common/platform/model.ts';
import type { PointName } from '../common/points.ts';
import { type ApiWorld, inApiWorld } from './api-world.ts';
import { items, ndjson, square, uploaded } from './batch-lines.ts';
import { createTestModel } from './doubles/test-model.ts';
import { send } from './object-client.ts';
import { seededRandom } from './test-clock.ts';
import { waitFor } from './wait-for.ts';

const test = suite('batches of items');
const NDJSON = { 'content-type': 'application/x-ndjson' };

interface BatchAnswer {
  readonly id: string;
  readonly code?: string;
  readonly status: string;
  readonly done: boolean;
  readonly sequence: number;
  readonly lane: string;
  readonly counts: { readonly [status: string]: number };
  readonly costUsd: number;
  readonly tier?: { readonly why: string };
  readonly invalid?: { readonly count: number; readonly lines: readonly Invalid[] };
  readonly rejected?: { readonly code: string };
  readonly paused?: { readonly because: string };
  readonly errors?: readonly { readonly pointer: string }[];
}

interface Invalid {
  readonly line: number;
  readonly pointer: string;
  readonly customId?: string;
}

async function submitLines(world: ApiWorld, as: string, body: Buffer, { query = '', key = '' } = {}) {
  const { status, body: answer } = await send(`${world.url}/v1/batches${query}`, {
    method: 'POST',
    headers: {
      ...NDJSON,
      authorization: `Bearer ${as}`,
      'content-length': String(body.length),
      ...(key === '' ? {} : { 'idempotency-key': key }),
    },
    body,
  });
  return { status, body: JSON.parse(answer.toString()) as BatchAnswer };
}

async function read(world: ApiWorld, as: string, id: string): Promise<BatchAnswer> {
  await world.clock.advance(2_000);
  return (await world.call<BatchAnswer>(`GET /v1/batches/${id}`, { as })).body;
}

function until(world: ApiWorld, as: string, id: string, is: (batch: BatchAnswer) => boolean): Promise<BatchAnswer> {
  return waitFor(`the batch ${id}`, async () => {
    const batch = await read(world, as, id);
    return is(batch) ? batch : undefined;
  });
}

async function childrenOf({ engine }: ApiWorld, id: string): Promise<Job[]> {
  const { items: found } = await engine.store.list({ from: jobs, where: [['batchId', '==', id]], limit: 1_000 });
  return found;
}

test(
  'lines become jobs of the bulk lane in their order, and the results come in it too',
  inApiWorld(async world => {
    const as = await world.key('server');
    const uploadId = await uploaded(world.engine);
    world.startWorker();
    const { status, body } = await submitLines(world, as, ndjson(items(12, uploadId)));
    assert.equal([status, body.status, body.counts.total], [202, 'validating', 0]);
    const ended = await until(world, as, body.id, ({ done }) => done);
    assert.equal([ended.status, ended.lane, ended.counts.succeeded], ['succeeded', 'bulk', 12]);
    assert.match(ended.tier?.why ?? '', /^Bulk/);
    const children = await childrenOf(world, body.id);
    assert.equal(
      children.map(({ customId }) => customId),
      items(12, uploadId).map(({ customId }) => customId),
    );
    assert.is(new Set(children.map(({ lane }) => lane)).size, 1);
    const page = await world.call<{ jobs: Job[]; nextCursor: string }>(
      `GET /v1/batches/${body.id}/items?status=succeeded&limit=5`,
      { as },
    );
    assert.is(page.body.jobs.length, 5);
    const results = await resultsOf(world, as, body.id);
    assert.equal(
      results.map(({ customId, status: state }) => [customId, state]),
      children.map(({ customId }) => [customId, 'succeeded']),
    );
    const rest = await resultsOf(world, as, body.id, results[8]?.cursor);
    assert.equal(
      rest.map(({ customId }) => customId),
      ['photo-9', 'photo-10', 'photo-11'],
    );
    assert.is((await world.engine.bucket.list(`inputs/${body.id}/`, { limit: 10 })).length, 0, 'no line is kept');
    const listed = await world.call<{ batches: { id: string; total: number }[] }>('GET /v1/batches', { as });
    assert.equal([listed.body.batches[0]?.id, listed.body.batches[0]?.total], [body.id, 12]);
  }),
);

interface ResultLine {
  readonly customId: string;
  readonly status: string;
  readonly cursor: string;
}

async function resultsOf(world: ApiWorld, as: string, id: string, cursor?: string): Promise<ResultLine[]> {
  const query = cursor === undefined ? '' : `?cursor=${cursor}`;
  const { text } = await world.call(`GET /v1/batches/${id}/results.ndjson${query}`, { as });
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as ResultLine);
}

test(
  'the maker of jobs is cut off twenty times at any point: each item becomes one job, none two',
  inApiWorld(async world => {
    const as = await world.key('server');
    const uploadId = await uploaded(world.engine);
    const { body } = await submitLines(world, as, ndjson(items(250, uploadId)));
    const dice = seededRandom(7);
    let left = 20;
    const cutAt: PointName[] = ['batch-checked', 'child-input-stored', 'child-admitted', 'part-made', 'rung'];
    const point = (name: PointName) => {
      if (left === 0 || !cutAt.includes(name) || dice.fraction() > 0.05) return;
      left--;
      throw new Error('cut off');
    };
    const engine = { ...world.engine, point };
    const outbound = createOutbound({ ...engine, allow: [] });
    const maker = { engine, outbound, stopping: new AbortController().signal };
    let cuts = 0;
    for (let round = 0; round < 60; round++) {
      await workOnBatch(maker, body.id).catch(() => cuts++);
      if (((await world.engine.store.get(batches, body.id)) as Batch).state === 'open') break;
    }
    assert.is(left, 0, `${cuts} cuts`);
    const children = await childrenOf(world, body.id);
    assert.is(children.length, 250);
    assert.is(new Set(children.map(({ customId }) => customId)).size, 250);
    assert.equal(
      children.map(({ customId }) => customId),
      items(250, uploadId).map(({ customId }) => customId),
    );
    const { items: made } = await world.engine.store.list({ from: runs, limit: 1_000 });
    assert.is(made.length, 250, 'no run without its job');
  }),
);

test(
  'every bad line is told with its number and why, and nothing is taken in; unless they are to be left out',
  inApiWorld(async world => {
    const as = await world.key('server');
    const uploadId = await uploaded(world.engine);
    world.startWorker();
    const image = { uploadId };
    const good = { customId: 'a', image, style: 'charcoal' };
    const lines = [
      JSON.stringify(good),
      'nonsense',
      JSON.stringify({ ...good, customId: 'b', style: 'no-such' }),
      JSON.stringify({ ...good, style: 'ink-wash' }),
      '',
      JSON.stringify({ ...good, customId: 'c', image: { uploadId: 'upl_00000000000000000000000000' } }),
      JSON.stringify({ ...good, customId: 'd', image: { url: 'http://127.0.0.1/a.png' } }),
      JSON.stringify({ ...good, customId: 'e', colour: 'red' }),
      JSON.stringify({ ...good, customId: 'f', prompt: 'Draw it.' }),
      JSON.stringify({ ...good, customId: 'g', options: { size: '9K' } }),
      JSON.stringify({ ...good, customId: 'x'.repeat(70_000) }),
      JSON.stringify({ ...good, customId: 'h', image: { data: 'AAAA' } }),
    ];
    const bytes = Buffer.from(lines.join('\n'));
    const { body } = await submitLines(world, as, bytes);
    const ended = await until(world, as, body.id, ({ done }) => done);
    assert.equal([ended.status, ended.rejected?.code, ended.counts.total], ['failed', 'lines_invalid', 0]);
    assert.equal(
      ended.invalid?.lines.map(({ line, pointer }) => [line, pointer]),
      [
        [2, ''],
        [3, '/style'],
        [4, '/customId'],
        [6, '/image/uploadId'],
        [7, '/image/url'],
        [8, '/colour'],
        [9, '/style'],
        [10, '/options'],
        [11, ''],
        [12, '/image'],
      ],
    );
    assert.is((await childrenOf(world, body.id)).length, 0);

    const skipped = await submitLines(world, as, bytes, { query: '?onInvalid=skip' });
    const drawn = await until(world, as, skipped.body.id, ({ done }) => done);
    assert.equal([drawn.status, drawn.counts.total, drawn.invalid?.count], ['succeeded', 1, 10]);
  }),
);

test(
  'a few items in JSON are looked at before the answer, and may hold their photos',
  inApiWorld(async world => {
    const as = await world.key('server');
    const image = { data: (await square()).toString('base64') };
    const item = { customId: 'a', image, style: 'charcoal' };
    const call = (body: object) => world.call<BatchAnswer>('POST /v1/batches', { as, body });
    const bad = await call({ items: [item, { ...item, style: 'ink-wash' }, { ...item, customId: 'b', image: {} }] });
    assert.equal([bad.status, bad.body.code], [400, 'batch_invalid']);
    assert.equal(
      bad.body.errors?.map(({ pointer }) => pointer),
      ['/items/1/customId', '/items/2/image'],
    );
    const dear = await call({ items: [{ ...item, options: { variation: 3 } }], maxCostUsd: 0 });
    assert.is(dear.status, 202, 'drawing offline costs nothing');
    const many = await call({ items: Array.from({ length: 201 }, () => item) });
    assert.equal([many.status, many.body.code], [400, 'fields_invalid']);
    const late = await call({ items: [item], deliverBy: '2020-01-01T00:00:00Z' });
    assert.equal([late.status, late.body.errors?.[0]?.pointer], [400, '/deliverBy']);
    const page = await world.call('POST /v1/sessions', { as: await world.key('storefront') });
    const session = await world.call('POST /v1/batches', { as: page.body.token ?? '', body: { items: [item] } });
    assert.equal([session.status, session.body.code], [403, 'forbidden']);

    world.startWorker();
    const notAPhoto = { ...item, customId: 'b', image: { data: 'AAAA' } };
    const { status, body } = await call({ items: [item, notAPhoto] });
    assert.equal([status, body.status, body.counts.queued], [202, 'queued', 2]);
    const ended = await until(world, as, body.id, ({ done }) => done);
    assert.equal([ended.status, ended.counts.succeeded, ended.counts.failed], ['partial', 1, 1]);
    const [, failed] = await childrenOf(world, body.id);
    assert.equal([failed?.customId, failed?.error?.code], ['b', 'photo_unusable'], 'a bad picture fails its item');
  }),
);

test(
  'a file that was uploaded before is taken in as its lines are, and a repeat under its key is the same batch',
  inApiWorld(async world => {
    const as = await world.key('server');
    const lines = ndjson(items(3, await uploaded(world.engine)));
    const wish = { contentType: 'application/x-ndjson', bytes: lines.length };
    const upload = await world.call<{ uploadId: string; url: string; headers: { [name: string]: string } }>(
      'POST /v1/uploads',
      { as, body: wish },
    );
    const put = await send(upload.body.url.replace('http://127.0.0.1:1', world.url), {
      method: 'PUT',
      headers: { ...upload.body.headers, 'content-length': String(lines.length) },
      body: lines,
    });
    assert.is(put.status < 300, true, String(put.status));
    world.startWorker();
    const call = () =>
      world.call<BatchAnswer>('POST /v1/batches', {
        as,
        headers: { 'idempotency-key': 'k' },
        body: { file: { uploadId: upload.body.uploadId } },
      });
    const { status, body } = await call();
    assert.is(status, 202);
    const again = await call();
    assert.equal([again.body.id, again.headers['idempotent-replayed']], [body.id, 'true']);
    assert.is((await until(world, as, body.id, ({ done }) => done)).counts.succeeded, 3);
    const first = await submitLines(world, as, lines, { key: 'lines' });
    const second = await submitLines(world, as, lines, { key: 'lines' });
    assert.is(first.body.id, second.body.id);
    const other = await submitLines(world, as, ndjson(items(1, 'upl_00000000000000000000000000')), { key: 'lines' });
    assert.equal([other.status, other.body.code], [422, 'idempotency_key_reused']);
  }),
);

test(
  'a batch that is given up ends: what waits is canceled, and what was no job yet never becomes one',
  inApiWorld(async world => {
    const as = await world.key('server');
    const { body } = await submitLines(world, as, ndjson(items(30, await uploaded(world.engine))));
    await world.engine.queue.pause('bulk');
    world.startWorker();
    await until(world, as, body.id, ({ counts }) => counts.queued === 30);
    const canceled = await world.call<BatchAnswer>(`POST /v1/batches/${body.id}/cancel`, { as });
    assert.is(canceled.status, 200);
    const ended = await until(world, as, body.id, ({ done }) => done);
    assert.equal([ended.status, ended.counts.canceled], ['canceled', 30]);

    const early = await submitLines(world, as, ndjson(items(5, await uploaded(world.engine))));
    await world.call(`POST /v1/batches/${early.body.id}/cancel`, { as });
    const gone = await until(world, as, early.body.id, ({ done }) => done);
    assert.equal([gone.status, (await childrenOf(world, early.body.id)).length <= 5], ['canceled', true]);
  }),
);

test(
  'failed items are opened again, by their codes, and the rest is left as it is',
  inApiWorld(
    async world => {
      const as = await world.key('server');
      world.startWorker();
      const { body } = await submitLines(world, as, ndjson(items(6, await uploaded(world.engine))));
      const ended = await until(world, as, body.id, ({ done }) => done);
      assert.equal([ended.status, ended.counts.failed, ended.counts.blocked], ['partial', 2, 1]);
      const none = { codes: ['no_image'] };
      await world.call(`POST /v1/batches/${body.id}/retry`, { as, body: none });
      const same = await until(world, as, body.id, ({ done }) => done);
      assert.is(same.counts.failed, 2);
      const again = await world.call<BatchAnswer>(`POST /v1/batches/${body.id}/retry`, {
        as,
        body: { only: ['failed'], codes: ['invalid_input'] },
      });
      assert.equal([again.status, again.body.done], [200, false]);
      assert.ok(again.body.sequence > same.sequence);
      const mended = await until(world, as, body.id, ({ done }) => done);
      assert.equal([mended.counts.failed, mended.counts.succeeded, mended.counts.blocked], [0, 5, 1]);
      assert.ok(mended.sequence > again.body.sequence);
    },
    { model: failingFirst() },
  ),
);

/** Items 1 and 2 are refused once, item 3 is blocked. */
function failingFirst() {
  const refusedOnce = new Set(['Draw it, number 1.', 'Draw it, number 2.']);
  return createTestModel(({ prompt }) => {
    if (refusedOnce.delete(prompt)) return new ModelError('invalid_input', 'no');
    return prompt === 'Draw it, number 3.' ? new ModelError('content_blocked', 'no') : 'draw';
  });
}

test(
  'bulk stops at its share of the day and says so, and interactive jobs go on',
  inApiWorld(
    async world => {
      const as = await world.key('server');
      const uploadId = await uploaded(world.engine);
      world.startWorker();
      const { body } = await submitLines(world, as, ndjson(items(12, uploadId)));
      const stopped = await until(world, as, body.id, ({ paused }) => paused !== undefined);
      assert.is(stopped.paused?.because, 'budget');
      const spent = stopped.costUsd;
      const { body: job } = await world.submit({ as }, { style: 'charcoal', customerId: '7' });
      assert.is((await world.done(job.id)).status, 'succeeded');
      const after = await read(world, as, body.id);
      assert.ok(after.counts.succeeded ?? 0 < 12);
      assert.ok(spent > 0.17, `${spent}`);
      assert.is(after.done, false);
    },
    { parts: { defaultModel: 'gemini-3.1-flash-lite-image' }, budgetMicroUsd: 400_000 },
  ),
);

test.run();
