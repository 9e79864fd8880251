/**
 * How each recorded scene has to end, whichever code ends it: the state, one charge, the shopper's quota, the ledger,
 * one picture, and a public face without anything that belongs to a state it has left.
 */
import { buffer } from 'node:stream/consumers';
import * as assert from 'uvu/assert';
import { jobs, quotas, runs, spend } from '../../common/collections.ts';
import type { Engine } from '../../common/engine.ts';
import { sha256 } from '../../common/ids.ts';
import { type Attempt, type Charge, countedAttempts, type Job, type JobStatus, type Run } from '../../common/job.ts';
import type { Scene } from './recording.ts';

export interface Ending {
  readonly status: JobStatus;
  readonly charge: Charge;
  /** Of the attempts, in their order. */
  readonly outcomes: readonly Attempt['outcome'][];
  /** Of each quota that the job counts against. */
  readonly held: number;
  /** Calls that led to no picture. Of jobs that are delivered, the first versions counted none. */
  readonly releasedCalls?: number;
  readonly error?: string;
  readonly erased?: true;
  /** Whether the model has still to be asked when the scene is left. */
  readonly drawsYet?: true;
}

const DELIVERED = { status: 'succeeded', charge: 'captured', held: 1 } as const;
const GIVEN_UP = { status: 'canceled', charge: 'captured', held: 1, outcomes: ['crashed'] } as const;

export const ENDINGS: { readonly [scene: string]: Ending } = {
  queued: { ...DELIVERED, outcomes: ['succeeded'], drawsYet: true },
  'running-live-lease': { ...DELIVERED, outcomes: ['crashed', 'succeeded'], releasedCalls: 1, drawsYet: true },
  'running-expired-lease': { ...DELIVERED, outcomes: ['crashed', 'succeeded'], releasedCalls: 1, drawsYet: true },
  'drawn-not-finished': { ...DELIVERED, outcomes: ['crashed', 'reused'] },
  'last-crash': {
    status: 'failed',
    charge: 'released',
    outcomes: ['crashed', 'crashed', 'crashed'],
    held: 0,
    releasedCalls: 3,
    error: 'crashed_repeatedly',
  },
  'retry-waits': { ...DELIVERED, outcomes: ['overloaded', 'succeeded'], drawsYet: true },
  'cancel-requested': GIVEN_UP,
  'erase-while-running': { ...GIVEN_UP, erased: true },
  'erase-pending': { ...DELIVERED, outcomes: ['succeeded'], erased: true },
  succeeded: { ...DELIVERED, outcomes: ['succeeded'] },
  reused: { status: 'succeeded', charge: 'none', outcomes: [], held: 0 },
  blocked: {
    status: 'blocked',
    charge: 'released',
    outcomes: ['content_blocked'],
    held: 0,
    releasedCalls: 1,
    error: 'content_blocked',
  },
};

/** Scenes that are no job. */
export const NO_JOBS = ['upload-unused'];

type Parts = Pick<Engine, 'store' | 'bucket'>;

/** @param by Whose code ended the job: `before` = one that counts no further calls of a job that is delivered. */
export async function assertEnded(engine: Parts, scene: string, id: string, by: 'now' | 'before' = 'now') {
  const ending = ENDINGS[scene];
  const [job, run] = [await engine.store.get(jobs, id), await engine.store.get(runs, id)];
  if (!ending || !job || !run) throw new Error(`${scene}: how it ends is not known, or a document of ${id} is gone`);
  assertState(scene, ending, { job, run });
  assertFace(scene, ending, { job, run });
  const calls = ending.releasedCalls ?? 0;
  const countedBefore = by === 'before' && ending.charge === 'captured' ? [0, calls] : [calls];
  for (const scope of run.scopes) {
    const quota = await engine.store.get(quotas, scope);
    assert.is(quota?.held, ending.held, `${scene}: quota`);
    assert.ok(countedBefore.includes(quota?.releasedCalls ?? -1), `${scene}: ${quota?.releasedCalls} calls`);
  }
  await assertObjects(engine, scene, { ending, job, run });
}

function assertState(scene: string, ending: Ending, { job, run }: { job: Job; run: Run }): void {
  const { status, charge } = ending;
  assert.equal([run.status, job.status, run.charge, job.charge], [status, status, charge, charge], scene);
  assert.equal(
    run.attempts.map(({ outcome }) => outcome),
    ending.outcomes,
    `${scene}: attempts`,
  );
  assert.ok(
    run.attempts.every(({ endedAt, billed }) => endedAt !== undefined && billed !== undefined),
    `${scene}: every attempt is closed`,
  );
  assert.equal([run.lease, run.retryAt, run.nextCheckAt, run.pending], [undefined, undefined, undefined, []], scene);
}

function assertFace(scene: string, { error, erased }: Ending, { job, run }: { job: Job; run: Run }): void {
  const times = [job.finishedAt !== undefined, job.startedAt !== undefined, job.erasedAt !== undefined];
  assert.equal(times, [true, run.attempts.length > 0, erased === true], `${scene}: times`);
  assert.equal([job.done, job.pollAfterMs, job.retryAt], [true, 0, undefined], scene);
  assert.is(job.attempt, countedAttempts(run), `${scene}: attempt`);
  assert.is(job.error?.code, error, `${scene}: error`);
  assert.is(job.output !== undefined, job.status === 'succeeded' && !erased, `${scene}: output`);
  const personal = [job.customId, job.metadata, run.prompt || undefined];
  assert.ok(
    personal.every(value => (value === undefined) === (erased === true)),
    `${scene}: customId, metadata and prompt`,
  );
}

/** One picture for one that was delivered, none for any other, and the photo unless it was erased. */
async function assertObjects({ bucket }: Parts, scene: string, { ending, job, run }: Ended): Promise<void> {
  const photo = run.inputPath === '' ? undefined : await bucket.stat(run.inputPath);
  assert.is(photo !== undefined, run.inputPath !== '' && !ending.erased, `${scene}: photo`);
  const objects = await bucket.list('cache/', { limit: 1_000 });
  const own = objects.filter(({ metadata }) => metadata.jobId === run.id);
  const drawn = ending.status === 'succeeded' && ending.outcomes.length > 0 && !ending.erased;
  assert.is(own.length, drawn ? 1 : 0, `${scene}: pictures`);
  if (!job.output || run.outputPath === undefined) return;
  const picture = await buffer(await bucket.read(run.outputPath));
  assert.equal([sha256(picture), picture.length], [job.output.sha256, job.output.bytes], `${scene}: the picture`);
  assert.ok(await bucket.stat(`${run.outputPath}-preview`), `${scene}: the preview`);
}

interface Ended {
  readonly ending: Ending;
  readonly job: Job;
  readonly run: Run;
}

/** Their recorded tasks do it: no sweep has had to ring for them anew. */
const BY_THEIR_TASKS = ['queued', 'retry-waits', 'erase-pending'];

export async function assertTasksUnderstood({ store }: Pick<Engine, 'store'>, scenes: readonly Scene[]): Promise<void> {
  for (const { scene, id, documents } of scenes.filter(({ scene }) => BY_THEIR_TASKS.includes(scene))) {
    const before = documents.runs?.[0] as Run | undefined;
    assert.is((await store.get(runs, id))?.dispatch, before?.dispatch, `${scene}: dispatch`);
  }
}

/** `{day}-{shard}`: what all shops together have spent. */
const WHOLE_SPEND = /^\d{4}-\d{2}-\d{2}-\d+$/;

/** Whoever moved the jobs, the days' spend is what their ledgers add up to. */
export async function assertSpend({ store }: Pick<Engine, 'store'>): Promise<void> {
  const shards = await store.list({ from: spend, limit: 1_000 });
  const ledgers = (await store.list({ from: runs, limit: 1_000 })).items.flatMap(({ attempts }) => attempts);
  const spent = shards.items.filter(({ id }) => WHOLE_SPEND.test(id)).reduce((sum, { microUsd }) => sum + microUsd, 0);
  const owed = ledgers.reduce((sum, attempt) => sum + (attempt.costMicroUsd ?? attempt.estimateMicroUsd), 0);
  assert.is(spent, owed, 'spend and ledgers');
}
