/**
 * Makes the job of one item: fetches its photo, judges it, and admits the job under the id that its place in the batch
 * gives it. Whoever comes later finds the job and leaves it. A photo that cannot be taken makes a job that has failed.
 */
import { buffer } from 'node:stream/consumers';
import { checkPhoto, PHOTO_BYTES_MAX } from '../check-photo.ts';
import { jobs, runs } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { ProblemError } from '../errors.ts';
import { digestOf, sha256 } from '../ids.ts';
import type { JobError } from '../job.ts';
import { endMove } from '../job-moves.ts';
import { admit, admitReused } from '../jobs/admit.ts';
import { photoPath } from '../jobs/photo-path.ts';
import { ring } from '../jobs/ring.ts';
import { newPair, type Submission } from '../jobs/submission.ts';
import { renewed } from '../jobs/submit.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { OutboundError } from '../outbound/outbound-error.ts';
import { OUTCOMES } from '../outcomes.ts';
import { ownerUid } from '../owners.ts';
import { findPicture, generationKey } from '../picture.ts';
import { isPlatformError } from '../platform/errors.ts';
import type { Batch } from './batch.ts';
import { childId } from './child-id.ts';
import type { StoredItem } from './item.ts';

export interface Maker {
  readonly engine: Engine;
  /** Asks servers that callers name. */
  readonly outbound: Outbound;
  readonly stopping: AbortSignal;
}

const FETCH_MS = 10_000;
const FETCH_TRIES = 3;
/** What may have passed by the next try. */
const TRANSIENT: ReadonlySet<string> = new Set(['unreachable', 'timeout', 'bad_answer']);

/** Throws what store and bucket throw, and when the process is to end. */
export async function makeChild(maker: Maker, batch: Batch, item: StoredItem): Promise<void> {
  const { engine } = maker;
  const id = childId(engine.settings, batch, item.index);
  // One that was made and not rung for is rung for by the sweeper.
  if (await engine.store.get(runs, id)) return;
  const read = await readPhoto(maker, item);
  if ('error' in read) return admitFailed(engine, submissionOf(engine, batch, item, NO_PHOTO), read.error);
  const submission = submissionOf(engine, batch, item, read);
  const picture = await findPicture(engine.bucket, submission.generationKey, engine.limits.retentionMs);
  const kept = picture && (await renewed(engine, picture));
  if (kept) {
    await admitReused(engine, submission, kept);
    return;
  }
  // The same name whenever the item is made, so that a job that is there already is told as this one.
  const inputPath = photoPath(id, batch.token);
  await engine.bucket.put(inputPath, read.bytes, { contentType: read.contentType });
  await engine.point('child-input-stored');
  const admission = await admit(engine, submission, inputPath);
  await engine.point('child-admitted');
  if (admission.kind === 'admitted') await ring(engine, admission.run);
}

interface Photo {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

const NO_PHOTO: Photo = { bytes: new Uint8Array(), contentType: '' };

async function readPhoto(
  maker: Maker,
  { image, minSidePx }: StoredItem,
): Promise<Photo | { readonly error: JobError }> {
  try {
    const bytes = 'url' in image ? await fetchPhoto(maker, image.url) : await readObject(maker, image.path);
    return { bytes, contentType: checkPhoto(bytes, { minSidePx }).contentType };
  } catch (error) {
    maker.stopping.throwIfAborted();
    if (error instanceof ProblemError) return refusal('photo_unusable', error.message);
    if (error instanceof OutboundError) {
      return error.code === 'too_large'
        ? refusal('photo_unusable', new ProblemError('image_too_large').message)
        : refusal('photo_unreachable');
    }
    throw error;
  }
}

async function readObject({ engine }: Maker, path: string): Promise<Buffer> {
  try {
    return await buffer(await engine.bucket.read(path));
  } catch (error) {
    if (isPlatformError(error, 'missing')) throw new ProblemError('upload_not_done');
    throw error;
  }
}

async function fetchPhoto(
  { outbound, stopping }: Pick<Maker, 'outbound' | 'stopping'>,
  url: string,
  tries = FETCH_TRIES,
): Promise<Buffer> {
  try {
    return (await outbound.get(url, { bytesMax: PHOTO_BYTES_MAX, timeoutMs: FETCH_MS, signal: stopping })).bytes;
  } catch (error) {
    if (tries <= 1 || !(error instanceof OutboundError) || !TRANSIENT.has(error.code)) throw error;
    return fetchPhoto({ outbound, stopping }, url, tries - 1);
  }
}

function refusal(
  code: 'photo_unusable' | 'photo_unreachable',
  message: string = OUTCOMES[code].message,
): { error: JobError } {
  return { error: { code, message, retryable: false } };
}

async function admitFailed(engine: Engine, submission: Submission, error: JobError): Promise<void> {
  const now = engine.clock.now();
  const queued = newPair(engine, submission, { inputPath: '', laneClockMs: 0, now });
  const { run, job } = endMove(queued, now, { status: 'failed', error, captures: false });
  await engine.store.transaction(async tx => {
    if (await tx.get(runs, run.id)) return;
    tx.set(runs, run);
    tx.set(jobs, job);
  });
}

function submissionOf(
  { settings }: Engine,
  { id: batchId, createdAt, shop, owner, lane, items, webhook }: Batch,
  { index, customId, wish, metadata }: StoredItem,
  photo: Photo,
): Submission {
  const uid = ownerUid(settings.idSecret, shop, owner);
  const inputSha256 = sha256(photo.bytes);
  return {
    ...{ id: childId(settings, { id: batchId, createdAt }, index), repeatable: true, batchId, shop, owner, lane },
    ...wish,
    ownerUid: uid,
    requestHash: digestOf([batchId, index]),
    generationKey: generationKey({ ...wish, ownerUid: uid, inputSha256 }, wish.model),
    // Only the budget binds a server that names no shopper.
    scopes: [],
    input: { ...photo, sha256: inputSha256 },
    customId,
    ...(metadata !== undefined ? { metadata } : {}),
    ...(webhook ? { batchTold: true } : {}),
    ...(items ? { batchShards: items.spendShards } : {}),
    ...(items?.deadlineAt !== undefined ? { deadlineAt: items.deadlineAt } : {}),
    ...(items?.economyUntil !== undefined ? { economyUntil: items.economyUntil } : {}),
  };
}
