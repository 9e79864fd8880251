/**
 * A batch of items that is wanted by a time, from the call over HTTP to its results: which tier is chosen and why, the
 * way through the provider's batch by the queue's own tasks, and the cost that the caller is shown.
 * Platform: the API in the test's process, on SQLite, with the real worker, the real SDK and the batch double.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ROUTES } from '../api/app.ts';
import { differences } from '../api/openapi/answer.conformance.ts';
import { openapiDocument } from '../api/openapi/document.ts';
import { jobs } from '../common/collections.ts';
import { noteEconomy } from '../common/economy/economy-note.ts';
import { CATALOGUE, costMicroUsd, DEFAULT_MODEL } from '../common/models.ts';
import { createGeminiBatches } from '../worker/gemini-batch.ts';
import { type ApiWorld, inApiWorld } from './api-world.ts';
import { items, uploaded } from './batch-lines.ts';
import { ENTRY, halfPrice } from './doubles/gemini-batch/world.ts';
import { type BatchDouble, openBatchDouble } from './doubles/gemini-batch.ts';
import { USAGE } from './doubles/test-model.ts';
import { waitFor } from './wait-for.ts';

interface AdminAnswer {
  readonly fellBack?: { readonly why: string };
  readonly attemptRows: readonly { readonly upstreamBatch?: string }[];
}

const test = suite('a batch wanted by a time');
const HOUR = 3_600_000;

interface BatchAnswer {
  readonly id: string;
  readonly status: string;
  readonly done: boolean;
  readonly lane: string;
  readonly costUsd: number;
  readonly counts: { readonly [status: string]: number };
  readonly tier?: { readonly why: string; readonly inTime: boolean };
}

test(
  'wanted in 30 hours it is drawn at half the price, by the tasks of the queue alone, and the caller sees what it cost',
  withEconomy(async (world, double) => {
    const { as, body } = await submitted(world, 30 * HOUR);
    assert.equal([body.lane, body.tier?.inTime], ['economy', true]);
    assert.match(
      body.tier?.why ?? '',
      'half the price: economy is expected to take 24 h (configured), and 28 h are left',
    );
    await waitFor('the provider to have the batch', async () => {
      await world.clock.advance(20_000);
      return double.batches.length > 0;
    });
    const [held] = double.batches;
    if (!held) throw new Error('no batch');
    assert.is(held.items.length, 4);
    await double.end(held, 'BATCH_STATE_PARTIALLY_SUCCEEDED', (_, index) => (index === 0 ? 'nothing' : 'picture'));
    const ended = await untilDone(world, as, body.id);
    assert.equal([ended.status, ended.counts.succeeded], ['succeeded', 4]);
    const billed = halfPrice(held.billed) + costMicroUsd(ENTRY, USAGE);
    assert.is(Math.round(ended.costUsd * 1e6), billed, 'three at half the price, and one in bulk');
    const { items: children } = await world.engine.store.list({
      from: jobs,
      where: [['batchId', '==', body.id]],
      limit: 9,
    });
    assert.equal(children.map(({ lane }) => lane).sort(), ['bulk', 'economy', 'economy', 'economy']);
    await operatorSees(world, children.find(({ lane }) => lane === 'bulk')?.id ?? '', held.displayName);
  }),
);

test(
  'wanted in 8 hours it goes to bulk, and the answer says why with the figures',
  withEconomy(async (world, double) => {
    const { as, body } = await submitted(world, 8 * HOUR);
    assert.is(body.lane, 'bulk');
    assert.match(
      body.tier?.why ?? '',
      /^Bulk, since economy is expected to take 24 h \(configured\), and 6 h are left for it/,
    );
    const ended = await untilDone(world, as, body.id);
    assert.is(Math.round(ended.costUsd * 1e6), 4 * costMicroUsd(ENTRY, USAGE));
    assert.is(double.asked('create'), 0);
  }),
);

test.run();

function withEconomy(run: (world: ApiWorld, double: BatchDouble) => Promise<void>): () => Promise<void> {
  return inApiWorld(
    async world => {
      const double = await openBatchDouble();
      try {
        const access = { apiKey: double.apiKey };
        const { clock } = world;
        const batches = createGeminiBatches({ catalogue: CATALOGUE, access, clock, baseUrl: double.url });
        await noteEconomy(world.engine, batches);
        world.startWorker({ batches });
        await run(world, double);
      } finally {
        await double.close();
      }
    },
    { parts: { defaultModel: DEFAULT_MODEL } },
  );
}

async function submitted(world: ApiWorld, inMs: number): Promise<{ as: string; body: BatchAnswer }> {
  const as = await world.key('server');
  const uploadId = await uploaded(world.engine);
  const deliverBy = new Date(world.clock.now() + inMs).toISOString();
  const { status, text, body } = await world.call<BatchAnswer>('POST /v1/batches', {
    as,
    body: { items: items(4, uploadId), deliverBy },
  });
  assert.is(status, 202, text);
  return { as, body };
}

/** Which batch it was in, and why bulk drew it. */
async function operatorSees(world: ApiWorld, id: string, upstreamBatch: string): Promise<void> {
  const path = `/v1/admin/jobs/${id}`;
  const { status, headers, body } = await world.call<AdminAnswer>(`GET ${path}`, { as: await world.key('admin') });
  assert.equal([body.attemptRows[0]?.upstreamBatch, body.attemptRows.length], [upstreamBatch, 2]);
  assert.match(body.fellBack?.why ?? '', 'ended without an answer for this item');
  const told = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  const answer = { method: 'GET', path, status, headers: new Headers(told as [string, string][]), body };
  assert.equal(differences(openapiDocument(ROUTES), answer), []);
}

function untilDone(world: ApiWorld, as: string, id: string): Promise<BatchAnswer> {
  return waitFor(
    `the end of ${id}`,
    async () => {
      await world.clock.advance(20_000);
      const { body } = await world.call<BatchAnswer>(`GET /v1/batches/${id}`, { as });
      return body.done ? body : undefined;
    },
    { limitMs: 20_000 },
  );
}
