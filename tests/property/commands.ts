/**
 * The moves that fast-check puts together: each is made on the real service and on the model, and both have to come to
 * the same. A new verb is one more entry of `MOVES`.
 */
import type fc from 'fast-check';
import * as assert from 'uvu/assert';
import { quotas } from '../../common/collections.ts';
import type { Output } from '../../common/job.ts';
import { cancel } from '../../common/jobs/cancel.ts';
import { claim } from '../../common/jobs/claim.ts';
import { erase } from '../../common/jobs/erase.ts';
import { type AttemptEnd, finish } from '../../common/jobs/finish.ts';
import { renew } from '../../common/jobs/renew.ts';
import { submit } from '../../common/jobs/submit.ts';
import { sweep } from '../../common/jobs/sweep.ts';
import { LIMITS } from '../../common/limits.ts';
import { DEFAULT_MODEL } from '../../common/models.ts';
import { dayOf } from '../../common/quota.ts';
import { USAGE } from '../doubles/test-model.ts';
import type { World } from '../world.ts';
import {
  abandon,
  end,
  endIfOverdue,
  heldBy,
  isOver,
  type JobModel,
  learnCost,
  newJob,
  type ServiceModel,
  wasCalled,
} from './job-model.ts';

/** A world that may be closed and opened again on the same directory, as by a restart. */
export interface Real {
  world: World;
  readonly restart: () => Promise<void>;
}

type Move = (model: ServiceModel, real: Real, job: JobModel | undefined, dice: number) => Promise<void>;

const QUOTA = 10;
/** A task may arrive so much before its time. */
const SKEW_MS = 2_000;
const CHECK_GRACE_MS = 2_000;
const OUTPUT: Output = {
  contentType: 'image/png',
  width: 1,
  height: 1,
  bytes: 1,
  sha256: '',
  placeholder: '',
  expiresAt: 0,
};

export const MOVES: { readonly [name: string]: Move } = {
  async submit(model, { world }, _, dice) {
    const key = `order-${dice % 6}`;
    const known = model.keys.get(key);
    const photo = PHOTO;
    const answer = await submit(world.engine, await world.submission({ key, prompt: key, photo }));
    if (known !== undefined) return assert.is(answer.kind === 'replayed' && answer.job.id, known);
    if (heldBy(model) >= QUOTA) return assert.is(answer.kind, 'quota exceeded');
    assert.is(answer.kind, 'admitted');
    if (answer.kind !== 'admitted') return;
    model.keys.set(key, answer.job.id);
    model.jobs.push(newJob(answer.job.id, model.now));
  },
  async claim(model, { world }, job) {
    if (!job) return;
    const answer = await claim(world.engine, job.id);
    if (isOver(job)) return assert.equal(answer, { kind: 'nothing', why: 'settled' });
    if (job.status === 'running' && job.leaseUntil > model.now)
      return assert.equal(answer, { kind: 'nothing', why: 'busy' });
    if (job.status === 'running') abandon(job);
    else if (job.retryAt > model.now + SKEW_MS) return assert.equal(answer, { kind: 'nothing', why: 'early' });
    if (endIfOverdue(job, model.now)) return assert.is(answer.kind, 'ended');
    assert.is(answer.kind, 'claimed');
    job.fence++;
    job.status = 'running';
    job.leaseUntil = model.now + LIMITS.leaseMs;
  },
  deliver: (model, real, job, dice) =>
    finishAs(model, real, job, {
      dice,
      how: {
        kind: 'delivered',
        output: OUTPUT,
        outputPath: 'x',
        drawn: { model: DEFAULT_MODEL, usage: USAGE },
        reused: false,
      },
    }),
  block: (model, real, job, dice) =>
    finishAs(model, real, job, { dice, how: { kind: 'failed', code: 'content_blocked', called: true } }),
  overload: (model, real, job, dice) =>
    finishAs(model, real, job, { dice, how: { kind: 'failed', code: 'overloaded', called: true } }),
  noImage: (model, real, job, dice) =>
    finishAs(model, real, job, { dice, how: { kind: 'failed', code: 'no_image', called: true } }),
  stop: (model, real, job, dice) => finishAs(model, real, job, { dice, how: { kind: 'canceled', called: true } }),
  async renew(model, { world }, job, dice) {
    if (!job) return;
    const fence = fenceOf(job, dice);
    const answer = await renew(world.engine, job.id, fence);
    if (job.status !== 'running' || fence !== job.fence) return assert.is(answer, 'lost');
    assert.is(answer, job.givenUp ? 'canceled' : 'renewed');
    job.leaseUntil = model.now + LIMITS.leaseMs;
  },
  async cancel(_, { world }, job) {
    if (!job) return;
    await cancel(world.engine, job.id);
    giveUp(job);
  },
  async erase(_, { world }, job) {
    if (!job) return;
    assert.ok((await erase(world.engine, job.id))?.erasedAt !== undefined);
    giveUp(job);
    job.erased = true;
  },
  async advance(model, { world }, _, dice) {
    const ms = [500, 3_000, LIMITS.leaseMs + CHECK_GRACE_MS, 20 * 60_000][dice % 4] ?? 0;
    await world.clock.advance(ms);
    model.now += ms;
  },
  async sweep(model, { world }) {
    const dueAt = await dueTimes(model, world);
    await sweep(world.engine);
    for (const job of model.jobs) {
      if (isOver(job) || (dueAt.get(job.id) ?? 0) > model.now) continue;
      if (job.status === 'running' && job.leaseUntil > model.now) continue;
      const wasRunning = job.status === 'running';
      if (wasRunning) abandon(job);
      if (!endIfOverdue(job, model.now) && wasRunning) job.status = 'queued';
    }
  },
  async restart(model, real) {
    const dueAt = await dueTimes(model, real.world);
    await real.restart();
    for (const job of model.jobs) {
      // Nobody else could have held a lease; and who was admitted just before the end was perhaps never rung for.
      if (job.status === 'running') {
        abandon(job);
        if (!endIfOverdue(job, model.now)) job.status = 'queued';
      } else if (job.status === 'queued' && (dueAt.get(job.id) ?? 0) <= model.now + LIMITS.firstCheckMs) {
        endIfOverdue(job, model.now);
      }
    }
  },
};

export const PHOTO = Buffer.from('a photo that nobody decodes here');

/** Whether a queued run is looked at hangs on when it was looked at before; what then becomes of it is the model's. */
async function dueTimes({ jobs }: ServiceModel, world: World): Promise<Map<string, number>> {
  const due = new Map<string, number>();
  for (const { id } of jobs) due.set(id, (await world.run(id)).nextCheckAt ?? Number.POSITIVE_INFINITY);
  return due;
}

/** Now and then a worker that has lost its lease. */
function fenceOf(job: JobModel, dice: number): number {
  return dice % 4 === 0 ? job.fence - 1 : job.fence;
}

async function finishAs(
  model: ServiceModel,
  { world }: Real,
  job: JobModel | undefined,
  { dice, how }: { readonly dice: number; readonly how: AttemptEnd },
): Promise<void> {
  if (!job || job.fence === 0) return;
  const fence = fenceOf(job, dice);
  const answer = await finish(world.engine, job.id, fence, how);
  const code = how.kind === 'failed' ? how.code : how.kind;
  if (fence > 0) learnCost(job, fence, code);
  if (job.status !== 'running' || fence !== job.fence) return assert.is(answer.kind, 'dropped');
  job.counted++;
  job.outcomes.set(code, (job.outcomes.get(code) ?? 0) + 1);
  if (job.givenUp || how.kind === 'canceled') end(job, 'canceled', wasCalled(job));
  else if (how.kind === 'delivered') end(job, 'succeeded', true);
  else if (code === 'content_blocked') end(job, 'blocked', false);
  else if (job.counted >= LIMITS.attemptsMax || (code === 'no_image' && (job.outcomes.get(code) ?? 0) > 1))
    end(job, 'failed', false);
  else if (answer.kind === 'ended') {
    // The next try would have come after the deadline: how long it would have waited, only the dice know.
    assert.ok(model.now + LIMITS.backoffMaxMs >= job.deadlineAt, 'given up long before the deadline');
    end(job, 'failed', false);
  } else job.status = 'queued';
}

function giveUp(job: JobModel): void {
  if (job.status === 'queued') end(job, 'canceled', wasCalled(job));
  else if (job.status === 'running') job.givenUp = true;
}

/** After each move: what the service shows is what the model says. */
export async function compare(model: ServiceModel, { world }: Real): Promise<void> {
  for (const job of model.jobs) {
    const [face, run] = [await world.job(job.id), await world.run(job.id)];
    const { status, charge, fence } = job;
    assert.equal([face.status, face.charge, face.done], [status, charge, isOver(job)], job.id);
    assert.equal([run.status, run.charge, run.fence], [status, charge, fence], job.id);
    assert.is(face.erasedAt !== undefined, job.erased);
    assert.ok(isOver(job) || run.nextCheckAt !== undefined, 'an open run is looked at again');
    job.retryAt = run.retryAt ?? 0;
  }
  const [scope] = (await world.submission({ photo: PHOTO })).scopes;
  const quota = await world.engine.store.get(quotas, scope?.id ?? '');
  assert.is(quota?.held ?? 0, heldBy(model), `held on ${dayOf(model.now)}`);
}

/** A move by its name, on one of the jobs there are. */
export class MakeMove implements fc.AsyncCommand<ServiceModel, Real> {
  readonly name: string;
  readonly pick: number;
  readonly dice: number;

  constructor(name: string, pick: number, dice: number) {
    this.name = name;
    this.pick = pick;
    this.dice = dice;
  }

  check(model: Readonly<ServiceModel>): boolean {
    return this.name === 'submit' || model.jobs.length > 0;
  }

  async run(model: ServiceModel, real: Real): Promise<void> {
    const job = model.jobs[this.pick % Math.max(1, model.jobs.length)];
    await MOVES[this.name]?.(model, real, job, this.dice);
    await compare(model, real);
  }

  toString(): string {
    return `${this.name}(${this.pick}, ${this.dice})`;
  }
}
