/**
 * Takes a job in: the path of every `POST /v1/jobs` after its body was read and checked. The order matters: a repeat
 * finds its job before anything is counted; a picture that exists is handed out before quota and budget are asked;
 * the photo is stored before the job that names it; and the bell rings after the job is durable.
 */

import { shareOf } from '../budget.ts';
import { jobs, runs } from '../collections.ts';
import type { Switch } from '../documents.ts';
import type { Engine } from '../engine.ts';
import type { Job } from '../job.ts';
import { findPicture, type Picture, previewPath } from '../picture.ts';
import { isPlatformError } from '../platform/errors.ts';
import { readHold, type Scope } from '../quota.ts';
import { admit, admitReused, type BeingErased, resetOf } from './admit.ts';
import { noteSubmit } from './note.ts';
import { photoPath } from './photo-path.ts';
import { ring, ringAgain } from './ring.ts';
import type { Submission } from './submission.ts';
import { ringUpkeep } from './upkeep.ts';

export type Submitted =
  | { readonly kind: 'admitted'; readonly job: Job }
  /** Born succeeded: the owner has this picture already. */
  | { readonly kind: 'reused'; readonly job: Job }
  /** The same request under the same Idempotency-Key: its job as it is now. */
  | { readonly kind: 'replayed'; readonly job: Job }
  | NotTaken;

export type NotTaken =
  /** Another request under the same Idempotency-Key. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'quota exceeded'; readonly scope: Scope; readonly resetAt: number }
  | { readonly kind: 'budget exhausted'; readonly resetAt: number }
  | BeingErased
  | IntakeClosed;

/** An operator takes no jobs in for now; `resetAt` when it is known until when. */
export interface IntakeClosed {
  readonly kind: 'intake closed';
  readonly message?: string;
  readonly resetAt?: number;
}

/** What is decided already, before anybody has looked at the photo; undefined when it takes a `submit`. */
export async function decideWithoutPhoto(engine: Engine, submission: Photoless): Promise<Submitted | undefined> {
  const decided = await decideEarly(engine, submission);
  if (decided) noteSubmit(engine, submission, decided);
  return decided;
}

type Photoless = Pick<Submission, 'id' | 'requestHash' | 'repeatable' | 'trace'>;

/** Nothing is left behind unless it is admitted. Throws what store and bucket throw. */
export async function submit(engine: Engine, submission: Submission): Promise<Submitted> {
  const submitted = await decide(engine, submission);
  noteSubmit(engine, submission, submitted);
  return submitted;
}

async function decide(engine: Engine, submission: Submission): Promise<Submitted> {
  const decided = await decideEarly(engine, submission);
  if (decided) return decided;

  // Looked up in line: while a shopper's submits wait for one another, the first may have got the picture they all want.
  return engine.line(
    submission.scopes.map(scope => scope.id),
    async waited => {
      const picture = await findPicture(engine.bucket, submission.generationKey, engine.limits.retentionMs);
      const kept = picture && (await renewed(engine, picture));
      if (kept) return reuse(engine, submission, kept);
      const exhausted = await engine.budget.exhausted({ shop: submission.shop, share: shareOf(submission) });
      if (exhausted) return { kind: 'budget exhausted', resetAt: exhausted.until };
      return (waited && (await decideAnew(engine, submission))) || storeAndAdmit(engine, submission);
    },
  );
}

/**
 * What those before it in the line have decided for this one too, before a photo is stored for nothing: most of a burst
 * is refused, or is the same request again.
 */
async function decideAnew(engine: Engine, submission: Submission): Promise<Submitted | undefined> {
  const hold = await readHold(engine.store, submission.scopes, engine.clock.now());
  // Asked after the quota: the same request, admitted by another process meanwhile, may be what has used it up.
  const earlier = await earlierJob(engine, submission);
  if (earlier || !('exceeded' in hold)) return earlier;
  return { kind: 'quota exceeded', scope: hold.exceeded, resetAt: resetOf(hold.exceeded) };
}

async function decideEarly(engine: Engine, submission: Photoless): Promise<Submitted | undefined> {
  return (await earlierJob(engine, submission)) ?? refusedEarly(engine);
}

/** Whether nothing at all is taken in. */
export async function refusedEarly(engine: Pick<Engine, 'intakeClosed'>): Promise<IntakeClosed | undefined> {
  const closed = await engine.intakeClosed();
  return closed && closedAnswer(closed);
}

function closedAnswer({ message, until }: Switch): IntakeClosed {
  return {
    kind: 'intake closed',
    ...(message === undefined ? {} : { message }),
    ...(until === undefined ? {} : { resetAt: until }),
  };
}

async function earlierJob(engine: Engine, { id, requestHash, repeatable }: Photoless): Promise<Submitted | undefined> {
  if (!repeatable) return undefined;
  const run = await engine.store.get(runs, id);
  if (!run) return undefined;
  if (run.requestHash !== requestHash && run.requestHash !== '') return { kind: 'conflict' };
  const job = await engine.store.get(jobs, id);
  if (!job) return undefined;
  await ringAgain(engine, run);
  return { kind: 'replayed', job };
}

async function storeAndAdmit(engine: Engine, submission: Submission): Promise<Submitted> {
  // The name is new for every request, so taking the photo back can never hit one that an admitted job needs.
  const inputPath = photoPath(submission.id, Buffer.from(engine.random.bytes(8)).toString('hex'));
  await engine.bucket.put(inputPath, submission.input.bytes, { contentType: submission.input.contentType });
  await engine.point('input-stored');
  const submitted = await admit(engine, submission, inputPath).catch(async (error: unknown) => {
    // Nothing was written. Of any other fault that is not known: a job may be there and need its photo, so that it stays.
    if (isPlatformError(error, 'contended')) await engine.bucket.delete(inputPath);
    throw error;
  });
  if (submitted.kind !== 'admitted') {
    await engine.bucket.delete(inputPath);
    return submitted;
  }
  await engine.point('admitted');
  await ring(engine, submitted.run);
  return { kind: 'admitted', job: submitted.job };
}

async function reuse(engine: Engine, submission: Submission, picture: Picture): Promise<Submitted> {
  const submitted = await admitReused(engine, submission, picture);
  if (submitted.kind !== 'reused') return submitted;
  // It is done already, and whoever asked to be told of the end is told.
  await ringUpkeep(engine, submitted.run);
  return { kind: 'reused', job: submitted.job };
}

/** The picture with its life, and its preview's, counted from now; undefined when it was erased since it was found. */
export async function renewed(engine: Engine, picture: Picture): Promise<Picture | undefined> {
  const { bucket, clock, limits } = engine;
  try {
    await Promise.all([bucket.touch(picture.path), bucket.touch(previewPath(picture.path))]);
  } catch (error) {
    if (isPlatformError(error, 'missing')) return undefined;
    throw error;
  }
  return { ...picture, output: { ...picture.output, expiresAt: clock.now() + limits.retentionMs } };
}
