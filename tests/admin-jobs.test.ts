/**
 * What operators find and do about single jobs, over HTTP, with a model that fails as it is told. Platform: embedded, the
 * API and the worker in the test's process; the moves themselves are the domain's, which both platforms have.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { audit, jobs, quotas, runs } from '../common/collections.ts';
import { erase } from '../common/jobs/erase.ts';
import { sweep } from '../common/jobs/sweep.ts';
import { DAY_MS } from '../common/limits.ts';
import { DEFAULT_MODEL } from '../common/models.ts';
import { ModelError } from '../common/platform/model.ts';
import { type ApiWorld, inApiWorld } from './api-world.ts';
import { createTestModel } from './doubles/test-model.ts';
import { waitFor } from './wait-for.ts';

const test = suite('operators and jobs');
const FALLBACK = 'gemini-nano-banana-2.1';
const reason = 'The provider is well again.';

interface Found {
  readonly jobs: readonly { readonly id: string; readonly code?: string; readonly sequence: number }[];
  readonly nextCursor?: string;
  readonly search: { readonly by: string; readonly lookedThrough: number };
}

test(
  'jobs are found by code, status, style, model, shop, customer and time, and by exact texts',
  inApiWorld(
    async world => {
      const as = await world.key('admin');
      await world.shop('cats');
      const find = async (query: string) => (await world.call<Found>(`GET /v1/admin/jobs?${query}`, { as })).body;
      const ids = async (query: string) => (await find(query)).jobs.map(({ id }) => id);
      world.startWorker();
      const blocked = await endedJob(world, { customer: 'anna' });
      await world.clock.advance(DAY_MS);
      const failed = await endedJob(world, { customer: 'anna', variation: 1 });
      await world.clock.advance(1_000);
      const drawn = await endedJob(world, { customer: 'ben', variation: 2 });
      assert.equal(await ids('limit=10'), [drawn, failed, blocked], 'newest first');
      assert.equal(await ids('code=content_blocked'), [blocked]);
      assert.equal(await ids('status=failed'), [failed]);
      assert.equal(await ids('status=failed&code=content_blocked'), []);
      assert.equal(await ids(`model=${DEFAULT_MODEL}&status=succeeded`), [drawn]);
      assert.equal(await ids('model=other'), []);
      assert.equal(await ids('customerId=anna'), [failed, blocked]);
      assert.equal(await ids('customerId=anna&status=blocked'), [blocked]);
      assert.equal(await ids('shop=cats'), []);
      assert.equal(await ids('shop=default&style=charcoal'), [], 'these have prompts');
      const since = new Date(world.clock.now() - 60_000).toISOString();
      assert.equal(await ids(`createdAfter=${since}`), [drawn, failed]);
      assert.equal(await ids(`createdBefore=${since}`), [blocked]);
      for (const text of [failed, 'anna']) assert.ok((await ids(`q=${text}`)).includes(failed), text);
      assert.equal(await ids('q=nobody'), []);
      const first = await find('limit=1');
      assert.equal([first.jobs[0]?.id, first.search.by], [drawn, 'createdAt']);
      const second = await find(`limit=1&cursor=${first.nextCursor}`);
      assert.equal([second.jobs[0]?.id, (await ids(`limit=5&cursor=${second.nextCursor}`))[0]], [failed, blocked]);
      for (const bad of ['colour=red', 'cursor=x', 'status=lost', 'q=x&status=failed', 'limit=101']) {
        assert.is((await world.call(`GET /v1/admin/jobs?${bad}`, { as })).status, 400, bad);
      }
      const { body: counts } = await world.call<Tally>('GET /v1/admin/jobs/counts', { as });
      assert.equal([counts.total, counts.complete, counts.codes.length, counts.hours.length], [3, true, 2, 2]);
    },
    { model: createTestModel([new ModelError('content_blocked', 'no'), new ModelError('bad_key', 'no')]) },
  ),
);

interface Tally {
  readonly total: number;
  readonly complete: boolean;
  readonly codes: readonly object[];
  readonly hours: readonly object[];
}

test(
  'a search looks through so many documents and no more, and goes on where it stopped',
  inApiWorld(async world => {
    const as = await world.key('admin');
    const { id } = await world.admitted();
    const pattern = { run: await world.run(id), job: await world.job(id) };
    for (let number = 0; number < 900; number++) {
      const name = `job_${String(number).padStart(26, '0')}`;
      const style = number === 50 ? 'rare' : 'usual';
      const createdAt = pattern.run.createdAt - 1_000 + number;
      await world.engine.store.transaction(async tx => {
        tx.set(runs, { ...pattern.run, id: name, style, createdAt });
        tx.set(jobs, { ...pattern.job, id: name, style, createdAt });
      });
    }
    let cursor: string | undefined;
    const seen: string[] = [];
    const looked: number[] = [];
    do {
      const query = `style=rare&limit=10${cursor === undefined ? '' : `&cursor=${cursor}`}`;
      const { body } = await world.call<Found>(`GET /v1/admin/jobs?${query}`, { as });
      seen.push(...body.jobs.map(job => job.id));
      looked.push(body.search.lookedThrough);
      cursor = body.nextCursor;
    } while (cursor !== undefined);
    assert.equal(seen, [`job_${String(50).padStart(26, '0')}`]);
    assert.equal(looked, [400, 400, 101]);
  }),
);

test(
  'a retry that is pressed 30 times at once opens one run, spends no quota and leaves one entry',
  inApiWorld(
    async world => {
      const as = await world.key('admin', { label: 'Night shift' });
      world.startWorker();
      const id = await endedJob(world);
      const before = await world.job(id);
      const held = await heldIn(world, id);
      const headers = { 'If-Match': `"${before.sequence}"` };
      const press = () => world.call(`POST /v1/admin/jobs/${id}/retry`, { as, headers, body: { reason } });
      const answers = await Promise.all(Array.from({ length: 30 }, press));
      assert.equal(answers.map(({ status }) => status).toSorted(), [202, ...Array.from({ length: 29 }, () => 412)]);
      await world.done(id);
      const [run, job] = [await world.run(id), await world.job(id)];
      assert.equal([job.status, run.run, run.charge, world.model.calls.length], ['succeeded', 2, 'none', 2]);
      assert.equal([run.attempts.length, run.attempts[0]?.run, job.attempt], [2, 1, 1], 'the ledger keeps both runs');
      assert.is(await heldIn(world, id), held);
      const where = [['target', '==', `jobs/${id}`]] as const;
      const { items } = await world.engine.store.list({ from: audit, where, limit: 50 });
      assert.equal(
        items.map(({ action, detail, reason: why }) => [action, detail, why]),
        [['job.retry', 'was failed (bad_key), run 2', reason]],
      );
      assert.is((await press()).status, 412, 'also when it is over');
    },
    { model: createTestModel([new ModelError('bad_key', 'no')]) },
  ),
);

test(
  'an attempt of the run before counts for nothing in the next one, and its cost stays',
  inApiWorld(
    async world => {
      const as = await world.key('admin');
      world.startWorker();
      const id = await endedJob(world);
      assert.is((await world.run(id)).attempts.length, 2, 'no picture twice');
      await retryIt(world, as, id);
      await world.done(id);
      const run = await world.run(id);
      assert.equal([run.status, run.attempts.map(attempt => attempt.run)], ['succeeded', [1, 1, undefined]]);
      const { body } = await world.call<Whole>(`GET /v1/admin/jobs/${id}`, { as });
      assert.equal(
        body.attemptRows.map(row => [row.run, row.outcome, row.providerCode]),
        [
          [1, 'no_image', '200 STOP'],
          [1, 'no_image', '200 STOP'],
          [2, 'succeeded', undefined],
        ],
      );
      assert.equal([body.attempts, body.run, body.retry.why], [3, 2, 'has a picture']);
      assert.equal(body.timeline.map(({ what }) => what).at(-1), 'succeeded');
      assert.ok(body.input?.url && body.output?.previewUrl);
      assert.ok(
        Math.abs(body.costUsd - body.attemptRows.reduce((sum, row) => sum + (row.costUsd ?? row.estimateUsd), 0)) <
          1e-9,
      );
    },
    { model: createTestModel([noImage(), noImage()]) },
  ),
);

interface Whole {
  readonly attempts: number;
  readonly run: number;
  readonly costUsd: number;
  readonly retry: { readonly possible: boolean; readonly why?: string };
  readonly input?: { readonly url: string };
  readonly output?: { readonly previewUrl: string };
  readonly timeline: readonly { readonly what: string }[];
  readonly attemptRows: readonly {
    readonly run: number;
    readonly outcome: string;
    readonly providerCode?: string;
    readonly costUsd?: number;
    readonly estimateUsd: number;
  }[];
}

test(
  'a retry may ask another model and other options; blocked content and a third retry need force',
  inApiWorld(
    async world => {
      const as = await world.key('admin');
      world.startWorker();
      const id = await endedJob(world);
      const refused = await retryIt(world, as, id);
      assert.equal([refused.status, refused.body.code, refused.body.why], [409, 'not_retryable', 'blocked content']);
      const wish = { model: FALLBACK, options: { variation: 3 } };
      assert.is((await retryIt(world, as, id, { ...wish, force: true })).status, 202);
      await world.done(id);
      const asked = world.model.calls.at(-1);
      assert.equal([asked?.model, (await world.run(id)).options.variation], [FALLBACK, 3]);
      await retryIt(world, as, id, { force: true });
      await world.done(id);
      const third = await retryIt(world, as, id, { model: DEFAULT_MODEL });
      assert.equal([third.status, third.body.why], [409, 'retried twice already']);
      assert.is((await retryIt(world, as, id, { force: true })).status, 202);
      await world.done(id);
      assert.equal([(await world.run(id)).run, (await world.job(id)).status], [4, 'succeeded']);
      assert.is((await retryIt(world, as, id, { model: 'unheard-of' })).status, 400);
      assert.is((await retryIt(world, as, id, { options: { size: '9K' }, force: true })).body.why, 'has a picture');
    },
    {
      model: createTestModel([
        new ModelError('content_blocked', 'no'),
        new ModelError('bad_key', 'no'),
        new ModelError('bad_key', 'no'),
      ]),
    },
  ),
);

test(
  'what was erased, given up or drawn is not tried again, and says why',
  inApiWorld(
    async world => {
      const as = await world.key('admin');
      world.startWorker();
      const erased = await endedJob(world);
      await erase(world.engine, erased);
      assert.equal((await retryIt(world, as, erased)).body.why, 'erased');
      const gone = await endedJob(world, { variation: 1 });
      await world.engine.bucket.delete((await world.run(gone)).inputPath);
      assert.equal((await retryIt(world, as, gone)).body.why, 'photo not kept');
      const drawn = await endedJob(world, { variation: 2 });
      assert.equal((await retryIt(world, as, drawn)).body.why, 'has a picture');
      const missing = await world.call(`POST /v1/admin/jobs/${drawn}/retry`, { as, body: { reason } });
      assert.equal([missing.status, missing.body.code], [428, 'precondition_required']);
      assert.is((await world.run(drawn)).run, 1);
    },
    { model: createTestModel([new ModelError('bad_key', 'no'), new ModelError('bad_key', 'no')]) },
  ),
);

test(
  "operators give up and erase anybody's job, once, and only as they saw it",
  inApiWorld(async world => {
    const as = await world.key('admin');
    const { id } = await world.admitted();
    const act = (what: string, sequence: number, body: object = { reason }) =>
      world.call<Acted>(`POST /v1/admin/jobs/${id}/${what}`, { as, headers: { 'If-Match': `"${sequence}"` }, body });
    assert.is((await act('cancel', 9)).status, 412);
    const given = await act('cancel', 1);
    assert.equal([given.status, given.body.status, given.body.charge], [200, 'canceled', 'released']);
    assert.is((await act('cancel', given.body.sequence)).status, 200, 'again changes nothing');
    const gone = await act('erase', given.body.sequence);
    assert.ok(gone.body.erasedAt);
    assert.is((await world.run(id)).prompt, '');
    world.startWorker();
    await waitFor('the photo to go', async () => !(await world.engine.bucket.stat((await world.run(id)).inputPath)));
    const { items } = await world.engine.store.list({ from: audit, limit: 50 });
    assert.equal(items.map(({ action }) => action).toSorted(), ['job.cancel', 'job.erase']);
    await sweep(world.engine);
    assert.is((await world.run(id)).nextCheckAt, undefined);
  }),
);

interface Acted {
  readonly status: string;
  readonly charge: string;
  readonly sequence: number;
  readonly erasedAt?: string;
}

test.run();

function noImage(): ModelError {
  return new ModelError('no_image', 'no picture', { providerCode: '200 STOP' });
}

async function endedJob(world: ApiWorld, wish: Parameters<ApiWorld['admitted']>[0] = {}): Promise<string> {
  const { id } = await world.admitted(wish);
  await world.done(id);
  return id;
}

async function retryIt(world: ApiWorld, as: string, id: string, wish: object = {}) {
  const { sequence } = await world.job(id);
  const headers = { 'If-Match': `"${sequence}"` };
  type Refused = { readonly code?: string; readonly why?: string };
  return world.call<Refused>(`POST /v1/admin/jobs/${id}/retry`, { as, headers, body: { reason, ...wish } });
}

async function heldIn(world: ApiWorld, id: string): Promise<number> {
  const [day] = new Date(world.clock.now()).toISOString().split('T');
  const { items } = await world.engine.store.list({ from: quotas, limit: 10 });
  assert.ok(items.length > 0 && items.every(quota => quota.id.startsWith(day ?? '')), id);
  return items.reduce((sum, { held }) => sum + held, 0);
}
