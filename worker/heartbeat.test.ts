import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cancel } from '../common/jobs/cancel.ts';
import { claim } from '../common/jobs/claim.ts';
import { LIMITS } from '../common/limits.ts';
import { misbehaving } from '../tests/do-then-fail.ts';
import { inWorld, type World } from '../tests/world.ts';
import { startHeartbeat } from './heartbeat.ts';

const test = suite('heartbeat');
const never = new AbortController().signal;

test(
  'it keeps the lease for as long as it beats, and ends with its budget of time',
  inWorld(async world => {
    const run = await claimed(world);
    const heartbeat = startHeartbeat(world.engine, run, never);
    for (let beats = 0; beats < LIMITS.workerBudgetMs / LIMITS.heartbeatMs - 1; beats++) {
      await world.clock.advance(LIMITS.heartbeatMs);
      assert.ok(((await world.run(run.id)).lease?.expiresAt ?? 0) > world.clock.now() + LIMITS.leaseMs / 2);
    }
    assert.not.ok(heartbeat.signal.aborted);
    await world.clock.advance(LIMITS.heartbeatMs);
    assert.equal([heartbeat.signal.aborted, heartbeat.signal.reason], [true, 'late']);
    heartbeat.stop();
  }),
);

test(
  'it tells of a cancel, and of a lease that somebody else has',
  inWorld(async world => {
    const canceled = await claimed(world);
    const first = startHeartbeat(world.engine, canceled, never);
    await cancel(world.engine, canceled.id);
    await world.clock.advance(LIMITS.heartbeatMs);
    assert.is(first.signal.reason, 'canceled');
    first.stop();

    const lost = await claimed(world, 'another');
    const second = startHeartbeat(world.engine, { ...lost, fence: lost.fence - 1 }, never);
    await world.clock.advance(LIMITS.heartbeatMs);
    assert.is(second.signal.reason, 'lost');
    second.stop();
  }),
);

test(
  'a holder that cannot renew for a whole lease stops by itself, and not before',
  inWorld(async world => {
    const run = await claimed(world);
    const store = misbehaving(world.platform.store, method => (method === 'transaction' ? 'fail' : 'ok'));
    const heartbeat = startHeartbeat({ ...world.engine, store }, run, never);
    await world.clock.advance(LIMITS.leaseMs - LIMITS.heartbeatMs);
    assert.not.ok(heartbeat.signal.aborted);
    await world.clock.advance(LIMITS.heartbeatMs);
    assert.is(heartbeat.signal.reason, 'lost');
    heartbeat.stop();
  }),
);

test(
  'it stops with the worker, and beats no more once stopped',
  inWorld(async world => {
    const stopping = new AbortController();
    const run = await claimed(world);
    const heartbeat = startHeartbeat(world.engine, run, stopping.signal);
    stopping.abort();
    assert.is(heartbeat.signal.reason, 'stopping');
    heartbeat.stop();
    const { lease } = await world.run(run.id);
    await world.clock.advance(LIMITS.heartbeatMs * 2);
    assert.equal((await world.run(run.id)).lease, lease);
    assert.is(startHeartbeat(world.engine, run, stopping.signal).signal.reason, 'stopping', 'also if it came before');
  }),
);

test.run();

async function claimed(world: World, customer = 'customer-1') {
  const { id } = await world.admitted({ customer });
  const answer = await claim(world.engine, id);
  if (answer.kind !== 'claimed') throw new Error('not claimed');
  return answer.run;
}
