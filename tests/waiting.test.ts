/**
 * What those who wait are told of the queue. Platform: the API in the test's process, on SQLite; no worker draws.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createWaiting } from '../api/waiting/waiting.ts';
import { noteCircuit } from '../common/circuits.ts';
import { runs } from '../common/collections.ts';
import { cancel } from '../common/jobs/cancel.ts';
import { DEFAULT_MODEL } from '../common/models.ts';
import { pauseQueue, resumeQueue } from '../common/pause.ts';
import { type ApiWorld, inApiWorld } from './api-world.ts';
import { inWorld } from './world.ts';

const test = suite('waiting in the queue');

interface Waits {
  readonly id: string;
  readonly queue?: { readonly position?: number; readonly paused?: boolean; readonly resumesAt?: string };
  readonly pollAfterMs: number;
}

async function three(world: ApiWorld) {
  const key = await world.key('server');
  const ids: string[] = [];
  for (const style of ['charcoal', 'ink-wash', 'charcoal']) {
    const { status, headers, body } = await world.submit({ as: key }, { style, customerId: `${ids.length}` });
    const { id, queue, pollAfterMs } = body as unknown as Waits;
    assert.equal([status, queue?.position], [202, ids.length + 1]);
    assert.is(Number(headers['retry-after']) * 1_000, pollAfterMs);
    ids.push(id);
    await world.clock.advance(10);
  }
  const look = (id: string | undefined, headers = {}) => world.call<Waits>(`GET /v1/jobs/${id}`, { as: key, headers });
  return { ids, look };
}

test(
  'a job is told its place, also in the answer to its submit, and moves up',
  inApiWorld(async world => {
    const { ids, look } = await three(world);
    await world.clock.advance(1_000);
    assert.equal((await look(ids[2])).body.queue, { position: 3 }, 'no time, as nothing was measured yet');
    await cancel(world.engine, ids[0] ?? '');
    await world.clock.advance(1_000);
    assert.equal((await look(ids[2])).body.queue, { position: 2 });
    assert.equal([(await look(ids[0])).body.queue, (await look(ids[0])).body.pollAfterMs], [undefined, 0]);
  }),
);

test(
  'the tag of an answer changes with the place, and with nothing else it stays',
  inApiWorld(async world => {
    const { ids, look } = await three(world);
    await world.clock.advance(1_000);
    const etag = String((await look(ids[2])).headers.etag);
    const same = await look(ids[2], { 'If-None-Match': etag });
    assert.equal([same.status, same.headers['retry-after']], [304, '1']);
    await cancel(world.engine, ids[1] ?? '');
    await world.clock.advance(1_000);
    const moved = await look(ids[2], { 'If-None-Match': etag });
    assert.equal([moved.status, moved.body.queue?.position], [200, 2]);
    assert.is.not(moved.headers.etag, etag);
  }),
);

test(
  'a paused queue says so, until when, and asks for patience',
  inApiWorld(async world => {
    const { ids, look } = await three(world);
    const until = world.clock.now() + 600_000;
    await pauseQueue(world.engine, 'interactive', { reason: 'a test', because: 'operator', until });
    await world.clock.advance(1_000);
    const { body, headers } = await look(ids[1]);
    assert.equal(body.queue, { position: 2, paused: true, resumesAt: new Date(until).toISOString() });
    assert.equal([body.pollAfterMs, headers['retry-after']], [5_000, '5']);
    await resumeQueue(world.engine, 'interactive');
    await world.clock.advance(1_000);
    assert.equal((await look(ids[1])).body.queue, { position: 2 });
  }),
);

test(
  'a model that does not answer halts the jobs that no other can draw',
  inWorld(async world => {
    const waiting = createWaiting(world.engine);
    const job = await world.admitted();
    const until = world.clock.now() + 60_000;
    await noteCircuit(world.engine, DEFAULT_MODEL, until);
    await world.clock.advance(1_000);
    assert.equal((await waiting(job)).queue, { position: 1 }, 'its fallback stands in');
    const fallback = world.engine.catalogue.get(DEFAULT_MODEL)?.fallback ?? '';
    await noteCircuit(world.engine, fallback, until + 1);
    await world.clock.advance(1_000);
    assert.equal((await waiting(job)).queue, { position: 1, paused: true, resumesAt: until });
    await noteCircuit(world.engine, fallback);
    await world.clock.advance(1_000);
    assert.equal((await waiting(job)).queue, { position: 1 }, 'it answers again');
  }),
);

test(
  'places are exact up to the hundredth, and what is behind is told as that',
  inWorld(async world => {
    const waiting = createWaiting(world.engine);
    const jobs = [];
    for (let index = 0; index < 120; index++) {
      jobs.push(await world.admitted({ customer: `customer-${index}` }));
      await world.clock.advance(10);
    }
    await world.clock.advance(1_000);
    const told = await Promise.all(jobs.map(job => waiting(job)));
    const exact = told.slice(0, 100).map(({ queue }) => queue);
    assert.equal(
      exact,
      Array.from({ length: 100 }, (_, index) => ({ position: index + 1 })),
    );
    assert.ok(told.slice(100).every(({ queue }) => queue?.position === 100 && queue.more === true));
  }),
);

test('ten thousand who ask within a second cost the store as much as one', async () => {
  let reads = 0;
  await inWorld(
    async world => {
      const waiting = createWaiting(world.engine);
      const jobs = [await world.admitted(), await world.admitted({ customer: 'customer-2' })];
      await world.clock.advance(1_000);
      reads = 0;
      await waiting(jobs[0] as (typeof jobs)[0]);
      const once = reads;
      assert.ok(once > 0 && once < 12, `${once} reads`);
      for (let index = 0; index < 10_000; index++) await waiting(jobs[index % 2] as (typeof jobs)[0]);
      assert.is(reads, once);
      await world.clock.advance(1_000);
      await waiting(jobs[0] as (typeof jobs)[0]);
      assert.ok(reads > once && reads <= 2 * once, 'a second later it is looked at anew');
    },
    {
      around: ({ store }) => ({
        store: {
          ...store,
          get: (from, id) => {
            reads++;
            return store.get(from, id);
          },
          list: query => {
            reads++;
            return store.list(query);
          },
          count: query => {
            reads++;
            return store.count(query);
          },
        },
      }),
    },
  )();
});

test('who waits is told how the job stands even if the queue cannot be read', async () => {
  await inWorld(
    async world => {
      const waiting = createWaiting(world.engine);
      const job = await world.admitted();
      assert.equal(await waiting(job), { pollAfterMs: 1_000 });
      await world.clock.advance(60_000);
      assert.equal(await waiting(job), { pollAfterMs: 5_000 });
    },
    {
      around: ({ store }) => ({
        store: {
          ...store,
          list: query => (query.from.name === runs.name ? Promise.reject(new Error('unreadable')) : store.list(query)),
        },
      }),
    },
  )();
});

test.run();
