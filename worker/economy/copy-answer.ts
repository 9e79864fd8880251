/**
 * One answer out of an upstream batch: verified, stored and delivered like any other picture, or ended by the same table
 * of outcomes. An answer that comes after its job has gone to bulk is not thrown away: the picture is stored where bulk
 * finds it, and its cost goes into the ledger.
 */

import { runs } from '../../common/collections.ts';
import type { UpstreamItem } from '../../common/economy/upstream-batch.ts';
import type { Attempt, Run } from '../../common/job.ts';
import { type AttemptEnd, finish } from '../../common/jobs/finish.ts';
import type { BatchAnswer } from '../../common/platform/batch-model.ts';
import { isPlatformError } from '../../common/platform/errors.ts';
import { type Drawing, ModelError } from '../../common/platform/model.ts';
import { failureOf, type Progress } from '../attempt-failure.ts';
import { storeLatePicture, storePicture } from '../store-picture.ts';
import { requestOf } from './send-items.ts';
import { isOurs } from './settle-items.ts';
import type { BatchWorker } from './tend-upstream.ts';

interface Answered {
  readonly item: UpstreamItem;
  readonly answer: BatchAnswer;
  readonly signal: AbortSignal;
}

/** Twice with the same answer: the second finds the attempt over, and its cost known. Throws what the bucket throws. */
export async function copyAnswer(worker: BatchWorker, { item, answer, signal }: Answered): Promise<void> {
  const { engine } = worker;
  const { jobId, fence } = item;
  const run = await engine.store.get(runs, jobId);
  const attempt = run?.attempts.find(row => row.fence === fence);
  if (!run || fence === undefined || !attempt) return;
  const ours = isOurs(run, item);
  if (!ours && attempt.costMicroUsd !== undefined) return;
  const progress: Progress = { called: true };
  const end = await deliver(worker, { run, attempt, ours, answer, signal, progress }).catch(
    (error: unknown): AttemptEnd => {
      // Tried again: the answer stays where it is, so it is not lost.
      if (signal.aborted || isPlatformError(error)) throw error;
      return failureOf(error, signal, { ...progress, providerDown: false });
    },
  );
  const finished = await finish(engine, jobId, fence, end);
  const outcome = end.kind === 'failed' ? end.code : end.kind;
  engine.log.info('an answer of an upstream batch', { jobId, code: outcome, status: finished.kind });
}

interface Delivery {
  readonly run: Run;
  /** The one that asked. */
  readonly attempt: Attempt;
  readonly ours: boolean;
  readonly answer: BatchAnswer;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

async function deliver(worker: BatchWorker, delivery: Delivery): Promise<AttemptEnd> {
  const { run, attempt, ours, answer, signal, progress } = delivery;
  const { engine } = worker;
  const drawing = answer.read({ ...requestOf(run), model: attempt.model });
  progress.drawing = drawing;
  if (!ours) return late(worker, { run, attempt, drawing });
  const { output, path: outputPath } = await storePicture(engine, run, drawing, signal);
  await engine.point('upstream-stored');
  return { kind: 'delivered', output, outputPath, drawn: drawing, reused: false };
}

interface Late {
  readonly run: Run;
  readonly attempt: Attempt;
  readonly drawing: Drawing;
}

/** For the ledger: the attempt is over, so that of this end only the cost counts. */
async function late({ engine }: BatchWorker, { run, attempt, drawing }: Late): Promise<AttemptEnd> {
  // A run that was opened anew since then may have another wish.
  const wanted = attempt.run === undefined;
  const stored = wanted ? await storeLatePicture(engine, run, drawing) : undefined;
  if (!stored) throw new ModelError('batch_lost', 'the answer came when the job was over', { usage: drawing.usage });
  return { kind: 'delivered', output: stored.output, outputPath: stored.path, drawn: drawing, reused: false };
}
