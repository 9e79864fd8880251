import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Attempt, Job, Run } from './job.ts';
import {
  abandonMove,
  claimMove,
  closeAttempt,
  decideNext,
  endMove,
  overdue,
  type Pair,
  queueMove,
} from './job-moves.ts';
import { LIMITS } from './limits.ts';

const test = suite('job moves');
const NOW = Date.UTC(2026, 10, 23);

test('a claim raises the fence, opens a ledger row and starts the job once', () => {
  const first = claimMove(pair(), NOW, CALL, LIMITS);
  assert.is(first.run.fence, 1);
  assert.equal(first.run.lease, { fence: 1, expiresAt: NOW + LIMITS.leaseMs });
  assert.is(first.run.attempts.length, 1);
  assert.is(first.job.startedAt, NOW);
  const second = claimMove(queueMove(first, NOW + 1, NOW + 5, LIMITS), NOW + 9, CALL, LIMITS);
  assert.is(second.run.fence, 2);
  assert.is(second.job.startedAt, NOW, 'the second attempt does not move the start');
  assert.is(second.job.retryAt, undefined);
});

test('every visible move raises the sequence by one', () => {
  const claimed = claimMove(pair(), NOW, CALL, LIMITS);
  const queued = queueMove(claimed, NOW, NOW + 5, LIMITS);
  const ended = endMove(queued, NOW, { status: 'expired', captures: false });
  assert.equal(
    [claimed, queued, ended].map(({ job }) => job.sequence),
    [2, 3, 4],
  );
});

test('each end settles a held charge exactly one way', () => {
  const succeeded = endMove(pair(), NOW, { status: 'succeeded', captures: true });
  assert.is(succeeded.run.charge, 'captured');
  const failed = endMove(pair(), NOW, { status: 'failed', captures: false });
  assert.is(failed.run.charge, 'released');
  const again = endMove(failed, NOW, { status: 'succeeded', captures: true });
  assert.is(again.run.charge, 'released', 'what is settled stays settled');
});

test('an end leaves nothing to look at again, unless something is pending', () => {
  assert.is(endMove(pair(), NOW, { status: 'failed', captures: false }).run.nextCheckAt, undefined);
  const pending = pair({ pending: [{ kind: 'erase' }] });
  assert.is(endMove(pending, NOW, { status: 'failed', captures: false }).run.nextCheckAt, NOW);
  const told = pair({ pending: [{ kind: 'erase' }], webhook: { url: 'https://shop.example.com/' }, run: 2 });
  const { run, job } = endMove(told, NOW, { status: 'failed', captures: false });
  assert.equal(run.pending, [{ kind: 'erase' }, { kind: 'webhook', run: 2, status: 'failed', at: NOW }]);
  assert.equal([run.nextCheckAt, JSON.stringify(job).includes('shop.example.com')], [NOW, false]);
});

test('a retry waits 2^n seconds with full jitter, never beyond the bound, never less than the provider asks', () => {
  const after = (attempts: number, fraction: number, retryAfterMs?: number) =>
    decideNext(runWith(attempts, 'overloaded'), 'overloaded', {
      nowMs: NOW,
      fraction,
      limits: LIMITS,
      ...(retryAfterMs !== undefined ? { retryAfterMs } : {}),
    });
  assert.equal(after(1, 1), { move: 'retry', at: NOW + 2_000 });
  assert.equal(after(3, 0.5), { move: 'retry', at: NOW + 4_000 });
  assert.equal(after(1, 0, 37_000), { move: 'retry', at: NOW + 37_000 });
  assert.is(after(4, 0).move, 'end', 'four attempts are all');
});

test('outcomes that are tried once more are tried once more, not twice', () => {
  const context = { nowMs: NOW, fraction: 0, limits: LIMITS };
  assert.is(decideNext(runWith(1, 'no_image'), 'no_image', context).move, 'retry');
  assert.is(decideNext(runWith(2, 'no_image'), 'no_image', context).move, 'end');
});

test('a block is final at once, and says so', () => {
  const next = decideNext(runWith(1, 'content_blocked'), 'content_blocked', {
    nowMs: NOW,
    fraction: 0,
    limits: LIMITS,
  });
  assert.is(next.move, 'end');
  assert.is(next.move === 'end' && next.end.status, 'blocked');
});

test('no retry is planned for after the deadline', () => {
  const run = { ...runWith(1, 'overloaded'), deadlineAt: NOW + 500 };
  assert.is(decideNext(run, 'overloaded', { nowMs: NOW, fraction: 1, limits: LIMITS }).move, 'end');
});

test('an attempt that was interrupted with its worker uses nothing up', () => {
  const run = runWith(8, 'interrupted');
  const next = decideNext(run, 'interrupted', { nowMs: NOW, fraction: 1, limits: LIMITS });
  assert.equal(next, { move: 'retry', at: NOW });
  assert.is(overdue(run, NOW, LIMITS), undefined);
});

test('a job whose worker died three times is a poison pill', () => {
  assert.is(overdue(runWith(2, 'crashed'), NOW, LIMITS), undefined);
  assert.is(overdue(runWith(3, 'crashed'), NOW, LIMITS)?.error?.code, 'crashed_repeatedly');
});

test('past the deadline a job without an attempt expires, one with attempts fails as it last did', () => {
  const late = NOW + LIMITS.deadlineMs.interactive;
  assert.is(overdue(pair().run, late, LIMITS)?.status, 'expired');
  const tried = overdue(runWith(1, 'overloaded'), late, LIMITS);
  assert.equal([tried?.status, tried?.error?.code], ['failed', 'overloaded']);
});

test('a cancel captures only if the model was asked', () => {
  assert.is(overdue({ ...pair().run, cancelRequested: true }, NOW, LIMITS)?.captures, false);
  assert.is(overdue({ ...runWith(1, 'overloaded', 'no'), cancelRequested: true }, NOW, LIMITS)?.captures, false);
  assert.is(overdue({ ...runWith(1, 'timeout', 'possibly'), cancelRequested: true }, NOW, LIMITS)?.captures, true);
});

test('a closed ledger row keeps what it says, but learns a cost that comes late', () => {
  const claimed = claimMove(pair(), NOW, CALL, LIMITS);
  const { run } = abandonMove(claimed, NOW + 1);
  const late = closeAttempt(run, 1, { endedAt: NOW + 9, outcome: 'succeeded', billed: 'yes', costMicroUsd: 7 });
  const row = late.attempts[0];
  assert.equal([row?.outcome, row?.endedAt, row?.billed, row?.costMicroUsd], ['crashed', NOW + 1, 'yes', 7]);
  const later = closeAttempt(late, 1, { endedAt: NOW + 10, billed: 'yes', costMicroUsd: 99 });
  assert.is(later.attempts[0]?.costMicroUsd, 7);
});

test.run();

const CALL = { model: 'offline', estimateMicroUsd: 5, spendDay: '2026-11-23' };

function pair(change: Partial<Run> = {}): Pair {
  const common = {
    id: 'job_1',
    v: 1,
    shop: 'default',
    ownerUid: 'u',
    lane: 'interactive',
    createdAt: NOW,
    expireAt: NOW + 1,
  } as const;
  const job: Job = {
    ...common,
    status: 'queued',
    done: false,
    sequence: 1,
    attempt: 0,
    pollAfterMs: 1_000,
    reused: false,
    charge: 'held',
  };
  const run: Run = {
    ...common,
    owner: {},
    status: 'queued',
    prompt: 'p',
    options: { aspectRatio: '1:1', size: '1K', variation: 0 },
    model: 'offline',
    inputPath: 'inputs/1',
    inputSha256: '',
    generationKey: 'k',
    requestHash: 'h',
    run: 1,
    dispatch: 1,
    fence: 0,
    attempts: [],
    queuedAt: NOW,
    deadlineAt: NOW + LIMITS.deadlineMs.interactive,
    laneClockMs: 0,
    nextCheckAt: NOW + 30_000,
    pending: [],
    charge: 'held',
    scopes: ['s'],
    ...change,
  };
  return { run, job };
}

function runWith(count: number, outcome: NonNullable<Attempt['outcome']>, billed: Attempt['billed'] = 'possibly'): Run {
  const attempts = Array.from({ length: count }, (_, index) => ({
    ...CALL,
    fence: index + 1,
    startedAt: NOW,
    endedAt: NOW,
    outcome,
    billed,
  }));
  return pair({ attempts, fence: count }).run;
}
