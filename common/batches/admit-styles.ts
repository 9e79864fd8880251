/**
 * Admission of several styles of one photo: all holds, all jobs and the batch in one transaction. Its marker is the
 * batch, so that running again after an unknown commit finds it instead of holding quota twice.
 */

import { batches, jobs, quotas, runs } from '../collections.ts';
import { bookCosts } from '../costs/book-costs.ts';
import type { Engine } from '../engine.ts';
import { DOCUMENT_VERSION, type Job, laneQueue, type Run } from '../job.ts';
import { endMove, type Pair } from '../job-moves.ts';
import { type BeingErased, resetOf } from '../jobs/admit.ts';
import { newPair, type Submission } from '../jobs/submission.ts';
import { laneClock } from '../pause.ts';
import type { Picture } from '../picture.ts';
import type { Transaction } from '../platform/store.ts';
import { isErasing } from '../privacy/erasing.ts';
import { readHolds, type Scope } from '../quota.ts';
import type { Batch, RefusedStyle } from './batch.ts';
import { LOOK_AGAIN_MS } from './ring-batch.ts';
import type { StylesSubmission } from './submit-styles.ts';

/** One style, with the picture that its owner has already, or the place where its copy of the photo lies. */
export interface StyleWish {
  readonly submission: Submission;
  readonly picture?: Picture;
  readonly inputPath?: string;
}

export type StylesAdmission =
  | { readonly kind: 'admitted'; readonly batch: Batch; readonly jobs: readonly Job[]; readonly runs: readonly Run[] }
  | { readonly kind: 'replayed'; readonly batch: Batch }
  | { readonly kind: 'conflict' }
  | BeingErased
  | { readonly kind: 'quota exceeded'; readonly scope: Scope; readonly resetAt: number };

/** `wishes` has an entry for each style that may be taken in; `refused` names those that may not. */
export function admitStyles(
  engine: Engine,
  submission: StylesSubmission,
  { wishes, refused, token }: { wishes: readonly StyleWish[]; refused: readonly RefusedStyle[]; token: string },
): Promise<StylesAdmission> {
  const now = engine.clock.now();
  return engine.store.transaction(async (tx): Promise<StylesAdmission> => {
    const earlier = await tx.get(batches, submission.id);
    if (earlier) return compare(tx, earlier, submission, token);
    if (await isErasing(tx, submission, now)) return { kind: 'being erased' };

    const drawn = wishes.filter(({ picture }) => !picture);
    const laneClockMs = drawn.length > 0 ? await laneClock(tx, laneQueue(submission.lane), now) : 0;
    const scopes = drawn.map(wish => wish.submission.scopes);
    const { held, exceeded, documents } = await readHolds(tx, scopes, now);
    const admitted = wishes.filter(wish => wish.picture || held[drawn.indexOf(wish)]);
    if (exceeded && (!submission.partial || admitted.length === 0)) {
      return { kind: 'quota exceeded', scope: exceeded, resetAt: resetOf(exceeded) };
    }
    const pairs = admitted.map(wish => pairOf(engine, wish, { laneClockMs, now }));
    const left = wishes.filter(wish => !admitted.includes(wish)).map(wish => styleOf(wish.submission));
    const all = [...refused, ...left.map(style => ({ style, code: 'quota_exceeded' }) as const)];
    const batch = newBatch(engine, submission, { pairs, refused: all, token, now });
    for (const document of documents) tx.set(quotas, document);
    for (const { run, job } of pairs) {
      tx.set(runs, run);
      tx.set(jobs, job);
      bookCosts(tx, engine.settings.spendShards, undefined, run);
    }
    tx.set(batches, batch);
    return { kind: 'admitted', batch, jobs: pairs.map(({ job }) => job), runs: pairs.map(({ run }) => run) };
  });
}

export function styleOf({ style = '' }: Pick<Submission, 'style'>): string {
  return style;
}

/** Our own batch, committed by a try whose answer was lost, is told by its token. */
async function compare(
  tx: Transaction,
  batch: Batch,
  { requestHash }: StylesSubmission,
  token: string,
): Promise<StylesAdmission> {
  if (batch.token !== token)
    return batch.requestHash === requestHash ? { kind: 'replayed', batch } : { kind: 'conflict' };
  const found: Pair[] = [];
  for (const id of batch.jobIds) {
    const [run, job] = [await tx.get(runs, id), await tx.get(jobs, id)];
    if (run && job) found.push({ run, job });
  }
  return { kind: 'admitted', batch, jobs: found.map(({ job }) => job), runs: found.map(({ run }) => run) };
}

function pairOf(engine: Engine, wish: StyleWish, { laneClockMs, now }: { laneClockMs: number; now: number }): Pair {
  const { submission, picture, inputPath = '' } = wish;
  if (!picture) return newPair(engine, submission, { inputPath, laneClockMs, now });
  const queued = newPair(engine, { ...submission, scopes: [] }, { inputPath: '', laneClockMs: 0, now });
  const { path: outputPath, output } = picture;
  return endMove(queued, now, { status: 'succeeded', output, outputPath, reused: true, captures: false });
}

function newBatch(
  engine: Engine,
  submission: StylesSubmission,
  {
    pairs,
    refused,
    token,
    now,
  }: { pairs: readonly Pair[]; refused: readonly RefusedStyle[]; token: string; now: number },
): Batch {
  const { id, shop, owner, ownerUid, lane, requestHash, createdAt, customId, metadata, webhook } = submission;
  return {
    ...{ id, v: DOCUMENT_VERSION, shop, owner, ownerUid, lane, requestHash, createdAt, token },
    kind: 'styles',
    state: 'open',
    sequence: 0,
    total: pairs.length,
    jobIds: pairs.map(({ job }) => job.id),
    ...(refused.length > 0 ? { refused } : {}),
    ...(customId !== undefined ? { customId } : {}),
    ...(metadata !== undefined ? { metadata } : {}),
    ...(webhook !== undefined ? { webhook, dispatch: 1, nextCheckAt: now + LOOK_AGAIN_MS } : {}),
    expireAt: now + 2 * engine.limits.retentionMs,
  };
}
