/**
 * A picture that was sold has to be there until it is printed, and for a complaint after that. The order is noted with
 * the job at once; then, as upkeep, photo and picture are copied to a folder that the rule of thirty days does not reach.
 */
import { jobs, runs } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { isDone, type Job, type Kept, type Run } from '../job.ts';
import type { Pair } from '../job-moves.ts';
import { settlePhoto } from '../kept-photos/settle.ts';
import { keptPath, photoOfRun, pictureOfRun, previewPath } from '../picture.ts';
import { isPlatformError } from '../platform/errors.ts';
import { readPair, savePair } from './save.ts';
import { ringUpkeep, upkeepDone } from './upkeep.ts';

/** A picture is printed again and again, but hardly for more orders than these. */
export const ORDERS_MAX = 50;

export type Ordered =
  | { readonly kind: 'ordered'; readonly job: Job }
  | { readonly kind: 'missing' | 'erased' | 'expired' | 'full' };

/**
 * Idempotent for an order id. A job that is not done, or ended without a picture, is ordered all the same: its photo is
 * kept now, and a picture when there is one.
 */
export async function order(engine: Engine, jobId: string, orderId: string): Promise<Ordered> {
  const outcome = await engine.store.transaction(async tx => {
    const now = engine.clock.now();
    const before = await readPair(tx, jobId);
    if (!before) return { kind: 'missing' } as const;
    const { job } = before;
    if (job.erasedAt !== undefined) return { kind: 'erased' } as const;
    if (job.orderIds?.includes(orderId)) return { kind: 'ordered', ...before, rings: false } as const;
    if ((job.output?.expiresAt ?? now) < now) return { kind: 'expired' } as const;
    if ((job.orderIds?.length ?? 0) >= ORDERS_MAX) return { kind: 'full' } as const;
    const after = withOrders(before, [orderId], engine);
    await savePair(tx, engine, before, after);
    return { kind: 'ordered', ...after, rings: true } as const;
  });
  if (outcome.kind !== 'ordered') return outcome;
  if (outcome.rings && isDone(outcome.run.status)) await ringUpkeep(engine, outcome.run);
  return { kind: 'ordered', job: outcome.job };
}

/**
 * With those of the orders that it does not have yet, as far as there is room; the same pair where nothing is to be
 * kept. Whoever commits it rings for its upkeep when it is done.
 */
export function withOrders(pair: Pair, orderIds: readonly string[], { clock, settings }: Engine): Pair {
  const now = clock.now();
  const { orderIds: known = [], erasedAt, output } = pair.job;
  if (erasedAt !== undefined || (output?.expiresAt ?? now) < now) return pair;
  return orderIds
    .filter(orderId => !known.includes(orderId))
    .slice(0, Math.max(0, ORDERS_MAX - known.length))
    .reduce((before, orderId) => orderMove(before, orderId, { now, keptMs: settings.orderRetentionMs }), pair);
}

/** The upkeep task. Waits for the end of a run that goes on, by leaving the entry in place. */
export async function keepOrdered(engine: Engine, jobId: string): Promise<void> {
  const run = await engine.store.get(runs, jobId);
  if (!run || !isDone(run.status)) return;
  const job = await engine.store.get(jobs, jobId);
  const isKept = job?.erasedAt === undefined && (await keep(engine, run));
  if (isKept && run.uploadId !== undefined) await settlePhoto(engine, run.uploadId, run);
  // Also what an earlier task copied that did not come to its end.
  if (!isKept) await deleteKept(engine, run);
  // An order that came meanwhile has its own time, and its own bell.
  await upkeepDone(engine, jobId, ({ kind }) => kind === 'keep', run);
}

/** All that may lie in the job's folder. */
export function keptObjects(run: Run): string[] {
  const picture = keptPath(run, 'picture');
  return [keptPath(run, 'photo'), picture, previewPath(picture)];
}

function orderMove({ run, job }: Pair, orderId: string, { now, keptMs }: { now: number; keptMs: number }): Pair {
  const expireAt = Math.max(job.expireAt, now + keptMs);
  const isPending = run.pending.some(({ kind }) => kind === 'keep');
  return {
    run: {
      ...run,
      dispatch: run.dispatch + 1,
      pending: isPending ? run.pending : [...run.pending, { kind: 'keep' }],
      nextCheckAt: isDone(run.status) ? now : (run.nextCheckAt ?? now),
      expireAt,
    },
    job: { ...job, sequence: job.sequence + 1, orderIds: [...(job.orderIds ?? []), orderId], orderedAt: now, expireAt },
  };
}

/** False when the job was erased meanwhile: then nothing may be kept. */
async function keep(engine: Engine, run: Run): Promise<boolean> {
  const kept = await copyAll(engine, run);
  return engine.store.transaction(async tx => {
    const before = await readPair(tx, run.id);
    if (!before || before.job.erasedAt !== undefined) return false;
    const { orderedAt = 0, output } = before.job;
    const expiresAt = orderedAt + engine.settings.orderRetentionMs;
    const isShown = kept.picture && output !== undefined && output.expiresAt !== expiresAt;
    const job: Job = isShown
      ? { ...before.job, sequence: before.job.sequence + 1, output: { ...output, expiresAt } }
      : before.job;
    await savePair(tx, engine, before, { run: { ...before.run, kept }, job });
    return true;
  });
}

/** What is kept already begins its time anew, as the object from which it was copied may be gone. */
async function copyAll(engine: Engine, run: Run): Promise<Kept> {
  const picture = pictureOfRun(run);
  const to = keptPath(run, 'picture');
  const hasPicture = picture !== undefined && (await copy(engine, picture, to));
  if (picture !== undefined && !hasPicture) {
    engine.log.error('ordered picture is gone', { jobId: run.id });
  }
  if (hasPicture) await copy(engine, previewPath(picture), previewPath(to));
  const photo = photoOfRun(run);
  return { picture: hasPicture, photo: photo !== undefined && (await copy(engine, photo, keptPath(run, 'photo'))) };
}

async function copy({ bucket }: Engine, from: string, to: string): Promise<boolean> {
  try {
    await (from === to ? bucket.touch(to) : bucket.copy(from, to));
    return true;
  } catch (error) {
    if (isPlatformError(error, 'missing')) return false;
    throw error;
  }
}

async function deleteKept({ bucket }: Engine, run: Run): Promise<void> {
  await Promise.all(keptObjects(run).map(path => bucket.delete(path)));
}
