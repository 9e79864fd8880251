/**
 * The owner wants everything of a job gone: at once what the documents hold, then, as upkeep, the objects. A tombstone
 * with state, times and cost stays. A job that is not done is given up first.
 */
import { runs } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { drawingModel, isDone, type Job, type Run } from '../job.ts';
import type { Pair } from '../job-moves.ts';
import { generationKey, picturePath, previewPath } from '../picture.ts';
import { forgetDeliveries } from '../webhooks/forget.ts';
import { cancel } from './cancel.ts';
import { keptObjects } from './order.ts';
import { photoPrefixes } from './photo-path.ts';
import { readPair, savePair } from './save.ts';
import { ringUpkeep, upkeepDone } from './upkeep.ts';

/** One for each repeat that was cut off. */
const COPIES_MAX = 1_000;

/** Idempotent: the tombstone; undefined when there is no such job. */
export async function erase(engine: Engine, jobId: string): Promise<Job | undefined> {
  await cancel(engine, jobId);
  const after = await engine.store.transaction(async tx => {
    const before = await readPair(tx, jobId);
    if (!before || before.job.erasedAt !== undefined) return before;
    const erased = eraseMove(before, engine.clock.now());
    await savePair(tx, engine, before, erased);
    return erased;
  });
  if (after && isDone(after.run.status)) await ringUpkeep(engine, after.run);
  return after?.job;
}

/** The upkeep task: deletes the objects. Waits for the end of a run that is still held, by leaving the entry in place. */
export async function eraseObjects(engine: Engine, jobId: string): Promise<void> {
  const run = await engine.store.get(runs, jobId);
  if (!run || !isDone(run.status)) return;
  const paths = new Set([...objectsOf(run), ...(await photosOf(engine, jobId))]);
  await Promise.all([...paths].map(path => engine.bucket.delete(path)));
  if (run.webhook) await forgetDeliveries(engine, jobId);
  await upkeepDone(engine, jobId, ({ kind }) => kind === 'erase', run);
}

/** Copies of the photo that repeats of the submit have left, whose process ended before it could take them back. */
async function photosOf({ bucket }: Engine, jobId: string): Promise<string[]> {
  const stored = await Promise.all(photoPrefixes(jobId).map(prefix => bucket.list(prefix, { limit: COPIES_MAX })));
  return stored.flat().map(({ path }) => path);
}

/** The photo, and the pictures under this job's key, whether or not the job itself delivered one; also those kept. */
function objectsOf(run: Run): string[] {
  const pictures = new Set([picturePath(run.generationKey), ...(run.outputPath === undefined ? [] : [run.outputPath])]);
  const photo = run.inputPath === '' ? [] : [run.inputPath];
  const kept = run.kept ? keptObjects(run) : [];
  return [...photo, ...[...pictures].flatMap(path => [path, previewPath(path)]), ...kept];
}

/**
 * A worker that had lost its run comes back to an erased job: it may have put a picture after the objects were deleted,
 * as it stood still between asking whether it still held the run and writing. The objects are deleted once more.
 */
export function eraseAgainMove(run: Run, nowMs: number): Run {
  const pending = [...run.pending.filter(({ kind }) => kind !== 'erase'), { kind: 'erase' } as const];
  return { ...run, dispatch: run.dispatch + 1, pending, nextCheckAt: nowMs };
}

/** What the documents hold goes at once; the objects follow as upkeep. */
export function eraseMove({ run, job }: Pair, nowMs: number): Pair {
  const drawnAs = drawnElsewhere(run);
  const { output: _, metadata: __, customId: ___, orderIds: ____, orderedAt: _____, ...tombstone } = job;
  return {
    run: {
      ...run,
      ...(run.outputPath === undefined && drawnAs !== undefined ? { outputPath: drawnAs } : {}),
      prompt: '',
      dispatch: run.dispatch + 1,
      pending: [...run.pending, { kind: 'erase' }],
      nextCheckAt: isDone(run.status) ? nowMs : (run.nextCheckAt ?? nowMs),
    },
    job: { ...tombstone, sequence: job.sequence + 1, erasedAt: nowMs },
  };
}

/**
 * Where the latest attempt puts its picture when another model than the job's draws it. Noted before the prompt goes,
 * which is a part of that name; the picture may be there, or still come, although the job never delivers it.
 */
function drawnElsewhere(run: Run): string | undefined {
  const model = drawingModel(run);
  return model === run.model ? undefined : picturePath(generationKey(run, model));
}
