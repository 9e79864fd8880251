/**
 * How the client waits: never more often than it may, not at all while nobody looks, and through a network that comes and
 * goes. Platform: the API in the test's process, on SQLite, by a clock that stands still.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Connection, EaselError, type Job, type WatchOptions } from '../api/web/easel-client.ts';
import { cancel } from '../common/jobs/cancel.ts';
import { inApiWorld } from './api-world.ts';
import { type ClientPage, inPage } from './client-page.ts';
import { PHOTO_BLOB } from './client-shopper.ts';

const test = suite('the client, waiting');
const MINUTE_MS = 60_000;
const WAYS = ['events', 'polls'] as const;

test(
  'asks no more often than pollAfterMs allows, hardly later, and spares answers that it has',
  inApiWorld(
    inPage(async (page, { engine }) => {
      const job = await submitted(page);
      const watch = watching(page, job, { by: 'polls' });
      const from = page.begun.length;
      await page.pass(3 * MINUTE_MS);
      await cancel(engine, job.id);
      await page.pass(6_500);
      await watch.ended;
      const polls = page.begun.slice(from);
      const gaps = polls.slice(1).map(({ at }, index) => at - (polls[index]?.at ?? 0));
      assert.ok((polls[0]?.at ?? 0) - Date.parse(job.createdAt) >= job.pollAfterMs, 'nor at once after the submit');
      assert.ok(gaps.length > 20, `${gaps.length} polls`);
      assert.ok(
        gaps.slice(0, 5).every(gap => gap >= 1_000 && gap <= 1_500),
        `young: ${gaps}`,
      );
      assert.ok(
        gaps.slice(-5).every(gap => gap >= 5_000 && gap <= 6_500),
        `old: ${gaps}`,
      );
      assert.ok(new Set(gaps.slice(-10)).size > 1, `spread: ${gaps}`);
      assert.ok(polls.slice(2).every(({ headers }) => headers.has('If-None-Match')));
      assert.is(watch.states.at(-1)?.status, 'canceled');
    }),
  ),
);

test(
  'also after a poll that was lost, and when its tab is hidden and shown again and again',
  inApiWorld(
    inPage(async (page, { engine }) => {
      const job = await submitted(page);
      const watch = watching(page, job, { by: 'polls' });
      page.line.plan(request =>
        request.includes(job.id) && page.line.requests.length % 3 === 0 ? 'drop after' : undefined,
      );
      const from = page.begun.length;
      for (let turn = 0; turn < 100; turn++) {
        page.hide();
        page.show();
        await page.pass(250);
      }
      const times = page.begun.slice(from).map(({ at }) => at);
      const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
      assert.ok(gaps.length > 5 && gaps.every(gap => gap >= 1_000), String(gaps));
      page.line.plan(() => undefined);
      await cancel(engine, job.id);
      await page.pass(2 * MINUTE_MS);
      await watch.ended;
    }),
  ),
);

for (const by of WAYS) {
  test(
    `by ${by}: asks nothing while its tab is hidden, and tells the present state when it is looked at again`,
    inApiWorld(
      inPage(async (page, { engine }) => {
        const job = await submitted(page);
        const watch = watching(page, job, { by });
        await page.pass(3_000);
        page.hide();
        await page.quiet();
        assert.is(page.line.open(), 0, 'nothing is under way');
        const before = page.begun.length;
        await page.pass(10 * MINUTE_MS, 1_000);
        await cancel(engine, job.id);
        await page.pass(MINUTE_MS);
        assert.is(page.begun.length, before);
        page.show();
        await page.pass(6_000);
        await watch.ended;
        assert.equal([watch.states[0]?.status, watch.states.at(-1)?.status], ['queued', 'canceled']);
        assert.equal(distinct(watch.connections), ['waiting', 'hidden', 'waiting']);
        assert.is(page.line.open(), 0);
      }),
    ),
  );

  test(
    `by ${by}: survives a network that is gone, asks nothing meanwhile, and goes on at once when it is back`,
    inApiWorld(
      inPage(async (page, { engine }) => {
        const job = await submitted(page);
        const watch = watching(page, job, { by });
        await page.pass(3_000);
        page.goOffline({ aware: true });
        if (by === 'events') page.line.cut();
        await page.pass(10_000);
        const before = page.begun.length;
        await page.pass(30 * MINUTE_MS, 1_000);
        assert.is(page.begun.length, before);
        await cancel(engine, job.id);
        page.goOnline();
        await page.pass(5_500);
        await watch.ended;
        assert.is(watch.states.at(-1)?.status, 'canceled');
        assert.equal(distinct(watch.connections), ['waiting', 'offline', 'waiting']);
      }),
    ),
  );

  test(
    `by ${by}: tries ever more rarely while nothing answers, and tells the end when something does`,
    inApiWorld(
      inPage(async (page, { engine }) => {
        const job = await submitted(page);
        const watch = watching(page, job, { by });
        await page.pass(3_000);
        page.goOffline({ aware: false });
        if (by === 'events') page.line.cut();
        const from = page.begun.length;
        await page.pass(30 * MINUTE_MS, 1_000);
        const tries = page.begun.length - from;
        assert.ok(tries > 60 && tries < 140, `${tries} tries in half an hour`);
        await cancel(engine, job.id);
        page.goOnline();
        await page.pass(MINUTE_MS);
        await watch.ended;
        assert.is(watch.states.at(-1)?.status, 'canceled');
        assert.ok(watch.connections.includes('retrying'));
      }),
    ),
  );
}

test(
  'a submit without a network waits for one, and is one job',
  inApiWorld(
    inPage(async (page, { engine }) => {
      await page.client.session();
      page.goOffline({ aware: true });
      const submitting = submitted(page);
      await page.pass(MINUTE_MS);
      assert.is(page.begun.filter(({ name }) => name === 'POST /v1/jobs').length, 1, 'one try, then it waits');
      page.goOnline();
      await page.pass(1_000);
      const job = await submitting;
      assert.is((await page.client.quota()).pools.named.remaining, 9);
      await cancel(engine, job.id);
    }),
  ),
);

test(
  'comes back to events that the service closes, knowing what it knows',
  inApiWorld(
    inPage(async (page, { engine }) => {
      const job = await submitted(page);
      const watch = watching(page, job, { by: 'events' });
      await page.pass(3 * MINUTE_MS);
      const streams = page.begun.filter(({ name }) => name.endsWith('/events'));
      assert.ok(streams.length >= 3 && streams.length <= 5, `${streams.length} streams in three minutes`);
      assert.ok(streams.every(({ headers }) => headers.get('Last-Event-ID') === '1'));
      assert.equal(watch.states, [job, ...watch.states.slice(1)]);
      assert.is(page.begun.filter(({ name }) => /jobs\/\w+$/.test(name)).length, 0, 'nothing is polled');
      await cancel(engine, job.id);
      await watch.ended;
    }),
  ),
);

test(
  'polls where events do not come through: broken, silent, or without room',
  inApiWorld(
    inPage(async (page, { engine }) => {
      for (const trouble of ['broken', 'silent', 'without room'] as const) {
        const job = await submitted(page);
        page.line.plan(request => {
          if (!request.endsWith('/events')) return undefined;
          return trouble === 'broken' ? 'cut answer' : trouble === 'silent' ? 'silence' : 'busy';
        });
        const from = page.begun.length;
        const watch = watching(page, job.id, {});
        await page.pass(2 * MINUTE_MS);
        const streams = page.begun.slice(from).filter(({ name }) => name.endsWith('/events')).length;
        assert.is(streams, trouble === 'without room' ? 1 : 2, trouble);
        assert.is(watch.states[0]?.id, job.id, trouble);
        await cancel(engine, job.id);
        await page.pass(10_000);
        await watch.ended;
      }
    }),
  ),
);

test(
  'ends at any moment that its caller chooses, with the reason that was given, and asks nothing more',
  inApiWorld(
    inPage(async (page, { engine }) => {
      for (const by of WAYS) {
        for (const afterMs of [0, 250, 1_000, 1_250, 4_000]) {
          const job = await submitted(page);
          const giving = new AbortController();
          const watch = watching(page, job, { by, signal: giving.signal });
          await page.pass(afterMs);
          giving.abort(new Error('enough'));
          assert.match(String(await watch.ended), 'enough');
          await page.quiet();
          const before = page.begun.length;
          await page.pass(10_000);
          assert.equal([page.begun.length, page.line.open()], [before, 0], `${by}, ${afterMs} ms`);
          await cancel(engine, job.id);
        }
      }
    }),
  ),
);

test(
  'a time that is over loses no job: it is waited for again by its id',
  inApiWorld(
    inPage(async (page, { engine }) => {
      const { id } = await submitted(page);
      const wait = page.client.wait(id, { timeoutMs: 20_000 }).catch(error => error);
      await page.pass(21_000);
      const error = await wait;
      assert.instance(error, EaselError);
      assert.equal([error.code, error.retryable, error.jobId], ['timeout', true, id]);
      const again = page.client.wait(id);
      await cancel(engine, id);
      await page.quiet();
      assert.is((await again).status, 'canceled');
    }),
  ),
);

test(
  "a job that is not there, or another's, ends the watch with the refusal",
  inApiWorld(
    inPage(async page => {
      const error = await page.client.wait('job_00000000000000000000000000').catch(thrown => thrown);
      assert.equal([error.code, error.status, error.retryable], ['not_found', 404, false]);
      assert.is(error.jobId, 'job_00000000000000000000000000');
    }),
  ),
);

test.run();

let variation = 0;

/** The clock of the page stands still: no try is repeated here. */
function submitted({ client }: ClientPage): Promise<Job> {
  return client.submit({ image: PHOTO_BLOB, style: 'charcoal', options: { variation: variation++ % 10 } });
}

function watching({ client }: ClientPage, job: Job | string, options: WatchOptions) {
  const states: Job[] = [];
  const connections: Connection[] = [];
  const ended = (async () => {
    const onConnection = (connection: Connection) => connections.push(connection);
    for await (const state of client.watch(job, { ...options, onConnection })) states.push(state);
  })().catch((error: unknown) => error);
  return { states, connections, ended };
}

function distinct(connections: readonly Connection[]): Connection[] {
  return connections.filter((connection, index) => connection !== connections[index - 1]);
}
