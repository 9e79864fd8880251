import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inWorld } from '../tests/world.ts';
import { cancel } from './jobs/cancel.ts';
import { createJobWatch } from './watch-document.ts';

const test = suite('waiting for a job');
const never = new AbortController().signal;

test(
  'whoever waits hears of the end, and a thousand share one watch',
  inWorld(async world => {
    let watches = 0;
    let stopped = 0;
    const store: Pick<typeof world.platform.store, 'watch'> = {
      watch: (from, id, onChange) => {
        watches++;
        const stop = world.platform.store.watch(from, id, onChange);
        return () => {
          stopped++;
          stop();
        };
      },
    };
    const watch = createJobWatch({ store, clock: world.clock });
    const { id } = await world.admitted();
    const waiting = Array.from({ length: 1_000 }, () =>
      watch.until(id, job => job.done, { ms: 20_000, signal: never }),
    );
    await world.clock.advance(1_000);
    await cancel(world.engine, id);
    const jobs = await Promise.all(waiting);
    assert.ok(jobs.every(job => job?.status === 'canceled'));
    await world.clock.advance(1);
    assert.equal([watches, stopped], [1, 1]);
  }),
);

test(
  'a wait ends with its time, with its caller, and at once when there is nothing to wait for',
  inWorld(async world => {
    const watch = createJobWatch({ store: world.platform.store, clock: world.clock });
    const { id } = await world.admitted();
    const timed = watch.until(id, job => job.done, { ms: 5_000, signal: never });
    await world.clock.advance(5_000);
    assert.is(await timed, undefined);
    const caller = new AbortController();
    const left = watch.until(id, job => job.done, { ms: 5_000, signal: caller.signal });
    caller.abort();
    assert.is(await left, undefined);
    assert.is(await watch.until(id, () => true, { ms: 5_000, signal: caller.signal }), undefined);
    await cancel(world.engine, id);
    assert.is((await watch.until(id, job => job.done, { ms: 5_000, signal: never }))?.status, 'canceled');
  }),
);

test.run();
