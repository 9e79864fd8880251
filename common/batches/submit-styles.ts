/**
 * Takes several styles of one photo in: the path of `POST /v1/batches` with a photo, after its body was read and checked.
 * As in `submit`, a repeat finds its batch first, pictures that exist are handed out, the photo is stored before the jobs
 * that name it, and the bell rings last. One decision is taken for all styles.
 */

import { shareOf } from '../budget.ts';
import { batches, jobs, runs } from '../collections.ts';
import type { Engine } from '../engine.ts';
import type { Job, Lane, Owner, Run, Webhook } from '../job.ts';
import { resetOf } from '../jobs/admit.ts';
import { noteSubmit } from '../jobs/note.ts';
import { photoPath } from '../jobs/photo-path.ts';
import { ring, ringAgain } from '../jobs/ring.ts';
import type { Submission } from '../jobs/submission.ts';
import { type NotTaken, refusedEarly, renewed } from '../jobs/submit.ts';
import { findPicture } from '../picture.ts';
import { isPlatformError } from '../platform/errors.ts';
import { readHolds } from '../quota.ts';
import { admitStyles, type StyleWish, styleOf } from './admit-styles.ts';
import type { Batch, RefusedStyle } from './batch.ts';
import { ringBatch, ringBatchAgain } from './ring-batch.ts';

export interface StylesSubmission {
  readonly id: string;
  /** Whether the id was derived from an Idempotency-Key, so that the batch may be there already. */
  readonly repeatable: boolean;
  readonly requestHash: string;
  readonly createdAt: number;
  readonly shop: string;
  readonly owner: Owner;
  readonly ownerUid: string;
  readonly lane: Lane;
  /** Take in what there is room for; without it all styles or none. */
  readonly partial: boolean;
  /** One for each style. All have the same photo. */
  readonly items: readonly Submission[];
  readonly customId?: string;
  readonly metadata?: { readonly [key: string]: string };
  readonly webhook?: Webhook;
}

export type SubmittedBatch =
  | { readonly kind: 'admitted' | 'replayed'; readonly batch: Batch; readonly jobs: readonly Job[] }
  | NotTaken;

/** What is decided already, before anybody has looked at the photo; undefined when it takes a `submitStyles`. */
export async function decideStylesWithoutPhoto(
  engine: Engine,
  { id, requestHash, repeatable }: Pick<StylesSubmission, 'id' | 'requestHash' | 'repeatable'>,
): Promise<SubmittedBatch | undefined> {
  const earlier = repeatable ? await engine.store.get(batches, id) : undefined;
  if (earlier && earlier.requestHash !== requestHash) return { kind: 'conflict' };
  return earlier ? replayed(engine, earlier) : refusedEarly(engine);
}

/** Nothing is left behind unless it is admitted. Throws what store and bucket throw. */
export async function submitStyles(engine: Engine, submission: StylesSubmission): Promise<SubmittedBatch> {
  const submitted = await decide(engine, submission);
  const { trace } = submission.items[0] ?? {};
  const traced = trace === undefined ? {} : { trace };
  if (submitted.kind !== 'admitted') noteSubmit(engine, { id: submission.id, ...traced }, submitted);
  else {
    for (const { id, reused } of submitted.jobs) {
      noteSubmit(engine, { id, ...traced }, { kind: reused ? 'reused' : 'admitted' });
    }
  }
  return submitted;
}

async function decide(engine: Engine, submission: StylesSubmission): Promise<SubmittedBatch> {
  const decided = await decideStylesWithoutPhoto(engine, submission);
  if (decided) return decided;
  const names = submission.items.flatMap(({ scopes }) => scopes.map(({ id }) => id));
  return engine.line(names, async waited => {
    const found = await Promise.all(submission.items.map(item => wishOf(engine, item)));
    const drawn = found.filter(({ picture }) => !picture);
    const [first] = drawn;
    const exhausted = first && (await engine.budget.exhausted({ shop: submission.shop, share: shareOf(submission) }));
    const some = submission.partial && drawn.length < found.length;
    if (exhausted && !some) return { kind: 'budget exhausted', resetAt: exhausted.until };
    if (waited && !exhausted) {
      const anew = await decideAnew(engine, submission, drawn);
      if (anew) return anew;
    }
    const refused = exhausted ? drawn.map(wish => refusedFor(wish, 'budget_exhausted')) : [];
    const wishes = exhausted ? found.filter(({ picture }) => picture) : found;
    return storeAndAdmit(engine, submission, { wishes, refused });
  });
}

/** As `decideAnew` of a single submit: most of a burst is refused, before a photo is stored for nothing. */
async function decideAnew(
  engine: Engine,
  submission: StylesSubmission,
  drawn: readonly StyleWish[],
): Promise<SubmittedBatch | undefined> {
  const scopes = drawn.map(wish => wish.submission.scopes);
  const { exceeded, held } = await readHolds(engine.store, scopes, engine.clock.now());
  const earlier = await decideStylesWithoutPhoto(engine, submission);
  if (earlier || !exceeded) return earlier;
  const room = submission.partial && (held.includes(true) || drawn.length < submission.items.length);
  return room ? undefined : { kind: 'quota exceeded', scope: exceeded, resetAt: resetOf(exceeded) };
}

async function wishOf(engine: Engine, submission: Submission): Promise<StyleWish> {
  const picture = await findPicture(engine.bucket, submission.generationKey, engine.limits.retentionMs);
  return { submission, ...(picture ? { picture } : {}) };
}

function refusedFor({ submission }: StyleWish, code: RefusedStyle['code']): RefusedStyle {
  return { style: styleOf(submission), code };
}

async function storeAndAdmit(
  engine: Engine,
  submission: StylesSubmission,
  { wishes, refused }: { wishes: readonly StyleWish[]; refused: readonly RefusedStyle[] },
): Promise<SubmittedBatch> {
  const token = Buffer.from(engine.random.bytes(8)).toString('hex');
  const ready = await storePhotos(engine, wishes, token);
  await engine.point('batch-input-stored');
  const admission = await admitStyles(engine, submission, { wishes: ready, refused, token }).catch(
    async (error: unknown) => {
      // Nothing was written. Of any other fault that is not known: jobs may be there and need their photo, so that it stays.
      if (isPlatformError(error, 'contended')) await deletePhotos(engine, ready, []);
      throw error;
    },
  );
  await deletePhotos(engine, ready, admission.kind === 'admitted' ? admission.runs : []);
  if (admission.kind === 'replayed') return replayed(engine, admission.batch);
  if (admission.kind !== 'admitted') return admission;
  await engine.point('batch-admitted');
  await Promise.all(admission.runs.filter(({ status }) => status === 'queued').map(run => ring(engine, run)));
  // Of pictures that all existed nobody else will ring.
  const isBorn = admission.jobs.every(({ done }) => done);
  if (admission.batch.webhook && isBorn) await ringBatch(engine, admission.batch);
  return { kind: 'admitted', batch: admission.batch, jobs: admission.jobs };
}

/**
 * Each job gets a photo of its own, under a name that is new for every request: the owner may erase one job and keep the
 * others, and taking photos back can never hit one that an admitted job needs.
 */
async function storePhotos(engine: Engine, wishes: readonly StyleWish[], token: string): Promise<StyleWish[]> {
  const { bucket } = engine;
  let first: string | undefined;
  const ready: StyleWish[] = [];
  for (const wish of wishes) {
    const { submission } = wish;
    const { id, input } = submission;
    const picture = wish.picture && (await renewed(engine, wish.picture));
    if (picture) {
      ready.push({ submission, picture });
      continue;
    }
    const inputPath = photoPath(id, token);
    if (first === undefined) await bucket.put(inputPath, input.bytes, { contentType: input.contentType });
    else await bucket.copy(first, inputPath);
    first ??= inputPath;
    ready.push({ submission, inputPath });
  }
  return ready;
}

async function deletePhotos(engine: Engine, wishes: readonly StyleWish[], kept: readonly Run[]): Promise<void> {
  const needed = new Set(kept.map(({ inputPath }) => inputPath));
  const orphans = wishes.flatMap(({ inputPath }) =>
    inputPath === undefined || needed.has(inputPath) ? [] : [inputPath],
  );
  await Promise.all(orphans.map(path => engine.bucket.delete(path)));
}

async function replayed(engine: Engine, batch: Batch): Promise<SubmittedBatch> {
  const { store } = engine;
  const found = (await Promise.all(batch.jobIds.map(id => store.get(jobs, id)))).filter(job => job !== undefined);
  const queued = found.filter(({ status }) => status === 'queued');
  const waiting = (await Promise.all(queued.map(({ id }) => store.get(runs, id)))).filter(run => run !== undefined);
  await Promise.all([...waiting.map(run => ringAgain(engine, run)), ringBatchAgain(engine, batch)]);
  return { kind: 'replayed', batch, jobs: found };
}
