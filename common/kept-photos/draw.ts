/**
 * Draws a photo that was uploaded, by the right of the shop or of an operator: no shopper's quota counts it, only the
 * budget. The picture belongs to whoever sent the photo, and to the orders that wait for it.
 */
import { type By, openEntry, record } from '../audit.ts';
import { jobs, uploads } from '../collections.ts';
import type { Upload } from '../documents.ts';
import type { Engine } from '../engine.ts';
import { derivedId, digestOf, sha256 } from '../ids.ts';
import { isDone, type Job } from '../job.ts';
import { withOrders } from '../jobs/order.ts';
import { readPair, savePair } from '../jobs/save.ts';
import { type Submitted, submit } from '../jobs/submit.ts';
import { ringUpkeep } from '../jobs/upkeep.ts';
import { generationKey } from '../picture.ts';
import type { ResolvedWish } from '../wish.ts';
import { settlePhoto } from './settle.ts';

export interface PhotoToDraw {
  readonly wish: ResolvedWish['wish'];
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly trace?: string;
  /** Of an operator: the audit has it. */
  readonly by?: By;
}

/** The same wish again is the same job, until that has ended without a picture: then it is drawn anew. */
export async function drawPhoto(engine: Engine, upload: Upload, photo: PhotoToDraw): Promise<Submitted> {
  const { wish, bytes, contentType, trace, by } = photo;
  const { id: uploadId, shop, ownerUid } = upload;
  const draws = (upload.draws ?? 0) + ((await isLost(engine, upload)) ? 1 : 0);
  const inputSha256 = sha256(bytes);
  const requestHash = digestOf([uploadId, wish.style ?? wish.prompt, wish.options, wish.model, inputSha256]);
  const id = derivedId('job', engine.settings.idSecret, [shop, 'draw', uploadId, String(draws), requestHash]);
  const { customer } = upload.owner ?? {};
  const submitted = await submit(engine, {
    ...{ id, repeatable: true, requestHash, ...wish, shop, ownerUid },
    // Without the session: what the shop has drawn may use the whole budget, not the share of passers-by.
    owner: customer === undefined ? {} : { customer },
    generationKey: generationKey({ ...wish, ownerUid, inputSha256 }, wish.model),
    lane: 'interactive',
    scopes: [],
    input: { bytes, sha256: inputSha256, contentType },
    ...(trace === undefined ? {} : { trace }),
  });
  if ('job' in submitted) await tieJob(engine, uploadId, { jobId: submitted.job.id, draws, ...(by ? { by } : {}) });
  return submitted;
}

/**
 * The orders of the photo are those of the job from now on: in one step, for a photo that is tied to a job which knows of
 * no order would wait for ever. Idempotent.
 */
export async function tieJob(
  engine: Engine,
  uploadId: string,
  { jobId, draws, by }: { jobId: string; draws?: number; by?: By },
): Promise<void> {
  const entry = openEntry(engine);
  const tied = await engine.store.transaction(async tx => {
    const upload = await tx.get(uploads, uploadId);
    const before = await readPair(tx, jobId);
    if (!upload || !before || upload.shop !== before.run.shop) return undefined;
    const { run, job } = withOrders(before, upload.orderIds ?? [], engine);
    await savePair(tx, engine, before, { run: { ...run, uploadId }, job });
    tx.set(uploads, { ...upload, jobId, ...(draws === undefined ? {} : { draws }) });
    if (by && upload.jobId !== jobId) {
      record(tx, entry, { ...by, action: 'photo.draw', target: `uploads/${uploadId}`, detail: `as ${jobId}` });
    }
    return run;
  });
  if (!tied) return;
  if (isDone(tied.status) && tied.pending.length > 0) await ringUpkeep(engine, tied);
  // One that was there already, or has ended in between.
  await settlePhoto(engine, uploadId, tied);
}

/** Its job has ended and there is no picture to print. */
async function isLost({ store, clock }: Engine, { jobId }: Upload): Promise<boolean> {
  const job = jobId === undefined ? undefined : await store.get(jobs, jobId);
  return job !== undefined && isDone(job.status) && !hasPicture(job, clock.now());
}

function hasPicture({ status, erasedAt, output }: Job, nowMs: number): boolean {
  return status === 'succeeded' && erasedAt === undefined && (output?.expiresAt ?? 0) > nowMs;
}
