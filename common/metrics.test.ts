/**
 * The metrics as Prometheus reads them. Platform: embedded.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inWorld, type World } from '../tests/world.ts';
import { cancel } from './jobs/cancel.ts';
import { submit } from './jobs/submit.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { DEFAULT_MODEL } from './models.ts';
import { pauseQueue } from './pause.ts';
import { PlatformError } from './platform/errors.ts';

const test = suite('metrics');

/** The value of one series, by its name and labels as they stand in the text. */
async function read(metrics: Metrics, world: World, series: string): Promise<number | undefined> {
  const { text } = await metrics.scrape(world.engine);
  const line = text.split('\n').find(line => line.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test(
  'requests are counted by pattern and status, and timed unless their client asked to wait',
  inWorld(async world => {
    const metrics = await createMetrics(world);
    const request = { route: '/v1/jobs/:id', method: 'GET', status: 200, ms: 20 };
    metrics.requestEnded(request);
    metrics.requestEnded({ ...request, ms: 9_000, waited: true });
    metrics.requestEnded({ ...request, status: 404, problem: 'not_found' });
    metrics.requestEnded({ ...request, method: 'PROPFIND', status: 405 });

    const labels = 'route="/v1/jobs/:id",method="GET"';
    assert.is(await read(metrics, world, `easel_http_requests_total{${labels},status="200"}`), 2);
    const seconds = 'easel_http_request_duration_seconds';
    assert.is(await read(metrics, world, `${seconds}_bucket{le="0.01",${labels},status="2xx"}`), 0);
    assert.is(await read(metrics, world, `${seconds}_bucket{le="0.025",${labels},status="2xx"}`), 1);
    assert.is(await read(metrics, world, `${seconds}_count{${labels},status="2xx"}`), 1);
    assert.is(await read(metrics, world, 'easel_http_problems_total{code="not_found"}'), 1);
    assert.is(await read(metrics, world, 'easel_http_problems_total{code="quota_exceeded"}'), 0);
    const other = 'easel_http_requests_total{route="/v1/jobs/:id",method="other",status="405"}';
    assert.is(await read(metrics, world, other), 1);
  }),
);

test(
  'submits, jobs, attempts and model calls are counted by what became of them',
  inWorld(async world => {
    const metrics = await createMetrics(world);
    metrics.submitted({ kind: 'reused' });
    metrics.submitted({ kind: 'quota exceeded' });
    metrics.jobEnded({ status: 'succeeded', lane: 'bulk', model: 'offline', createdAt: 1_000, finishedAt: 8_000 });
    metrics.attemptEnded({ outcome: 'timeout', model: 'offline', ms: 120_000 });
    metrics.webhookTried({ state: 'disabled' });
    metrics.modelCalled({ outcome: 'drawn', model: 'no-longer-known', ms: 700 });

    assert.is(await read(metrics, world, 'easel_submits_total{result="reused"}'), 1);
    assert.is(await read(metrics, world, 'easel_submits_total{result="quota_exceeded"}'), 1);
    assert.is(await read(metrics, world, 'easel_submits_total{result="admitted"}'), 0);
    assert.is(await read(metrics, world, 'easel_webhook_tries_total{delivery="disabled"}'), 1);
    assert.is(await read(metrics, world, 'easel_webhook_tries_total{delivery="failed"}'), 0);
    const job = 'status="succeeded",lane="bulk",model="offline"';
    assert.is(await read(metrics, world, `easel_job_duration_seconds_sum{${job}}`), 7);
    const attempt = 'outcome="timeout",model="offline"';
    assert.is(await read(metrics, world, `easel_attempt_duration_seconds_sum{${attempt}}`), 120);
    const call = 'outcome="drawn",model="other"';
    assert.is(await read(metrics, world, `easel_model_call_duration_seconds_bucket{le="1",${call}}`), 1);
  }),
);

test(
  'every submit counts by its answer, and a job ends once however often it is given up',
  inWorld(async world => {
    const metrics = await createMetrics(world);
    const engine = { ...world.engine, metrics };
    const first = await submit(engine, await world.submission({ key: 'a', pool: 'custom' }));
    if (first.kind !== 'admitted') throw new Error(first.kind);
    await submit(engine, await world.submission({ key: 'a', pool: 'custom' }));
    await submit(engine, await world.submission({ key: 'a', pool: 'custom', prompt: 'Another.' }));
    for (const key of ['b', 'c', 'd']) {
      await submit(engine, await world.submission({ key, pool: 'custom', prompt: `Draw ${key}.` }));
    }
    await world.clock.advance(4_000);
    for (let time = 0; time < 3; time++) await cancel(engine, first.job.id);

    const results = { admitted: 3, replayed: 1, conflict: 1, quota_exceeded: 1, reused: 0 };
    for (const [result, count] of Object.entries(results)) {
      assert.is(await read(metrics, world, `easel_submits_total{result="${result}"}`), count, result);
    }
    const ended = `{status="canceled",lane="interactive",model="${DEFAULT_MODEL}"}`;
    assert.is(await read(metrics, world, `easel_job_duration_seconds_count${ended}`), 1);
    assert.is(await read(metrics, world, `easel_job_duration_seconds_sum${ended}`), 4);
  }),
);

test(
  'what waits, since when, what was spent and what is paused is read from the store and the queue',
  inWorld(
    async world => {
      const metrics = await createMetrics(world);
      const waiting = () => read(metrics, world, 'easel_jobs{status="queued",lane="interactive"}');
      const age = () => read(metrics, world, 'easel_oldest_queued_job_age_seconds{lane="interactive"}');
      assert.equal([await waiting(), await age()], [0, 0]);
      const job = await world.admitted({ prompt: 'The first.' });
      await world.clock.advance(5_000);
      await world.admitted({ prompt: 'The second.' });
      assert.equal([await waiting(), await age()], [2, 5]);
      assert.is(await read(metrics, world, 'easel_jobs{status="queued",lane="bulk"}'), 0);
      assert.is(await read(metrics, world, 'easel_spend_today_dollars'), 0);
      assert.is(await read(metrics, world, 'easel_budget_dollars'), 0.5);
      world.startWorker();
      await world.done(job.id);
      const spent = (await world.run(job.id)).attempts[0]?.costMicroUsd ?? 0;
      assert.ok(spent > 0);
      assert.ok(((await read(metrics, world, 'easel_spend_today_dollars')) ?? 0) * 1e6 >= spent);
      assert.is(await read(metrics, world, 'easel_queue_paused{queue="interactive"}'), 0);
      await pauseQueue(world.engine, 'interactive', { because: 'operator', reason: 'a test' });
      assert.is(await read(metrics, world, 'easel_queue_paused{queue="interactive"}'), 1);
    },
    { budgetMicroUsd: 500_000 },
  ),
);

test(
  'what the store cannot tell is left out and said to be missing, the rest is there',
  inWorld(async world => {
    const metrics = await createMetrics(world);
    metrics.submitted({ kind: 'admitted' });
    const store = {
      ...world.engine.store,
      count: () => Promise.reject(new PlatformError('unavailable', 'no store today')),
    };
    const { text } = await metrics.scrape({ ...world.engine, store });
    assert.not.match(text, 'easel_jobs{');
    assert.match(text, 'easel_state_unreadable 1');
    assert.match(text, 'easel_oldest_queued_job_age_seconds{lane="interactive"} 0');
    assert.match(text, 'easel_submits_total{result="admitted"} 1');
    assert.match((await metrics.scrape(world.engine)).text, 'easel_jobs{status="queued",lane="bulk"} 0');
  }),
);

test(
  'the slots of the worker and the process itself are watched',
  inWorld(async world => {
    const metrics = await createMetrics(world);
    let running = 3;
    metrics.workerStarted({
      slots: 8,
      running: () => running,
      open: () => 4,
      circuits: () => new Map([[DEFAULT_MODEL, 'open' as const]]),
    });
    assert.is(await read(metrics, world, 'easel_worker_slots'), 8);
    assert.is(await read(metrics, world, 'easel_worker_slots_used'), 3);
    running = 0;
    assert.is(await read(metrics, world, 'easel_worker_slots_used'), 0);
    assert.ok(((await read(metrics, world, 'process_resident_memory_bytes')) ?? 0) > 1e6);
    assert.ok((await read(metrics, world, 'nodejs_eventloop_lag_p99_seconds')) !== undefined);
  }),
);

test(
  'the text is well formed, and each registry is its own',
  inWorld(async world => {
    const metrics = await createMetrics(world);
    const other = await createMetrics(world);
    metrics.submitted({ kind: 'admitted' });
    const { text, contentType } = await metrics.scrape(world.engine);
    assert.is(contentType, 'text/plain; version=0.0.4; charset=utf-8');
    const lines = text.split('\n').filter(line => line !== '');
    for (const line of lines)
      assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? (-?[\d.e+-]+|Nan|\+Inf))$/);
    const types = lines.filter(line => line.startsWith('# TYPE')).map(line => line.split(' ')[2]);
    assert.is(new Set(types).size, types.length, 'each metric is declared once');
    assert.is(await read(other, world, 'easel_submits_total{result="admitted"}'), 0, 'each registry is its own');
  }),
);

test.run();
