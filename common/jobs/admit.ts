/**
 * Admission: quota hold, run and job in one transaction, all or nothing. Its marker is the run under the job's id, so
 * that running again after an unknown commit finds the job instead of holding quota twice.
 */

import { jobs, quotas, runs } from '../collections.ts';
import { bookCosts } from '../costs/book-costs.ts';
import type { Engine } from '../engine.ts';
import { type Job, laneQueue, type Run } from '../job.ts';
import { endMove, type Pair } from '../job-moves.ts';
import { laneClock } from '../pause.ts';
import type { Picture } from '../picture.ts';
import type { Transaction } from '../platform/store.ts';
import { isErasing } from '../privacy/erasing.ts';
import { endOfDay, readHold, type Scope } from '../quota.ts';
import { readPair } from './save.ts';
import { newPair, type Submission } from './submission.ts';

/** Everything of its owner is being erased. */
export interface BeingErased {
  readonly kind: 'being erased';
}

type Earlier = { readonly kind: 'replayed'; readonly job: Job } | { readonly kind: 'conflict' };

export type Admission =
  | { readonly kind: 'admitted'; readonly job: Job; readonly run: Run }
  | Earlier
  | BeingErased
  | { readonly kind: 'quota exceeded'; readonly scope: Scope; readonly resetAt: number };

export function admit(engine: Engine, submission: Submission, inputPath: string): Promise<Admission> {
  const now = engine.clock.now();
  return engine.store.transaction(async (tx): Promise<Admission> => {
    const earlier = await readPair(tx, submission.id);
    // Our own run, committed by a try whose answer was lost, is told by the name that this request gave the photo.
    if (earlier?.run.inputPath === inputPath) return { kind: 'admitted', ...earlier };
    if (earlier) return compare(earlier, submission);
    if (await isErasing(tx, submission, now)) return { kind: 'being erased' };

    const laneClockMs = await laneClock(tx, laneQueue(submission.lane), now);
    const hold = await readHold(tx, submission.scopes, now);
    if ('exceeded' in hold) return { kind: 'quota exceeded', scope: hold.exceeded, resetAt: resetOf(hold.exceeded) };
    const pair = newPair(engine, submission, { inputPath, laneClockMs, now });
    for (const document of hold.documents) tx.set(quotas, document);
    write(tx, pair);
    return { kind: 'admitted', ...pair };
  });
}

/** When the day of a scope ends; that of a submit which stood in line across midnight is over. A scope's id begins with it. */
export function resetOf({ id }: Scope): number {
  return endOfDay(Date.parse(id.slice(0, 'YYYY-MM-DD'.length)));
}

/** A job that is born succeeded with a picture its owner has already: free of quota and cost. */
export function admitReused(
  engine: Engine,
  submission: Submission,
  picture: Picture,
): Promise<{ readonly kind: 'reused'; readonly job: Job; readonly run: Run } | Earlier | BeingErased> {
  const now = engine.clock.now();
  return engine.store.transaction(
    async (tx): Promise<{ kind: 'reused'; job: Job; run: Run } | Earlier | BeingErased> => {
      const earlier = await readPair(tx, submission.id);
      if (earlier) return compare(earlier, submission);
      if (await isErasing(tx, submission, now)) return { kind: 'being erased' };
      const queued = newPair(engine, { ...submission, scopes: [] }, { inputPath: '', laneClockMs: 0, now });
      const { path: outputPath, output } = picture;
      const pair = endMove(queued, now, { status: 'succeeded', output, outputPath, reused: true, captures: false });
      write(tx, pair);
      bookCosts(tx, engine.settings.spendShards, undefined, pair.run);
      return { kind: 'reused', ...pair };
    },
  );
}

function compare(earlier: Pair, submission: Submission): Earlier {
  // An erased customer's run has no digest left: the repeat is told of the tombstone.
  const { requestHash } = earlier.run;
  return requestHash === submission.requestHash || requestHash === ''
    ? { kind: 'replayed', job: earlier.job }
    : { kind: 'conflict' };
}

function write(tx: Transaction, { run, job }: Pair): void {
  tx.set(runs, run);
  tx.set(jobs, job);
}
