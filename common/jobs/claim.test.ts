import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inWorld, type World } from '../../tests/world.ts';
import { spentMicroUsd } from '../budget.ts';
import { quotas } from '../collections.ts';
import { LIMITS } from '../limits.ts';
import { estimateMicroUsd } from '../models.ts';
import { dayOf } from '../quota.ts';
import { cancel } from './cancel.ts';
import { type Claim, claim } from './claim.ts';
import { type AttemptEnd, finish } from './finish.ts';
import { postpone } from './postpone.ts';
import { renew } from './renew.ts';

const test = suite('claim, renew, finish, cancel');

test(
  'a job that is claimed many times at once is claimed once',
  inWorld(async world => {
    const { id } = await world.admitted();
    const claims = await Promise.all(Array.from({ length: 5 }, () => claim(world.engine, id)));
    assert.equal(claims.map(outcome).sort(), ['busy', 'busy', 'busy', 'busy', 'claimed']);
    assert.is((await world.job(id)).status, 'running');
  }),
);

test(
  'a task that comes too early, for nothing, or for a job that is done does nothing',
  inWorld(async world => {
    const { id } = await world.admitted();
    const run = await claimed(world, id);
    await finish(world.engine, id, run.fence, failed('overloaded', 30_000));
    assert.is(outcome(await claim(world.engine, id)), 'early');
    assert.is(outcome(await claim(world.engine, 'job_00000000000000000000000000')), 'missing');
    await cancel(world.engine, id);
    assert.is(outcome(await claim(world.engine, id)), 'settled');
  }),
);

test(
  'when a lease runs out another worker may claim, and the first can change nothing any more but its cost',
  inWorld(async world => {
    const { id } = await world.admitted();
    const zombie = await claimed(world, id);
    await world.clock.advance(LIMITS.leaseMs + 1);
    const next = await claimed(world, id);
    assert.is(next.fence, zombie.fence + 1);
    assert.is(await renew(world.engine, id, zombie.fence), 'lost');

    const dropped = await finish(world.engine, id, zombie.fence, delivered('late'));
    assert.is(dropped.kind, 'dropped');
    const run = await world.run(id);
    assert.is(run.status, 'running');
    assert.is(run.outputPath, undefined);
    assert.equal([run.attempts[0]?.outcome, run.attempts[0]?.billed], ['crashed', 'yes']);

    await finish(world.engine, id, next.fence, delivered('good'));
    assert.is((await world.run(id)).outputPath, 'good');
    assert.is((await finish(world.engine, id, next.fence, delivered('again'))).kind, 'dropped');
    assert.is((await world.run(id)).outputPath, 'good');
  }),
);

test(
  'a heartbeat keeps the lease, and no client sees it',
  inWorld(async world => {
    const { id } = await world.admitted();
    const { fence } = await claimed(world, id);
    const { sequence } = await world.job(id);
    for (let beat = 0; beat < 10; beat++) {
      await world.clock.advance(LIMITS.heartbeatMs);
      assert.is(await renew(world.engine, id, fence), 'renewed');
    }
    assert.is(outcome(await claim(world.engine, id)), 'busy');
    assert.is((await world.job(id)).sequence, sequence);
  }),
);

test(
  'the day carries the estimate while a call runs and the true cost after it',
  inWorld(async world => {
    const { id } = await world.admitted();
    const { fence, model } = await claimed(world, id);
    const entry = world.engine.catalogue.get(model);
    assert.is(await spentToday(world), entry && estimateMicroUsd(entry, '1K'));
    await finish(world.engine, id, fence, delivered('x'));
    // 1,500 × $0.25 + 10 × $1.50 + 1,120 × $30, each per million tokens.
    assert.is(await spentToday(world), 375 + 15 + 33_600);
    assert.is((await world.run(id)).attempts[0]?.costMicroUsd, 33_990);
  }),
);

test(
  'an attempt that was not billed costs nothing, one that may have been keeps its estimate',
  inWorld(async world => {
    const first = await world.admitted();
    await finish(world.engine, first.id, (await claimed(world, first.id)).fence, failed('overloaded'));
    assert.is(await spentToday(world), 0);
    const second = await world.admitted({ prompt: 'another' });
    const run = await claimed(world, second.id);
    await finish(world.engine, second.id, run.fence, failed('timeout'));
    assert.is(await spentToday(world), run.attempts[0]?.estimateMicroUsd);
  }),
);

test(
  'a blocked job gives the picture back once, and its calls are remembered',
  inWorld(async world => {
    const { id } = await world.admitted();
    const run = await claimed(world, id);
    await finish(world.engine, id, run.fence, failed('content_blocked'));
    await finish(world.engine, id, run.fence, failed('content_blocked'));
    assert.equal(await quotaOf(world, run.scopes), [0, 1]);
    assert.is((await world.job(id)).status, 'blocked');
  }),
);

test(
  'calls without a picture end the day at three times the pool',
  inWorld(async world => {
    for (let count = 0; count < 9; count++) {
      const { id } = await world.admitted({ pool: 'custom', prompt: `wish ${count}` });
      await finish(world.engine, id, (await claimed(world, id)).fence, failed('content_blocked'));
    }
    await world.admitted({ pool: 'custom', prompt: 'one more' }).then(
      () => assert.unreachable(),
      (error: Error) => assert.match(error.message, 'quota exceeded'),
    );
  }),
);

test(
  'a canceled job is free before the model was asked and charged after',
  inWorld(async world => {
    const early = await world.admitted();
    await cancel(world.engine, early.id);
    assert.equal([(await world.job(early.id)).status, (await world.job(early.id)).charge], ['canceled', 'released']);

    const late = await world.admitted();
    const { fence } = await claimed(world, late.id);
    assert.is((await cancel(world.engine, late.id))?.status, 'running', 'the worker has to be told first');
    assert.is(await renew(world.engine, late.id, fence), 'canceled');
    await finish(world.engine, late.id, fence, { kind: 'canceled', called: true });
    assert.equal([(await world.job(late.id)).status, (await world.job(late.id)).charge], ['canceled', 'captured']);
  }),
);

test(
  'cancel and finish at once, 200 times: one end, settled once, and a canceled job shows no picture',
  inWorld(async world => {
    for (let round = 0; round < 200; round++) {
      const { id } = await world.admitted({ customer: `customer-${round}` });
      const { fence, scopes } = await claimed(world, id);
      const acts = [() => cancel(world.engine, id), () => finish(world.engine, id, fence, delivered('x'))];
      if (round % 2) acts.reverse();
      await Promise.all(acts.map(act => act()));
      const job = await world.job(id);
      assert.ok(job.done);
      assert.is(job.status === 'canceled', job.output === undefined);
      assert.is(job.charge, 'captured', 'the model was asked in either case');
      assert.equal(await quotaOf(world, scopes), [1, 0]);
    }
  }),
);

test(
  'a twin waits while the same picture is being drawn, without using up an attempt',
  inWorld(async world => {
    const first = await world.admitted();
    const twin = await world.admitted();
    const run = await claimed(world, first.id);
    assert.is((await claim(world.engine, twin.id)).kind, 'postponed');
    await finish(world.engine, first.id, run.fence, delivered('x'));
    await world.clock.advance(LIMITS.twinWaitMs);
    assert.is((await claimed(world, twin.id)).attempts.length, 1);
  }),
);

test(
  'past its deadline a job that nobody had expires and gives its picture back',
  inWorld(async world => {
    const { id } = await world.admitted();
    await world.clock.advance(LIMITS.deadlineMs.interactive + 1);
    assert.is((await claim(world.engine, id)).kind, 'ended');
    const job = await world.job(id);
    assert.equal([job.status, job.error?.code, job.charge], ['expired', 'deadline_passed', 'released']);
  }),
);

test(
  'only the task that was delivered puts its job back, and the deadline stays',
  inWorld(async world => {
    const { id } = await world.admitted();
    const before = await world.run(id);
    const delivered = { deliveredTask: `${id}-1`, waitMs: 2_000 };
    assert.is(await postpone(world.engine, id, delivered), 'postponed');
    assert.is(await postpone(world.engine, id, delivered), 'nothing');
    const after = await world.run(id);
    assert.equal([after.dispatch, after.deadlineAt], [2, before.deadlineAt]);
  }),
);

test.run();

function outcome(claim: Claim): string {
  return claim.kind === 'nothing' ? claim.why : claim.kind;
}

async function claimed(world: World, id: string) {
  const answer = await claim(world.engine, id);
  if (answer.kind !== 'claimed') throw new Error(`expected a claim, got ${outcome(answer)}`);
  return answer.run;
}

function failed(code: 'overloaded' | 'timeout' | 'content_blocked', retryAfterMs = 0): AttemptEnd {
  return { kind: 'failed', code, called: true, retryAfterMs };
}

function delivered(outputPath: string): AttemptEnd {
  const output = { contentType: 'image/png', width: 1, height: 1, bytes: 1, sha256: '', placeholder: '', expiresAt: 0 };
  const usage = { inputTokens: 1_500, outputTextTokens: 10, outputImageTokens: 1_120 };
  const drawn = { model: 'gemini-3.1-flash-lite-image', usage };
  return { kind: 'delivered', output, outputPath, drawn, reused: false };
}

function spentToday({ engine, clock }: World): Promise<number> {
  return spentMicroUsd(engine, dayOf(clock.now()));
}

async function quotaOf(world: World, scopes: readonly string[]): Promise<(number | undefined)[]> {
  const quota = await world.engine.store.get(quotas, scopes[0] ?? '');
  return [quota?.held, quota?.releasedCalls];
}
