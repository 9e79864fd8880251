/**
 * Operators and jobs on the google platform: what their reads cost in documents, retries pressed together, and a bulk
 * action over Cloud Tasks. The API in a process of its own, Firestore metered at the wire.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jobs, runs } from '../../common/collections.ts';
import { sweep } from '../../common/jobs/sweep.ts';
import { ModelError } from '../../common/platform/model.ts';
import { createTestModel } from '../doubles/test-model.ts';
import { copiedId, copyJobs, failedPair } from '../many-jobs.ts';
import { waitFor } from '../wait-for.ts';
import { createMeter } from './meter.ts';
import { openWholeWorld, type WholeWorld } from './whole-world.ts';

export const FILE_LIMIT_MS = 400_000;

const test = suite('operators, over Firestore and Cloud Tasks');
const READS_MAX = 1_000;
const STORED = 1_200;
const REALLY_SUBMITTED = 6;
const reason = 'The provider is well again.';

test('no read of operators costs more than 1,000 documents, and what they do to jobs is done once', async () => {
  const model = createTestModel(Array.from({ length: REALLY_SUBMITTED }, () => new ModelError('bad_key', 'no')));
  const world = await openWholeWorld({ model });
  try {
    const ids = await failedJobs(world);
    await retriesPressedTogether(world, ids[0] ?? '');
    await bulkRetry(world, ids.slice(1));
    await readsOverMany(world, ids[0] ?? '');
  } finally {
    await world.close();
  }
});

test.run();

async function failedJobs(world: WholeWorld): Promise<string[]> {
  const ids: string[] = [];
  for (let variation = 0; variation < REALLY_SUBMITTED; variation++) {
    const fields = { style: 'ink-wash', options: JSON.stringify({ variation }) };
    const answer = await world.api.submit(fields, { token: world.keys.server });
    ids.push(((await answer.json()) as { id: string }).id);
  }
  for (const id of ids) await endOf(world, id);
  return ids;
}

async function retriesPressedTogether(world: WholeWorld, id: string): Promise<void> {
  const { sequence } = await bodyOf<{ sequence: number }>(world, 'GET', `/v1/admin/jobs/${id}`);
  const press = () => send(world, 'POST', `/v1/admin/jobs/${id}/retry`, { reason }, { 'If-Match': `"${sequence}"` });
  const answers = await Promise.all(Array.from({ length: 30 }, press));
  const statuses = answers.map(({ status }) => status);
  assert.is(statuses.filter(status => status === 202).length, 1, statuses.join());
  assert.ok(
    statuses.every(status => [202, 412].includes(status)),
    statuses.join(),
  );
  await endOf(world, id);
  assert.is((await world.worker.store.get(runs, id))?.run, 2);
}

interface Action {
  readonly id: string;
  readonly token: string;
  readonly state: string;
  readonly plan: { readonly eligible: number };
  readonly progress: { readonly done: number; readonly skipped: readonly object[] };
}

async function bulkRetry(world: WholeWorld, ids: readonly string[]): Promise<void> {
  const body = { action: 'retry', filter: { status: 'failed' }, reason };
  const plan = (await (await send(world, 'POST', '/v1/admin/bulk-actions', body)).json()) as Action;
  assert.is(plan.plan.eligible, ids.length);
  const path = `/v1/admin/bulk-actions/${plan.id}`;
  const apply = () => send(world, 'POST', `${path}/apply`, { token: plan.token, ratePerSecond: 1 });
  await Promise.all([apply(), apply(), apply()]);
  const done = await waitFor(
    'the end of the action',
    async () => {
      const action = await bodyOf<Action>(world, 'GET', path);
      return action.state === 'done' && action;
    },
    { limitMs: 60_000, everyMs: 500 },
  );
  assert.equal(done.progress, { ...done.progress, done: ids.length, skipped: [] });
  for (const id of ids) {
    await endOf(world, id);
    assert.is((await world.worker.store.get(runs, id))?.run, 2);
  }
}

/** More jobs than any page of a query shows. */
async function readsOverMany(world: WholeWorld, id: string): Promise<void> {
  const { store, clock } = world.worker;
  const [run, job] = [await store.get(runs, id), await store.get(jobs, id)];
  if (!run || !job) throw new Error('the job is there');
  const failed = failedPair({ run, job }, clock.now());
  const spread = (number: number) => ({ createdAt: clock.now() - number * 1_000, batchId: 'bat_test' });
  await copyJobs(store, failed, STORED, number => ({ run: spread(number), job: spread(number) }), 0);
  await sweep(world.worker);
  const meter = createMeter(world);
  const costly: string[] = [];
  for (const path of [
    '/v1/admin/stats',
    '/v1/admin/jobs?limit=100',
    '/v1/admin/jobs?status=failed&limit=100',
    '/v1/admin/jobs?code=overloaded&limit=100',
    '/v1/admin/jobs?code=overloaded&model=none&limit=100',
    '/v1/admin/jobs?shop=default&style=none&limit=100',
    '/v1/admin/jobs?batchId=bat_test&limit=100',
    '/v1/admin/jobs?customerId=nobody',
    '/v1/admin/jobs?q=bat_test',
    `/v1/admin/jobs?q=${copiedId(7)}`,
    '/v1/admin/jobs/counts',
    '/v1/admin/jobs/counts?shop=default',
    `/v1/admin/jobs/${id}`,
    '/v1/admin/bulk-actions',
    '/v1/admin/queues',
    '/v1/admin/models',
    '/v1/admin/audit',
    '/v1/admin/deliveries',
  ]) {
    const { reads } = await meter.measure(async () => {
      const answer = await world.api.call('GET', path, { token: world.keys.admin });
      assert.is(answer.status, 200, path);
      await answer.arrayBuffer();
    });
    console.log(`${path.padEnd(60)} ${reads} reads`);
    if (reads > READS_MAX) costly.push(`${path}: ${reads}`);
  }
  assert.equal(costly, []);
}

function send(world: WholeWorld, method: string, path: string, body: object, headers: { [name: string]: string } = {}) {
  const options = { token: world.keys.admin, headers: { 'Content-Type': 'application/json', ...headers } };
  return world.api.call(method, path, { ...options, body: JSON.stringify(body) });
}

async function bodyOf<T>(world: WholeWorld, method: string, path: string): Promise<T> {
  return (await (await world.api.call(method, path, { token: world.keys.admin })).json()) as T;
}

async function endOf(world: WholeWorld, id: string): Promise<void> {
  await waitFor(`the end of ${id}`, async () => (await world.worker.store.get(jobs, id))?.done, { limitMs: 60_000 });
}
