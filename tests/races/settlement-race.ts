/**
 * Carries out a plan (`settlement-plan.ts`): admits and claims a batch of jobs, lets everybody at them at once, and
 * then does for those still open what the service would do in time, until all are done. Every verb is the real one.
 */
import { runs } from '../../common/collections.ts';
import type { Engine } from '../../common/engine.ts';
import { isDone, type Job, type Run } from '../../common/job.ts';
import { admit } from '../../common/jobs/admit.ts';
import { cancel } from '../../common/jobs/cancel.ts';
import { claim } from '../../common/jobs/claim.ts';
import { erase, eraseObjects } from '../../common/jobs/erase.ts';
import { type AttemptEnd, finish } from '../../common/jobs/finish.ts';
import { renew } from '../../common/jobs/renew.ts';
import { sweep } from '../../common/jobs/sweep.ts';
import { isPlatformError } from '../../common/platform/errors.ts';
import type { TestClock } from '../test-clock.ts';
import type { World } from '../world.ts';
import { type BatchPlan, DELIVERED, type JobPlan, type Moment, type OwnerWish } from './settlement-plan.ts';

/** The processes of the service; on one store, or each with its own on one database. */
export interface Stage {
  readonly api: Engine;
  readonly worker: Engine;
  readonly sweeper: Engine;
  readonly clock: TestClock;
  readonly submission: World['submission'];
  /** Whose end was told to the metrics, by any of them. */
  readonly told: readonly string[];
  /** Resolves when it is time. */
  moment(at: Moment): Promise<void>;
  /** Does that to each of them, as many at once as the store bears. */
  each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]>;
}

/** A job with all that was asked of it and answered. */
export interface Raced {
  readonly id: string;
  readonly plan: JobPlan;
  /** What the owner was told, in the order of the answers. */
  readonly answers: { readonly wish: OwnerWish; readonly job: Job }[];
  /** What workers reported and the store took. */
  readonly reports: { readonly fence: number; readonly end: AttemptEnd; readonly taken: boolean }[];
}

export async function race(stage: Stage, plan: BatchPlan): Promise<Raced[]> {
  const { clock, worker, sweeper } = stage;
  const raced = await stage.each(plan.jobs, job => admitted(stage, job));
  const claimed = await stage.each(raced, ({ id }) => claimedRun(worker, id));
  if (plan.expired) await clock.advance(worker.limits.leaseMs + 3_000);
  await Promise.all([
    ...raced.flatMap((job, index) => [
      firstWorker(stage, job, claimed[index] as Run),
      secondWorker(stage, job),
      ...job.plan.owner.map(({ wish, at }) => owner(stage, job, { wish, at })),
    ]),
    ...plan.sweepsAt.map(at => stage.moment(at).then(() => sweep(sweeper))),
  ]);
  await untilAllDone(stage, raced);
  return raced;
}

async function admitted({ api, submission }: Stage, plan: JobPlan): Promise<Raced> {
  const { customer, prompt } = plan;
  const admission = await admit(api, await submission({ customer, prompt, photo: PHOTO }), 'inputs/none');
  if (admission.kind !== 'admitted') throw new Error(`expected admission, got ${admission.kind}`);
  return { id: admission.job.id, plan, answers: [], reports: [] };
}

/** Nobody looks at it. */
const PHOTO = new Uint8Array(1);

async function claimedRun(engine: Engine, id: string): Promise<Run> {
  const claimed = await claim(engine, id);
  if (claimed.kind !== 'claimed') throw new Error(`expected a claim, got ${JSON.stringify(claimed)}`);
  return claimed.run;
}

/** As `worker/draw-job.ts` ends an attempt: what the heartbeat hears decides before what the model brought. */
async function firstWorker(stage: Stage, job: Raced, { fence }: Run): Promise<void> {
  const { worker, moment } = stage;
  const { end, endsAt, beats } = job.plan;
  await moment(endsAt);
  const heard = beats ? await renew(worker, job.id, fence).catch(unlessLost) : 'renewed';
  if (heard === 'canceled') await report(worker, job, fence, { kind: 'canceled', called: true });
  else if (heard === 'lost') await report(worker, job, fence, { kind: 'failed', code: 'interrupted', called: true });
  else await report(worker, job, fence, end);
}

/** Long enough for the first worker to come back meanwhile. */
const SECOND_DRAWS_FOR: Moment = 0.3;

async function secondWorker({ worker, moment }: Stage, job: Raced): Promise<void> {
  if (!job.plan.again) return;
  await moment(job.plan.again.at);
  const claimed = await claim(worker, job.id).catch(unlessLost);
  if (claimed?.kind !== 'claimed') return;
  await moment(SECOND_DRAWS_FOR);
  await report(worker, job, claimed.run.fence, job.plan.again.end);
}

async function report(engine: Engine, job: Raced, fence: number, end: AttemptEnd): Promise<void> {
  const finished = await finish(engine, job.id, fence, end).catch(unlessLost);
  if (finished) job.reports.push({ fence, end, taken: finished.kind !== 'dropped' });
}

async function owner({ api, moment }: Stage, job: Raced, { wish, at }: JobPlan['owner'][number]): Promise<void> {
  await moment(at);
  for (;;) {
    // Who is told to come again does so.
    const answer = await (wish === 'cancel' ? cancel : erase)(api, job.id).catch(unlessLost);
    if (answer) return void job.answers.push({ wish, job: answer });
  }
}

/** A transaction that lost too often has done nothing; whoever began it looks after it, or the sweeper does. */
function unlessLost(error: unknown): undefined {
  if (!isPlatformError(error, 'contended')) throw error;
}

const ROUNDS_MAX = 20;

/** Time passes, sweepers come, tasks are delivered again and their workers bring a picture; upkeep is done. */
async function untilAllDone({ clock, worker, sweeper, each }: Stage, raced: readonly Raced[]): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const found = await each(raced, ({ id }) => worker.store.get(runs, id));
    const open = raced.filter((_, index) => !isDone(found[index]?.status ?? 'queued'));
    const erased = found.filter(run => run !== undefined && isDone(run.status) && run.pending.length > 0);
    await each(erased, run => eraseObjects(worker, run?.id ?? ''));
    if (open.length === 0) return;
    await clock.advance(worker.limits.leaseMs + 3_000);
    await sweep(sweeper);
    await each(open, async job => {
      const claimed = await claim(worker, job.id);
      if (claimed.kind === 'claimed') await report(worker, job, claimed.run.fence, DELIVERED);
    });
  }
  throw new Error(`not all jobs were done after ${ROUNDS_MAX} rounds`);
}
