/**
 * The stream of a job's events, and how many may be kept waiting. Platform: the API in the test's process, on SQLite.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cancel } from '../common/jobs/cancel.ts';
import { type ApiWorld, inApiWorld } from './api-world.ts';
import { openEvents } from './event-stream.ts';
import { waitFor } from './wait-for.ts';

const test = suite("a job's events");

async function submitted(world: ApiWorld) {
  const key = await world.key('server');
  const { body } = await world.submit({ as: key });
  return { key, id: body.id, url: `${world.url}/v1/jobs/${body.id}/events` };
}

test(
  'tell the job at once and after each change, and close when it is done',
  inApiWorld(async world => {
    const { key, id, url } = await submitted(world);
    const stream = await openEvents(url, { key });
    assert.is(stream.status, 200);
    assert.is(stream.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    assert.is(stream.headers.get('cache-control'), 'private, no-store');
    const first = await stream.nextJob();
    assert.equal([first?.id, first?.job.sequence, first?.job.status, first?.job.queue?.position], [1, 1, 'queued', 1]);
    await cancel(world.engine, id);
    const last = await stream.nextJob();
    assert.equal([last?.id, last?.job.status, last?.job.done], [last?.job.sequence, 'canceled', true]);
    assert.is(await stream.next(), undefined, 'nothing follows the end');
  }),
);

test(
  'go on where they were left: what happened meanwhile is told, what is known is not',
  inApiWorld(async world => {
    const { key, id, url } = await submitted(world);
    const knowing = await openEvents(url, { key, lastEventId: 1 });
    assert.is(await knowing.next(), ':', 'only the opening comment');
    const behind = await openEvents(url, { key, lastEventId: 0 });
    assert.is((await behind.nextJob())?.id, 1);
    behind.leave();
    const sequence = (await cancel(world.engine, id))?.sequence ?? 0;
    assert.is((await knowing.nextJob())?.id, sequence, 'the first event is the change');
    const late = await openEvents(url, { key, lastEventId: 1 });
    assert.equal([(await late.nextJob())?.job.status, await late.next()], ['canceled', undefined]);
    const ended = await openEvents(url, { key, lastEventId: sequence });
    assert.equal([ended.status, await ended.next()], [204, undefined], 'there is nothing to come back for');
    const strange = await openEvents(url, { key, lastEventId: Number.NaN });
    assert.is((await strange.nextJob())?.id, sequence, 'an id that is none of ours is none');
  }),
);

test(
  'beat every 15 seconds, close after 50 with the time to come back, and tell a new place in the queue',
  inApiWorld(async world => {
    const ahead = await submitted(world);
    const { key, url } = await submitted(world);
    const stream = await openEvents(url, { key });
    assert.equal((await stream.nextJob())?.job.queue, { position: 2 });
    await cancel(world.engine, ahead.id);
    await world.clock.advance(5_000);
    const moved = await stream.nextJob();
    assert.equal([moved?.id, moved?.job.queue?.position], [1, 1]);
    await world.clock.advance(15_000);
    assert.is(await stream.next(), ':');
    await world.clock.advance(15_000);
    assert.is(await stream.next(), ':');
    await world.clock.advance(15_000);
    const retry = Number(/^retry: (\d+)$/.exec((await stream.next()) ?? '')?.[1]);
    assert.ok(retry >= 500 && retry <= 1_500, `${retry} ms`);
    assert.is(await stream.next(), undefined);
  }),
);

test('end when the process is to end', async () => {
  const closing = new AbortController();
  await inApiWorld(
    async world => {
      const { key, url } = await submitted(world);
      const stream = await openEvents(url, { key });
      assert.is((await stream.nextJob())?.id, 1);
      closing.abort();
      assert.match((await stream.next()) ?? '', /^retry: \d+$/);
      assert.is(await stream.next(), undefined);
      const late = await openEvents(url, { key });
      assert.equal(
        [await late.next(), (await late.next())?.slice(0, 6), await late.next()],
        [':', 'retry:', undefined],
      );
    },
    { parts: { closing: closing.signal } },
  )();
});

test('of a hundred streams and as many waits cost one watch, which ends with the last of them', async () => {
  let open = 0;
  let opened = 0;
  await inApiWorld(
    async world => {
      const { key, id, url } = await submitted(world);
      const streams = await Promise.all(Array.from({ length: 100 }, () => openEvents(url, { key })));
      await Promise.all(streams.map(stream => stream.nextJob()));
      const waits = Array.from({ length: 100 }, () =>
        world.call<{ status: string }>(`GET /v1/jobs/${id}`, { as: key, headers: { Prefer: 'wait=20' } }),
      );
      for (const stream of streams.splice(0, 50)) stream.leave();
      await cancel(world.engine, id);
      const told = await Promise.all(streams.map(stream => stream.nextJob()));
      assert.ok(told.every(event => event?.job.status === 'canceled'));
      assert.ok((await Promise.all(waits)).every(({ body }) => body.status === 'canceled'));
      await waitFor('the last watch to end', () => open === 0);
      assert.is(opened, 1);
    },
    {
      around: ({ store }) => ({
        store: {
          ...store,
          watch: (from, id, onChange) => {
            opened++;
            open++;
            const stop = store.watch(from, id, onChange);
            return () => {
              open--;
              stop();
            };
          },
        },
      }),
    },
  )();
});

test(
  'where all places are taken a wait is answered at once and a stream is refused, until one leaves',
  inApiWorld(
    async world => {
      const { key, id, url } = await submitted(world);
      const stream = await openEvents(url, { key });
      assert.is((await stream.nextJob())?.id, 1);
      const wait = { as: key, headers: { Prefer: 'wait=20' } };
      const unkept = await world.call(`GET /v1/jobs/${id}`, wait);
      assert.equal([unkept.status, unkept.headers['preference-applied']], [200, undefined]);
      assert.is(unkept.headers['retry-after'], '1');
      const refused = await world.call(`GET /v1/jobs/${id}/events`, { as: key });
      assert.equal([refused.status, refused.body.code, refused.headers['retry-after']], [503, 'overloaded', '5']);
      const another = await world.submit({ ...wait }, { style: 'ink-wash' });
      assert.equal([another.status, another.headers['preference-applied']], [202, undefined]);
      stream.leave();
      const next = await waitFor('the place to be free', async () => {
        const opened = await openEvents(url, { key });
        return opened.status === 200 && opened;
      });
      next.leave();
    },
    { parts: { waitersMax: 1 } },
  ),
);

test.run();
