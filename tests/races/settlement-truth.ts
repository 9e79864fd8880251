/**
 * What has to be true of a job after any race (`settlement-race.ts`): it ended once and was settled once, its owner saw
 * nothing that was taken back, and what its calls cost stands in its ledger. Told from the changes as they were
 * committed, not from the end alone.
 */
import * as assert from 'uvu/assert';
import { jobs, runs } from '../../common/collections.ts';
import type { Engine } from '../../common/engine.ts';
import { type Attempt, isDone, type Job, type Run } from '../../common/job.ts';
import type { AttemptEnd } from '../../common/jobs/finish.ts';
import { costMicroUsd } from '../../common/models.ts';
import type { Usage } from '../../common/platform/model.ts';
import type { Change, Moves } from './recorded-moves.ts';
import type { Raced } from './settlement-race.ts';

export interface Settled {
  readonly run: Run;
  readonly job: Job;
  /** Calls that drew no picture which the shopper has: they count against them too. */
  readonly callsInVain: number;
}

/** Throws what does not hold, with the plan of the job. */
export async function holdSettledOnce(engine: Engine, raced: Raced, moves: Moves): Promise<Settled> {
  const run = await engine.store.get(runs, raced.id);
  const job = await engine.store.get(jobs, raced.id);
  try {
    assert.ok(run && job);
    holdLeases(moves.runs);
    const end = holdOneEnd(moves.runs);
    holdOneWayForward(moves.jobs, job);
    assert.equal([run.status, run.charge, run.scopes.length], [job.status, job.charge, 1]);
    assert.is(run.charge, chargeOf(run, job, end.after.attempts));
    holdWordGiven(raced, moves.jobs, job);
    holdCosts(engine, raced, run);
    const calls = end.after.attempts.filter(mayCost).length;
    return { run, job, callsInVain: run.charge === 'released' ? calls : Math.max(0, calls - 1) };
  } catch (error) {
    const { message, details = '' } = error as Error & { details?: string };
    throw new Error(`${message}\n${details}\n${JSON.stringify({ ...raced, run, job })}`, { cause: error });
  }
}

/** Nobody is taken for crashed before the lease has run out. */
function holdLeases(moves: readonly Change<Run>[]): void {
  for (const { before, after } of moves) {
    const crashed = after.attempts.findLast(
      ({ outcome }, index) => outcome === 'crashed' && !hasEnded(before.attempts[index]),
    );
    if (crashed) assert.ok((before.lease?.expiresAt ?? Infinity) <= (crashed.endedAt ?? 0), 'the lease was alive');
  }
}

/** One move into an end, with the one settlement; afterwards only the ledger learns, and an erasure takes its course. */
function holdOneEnd(moves: readonly Change<Run>[]): Change<Run> {
  const ends = moves.filter(({ before, after }) => !isDone(before.status) && isDone(after.status));
  const settlements = moves.filter(({ before, after }) => before.charge !== after.charge);
  assert.is(ends.length, 1, 'ends');
  assert.equal(settlements, ends, 'the settlement is part of the end');
  const [end] = ends;
  assert.ok(end);
  assert.is(end.before.charge, 'held');
  assert.ok(end.after.attempts.every(hasEnded), 'a run ends by its last attempt, with none under way');
  for (const { before, after } of moves.filter(move => isDone(move.before.status))) {
    assert.equal(lasting(after), lasting(before), 'a change after the end');
  }
  return end;
}

function lasting({ status, charge, finishedAt, outputPath, fence, run, scopes }: Run) {
  return { status, charge, finishedAt, outputPath, fence, run, scopes };
}

/** Each change a client can see follows from the one before and is numbered higher; the end has no state behind it. */
function holdOneWayForward(moves: readonly Change<Job>[], job: Job): void {
  const steps = moves.toSorted((a, b) => a.after.sequence - b.after.sequence);
  const numbers = steps.map(({ after }) => after.sequence);
  assert.equal(
    steps.map(({ before }) => before.sequence),
    [1, ...numbers.slice(0, -1)],
  );
  assert.ok(steps.every(({ before, after }) => after.sequence > before.sequence));
  assert.equal(steps.at(-1)?.after, job);
  for (const { before, after } of steps.filter(step => step.before.done)) {
    assert.equal([after.done, after.status, after.charge], [true, before.status, before.charge]);
  }
  assert.ok(steps.every(({ after }) => after.done === isDone(after.status)));
  assert.ok(steps.every(({ after }) => after.output === undefined || after.status === 'succeeded'));
}

function chargeOf(run: Run, job: Job, attempts: readonly Attempt[]): Run['charge'] {
  if (run.status === 'succeeded') return job.reused ? 'released' : 'captured';
  return run.status === 'canceled' && attempts.some(mayCost) ? 'captured' : 'released';
}

/** A call that the provider certainly does not bill counts as none. */
function mayCost({ billed }: Attempt): boolean {
  return billed !== 'no';
}

/** Whoever was told that the job is given up is never shown a picture; whoever was told an end keeps that end. */
function holdWordGiven({ answers }: Raced, moves: readonly Change<Job>[], job: Job): void {
  for (const { wish, job: answer } of answers) {
    if (wish === 'erase') assert.ok(answer.erasedAt !== undefined && answer.output === undefined, 'a tombstone');
    assert.ok(answer.done || answer.cancelRequested, 'a cancel that is answered has done something');
    assert.is(job.status, answer.done ? answer.status : 'canceled', 'the end that was told');
    if (job.status !== 'canceled') continue;
    const later = moves.filter(({ after }) => after.sequence > answer.sequence);
    assert.ok(later.every(({ after }) => after.output === undefined));
  }
  if (job.status === 'canceled') assert.ok(answers.length > 0, 'somebody wanted that');
  if (answers.some(({ wish }) => wish === 'erase')) assert.is(job.output, undefined);
}

/** What a worker reports was billed, also that of a worker whose result came too late. */
function holdCosts({ catalogue }: Engine, { reports }: Raced, { attempts }: Run): void {
  for (const { fence, end } of reports) {
    const usage = usageOf(end);
    const row = attempts.find(attempt => attempt.fence === fence);
    const entry = catalogue.get(row?.model ?? '');
    if (usage && entry) assert.equal([row?.billed, row?.costMicroUsd], ['yes', costMicroUsd(entry, usage)]);
  }
}

function hasEnded(attempt: Attempt | undefined): boolean {
  return attempt?.endedAt !== undefined;
}

function usageOf(end: AttemptEnd): Usage | undefined {
  if (end.kind === 'delivered') return end.drawn?.usage;
  return end.kind === 'failed' ? end.usage : undefined;
}
