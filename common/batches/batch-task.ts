/**
 * The task of a batch of items, step by step: look at its lines, make its jobs part by part, open failed ones again, give
 * the rest up when its owner wants that, note its end. Each step is written down when it is done and does no harm when it
 * is done twice, so that a batch goes on from wherever its process ended.
 */
import pLimit from 'p-limit';
import type { Engine } from '../engine.ts';
import type { Batch } from './batch.ts';
import { openBatchSpend } from './batch-spend.ts';
import { cancelOpenJobs } from './cancel-batch.ts';
import { checkItems } from './check-items.ts';
import { type Maker, makeChild } from './make-child.ts';
import { linesOf } from './ndjson.ts';
import { noteEnd } from './note-end.ts';
import { deleteParts, rawBytes, readItems } from './parts.ts';
import { readLine } from './read-line.ts';
import { retryStep } from './retry-batch.ts';
import { changeBatch, LOOK_AGAIN_MS, ringBatch, rung } from './ring-batch.ts';
import { takenIn } from './take-in.ts';
import { endToTell } from './tell-end.ts';

/** Then the task rings for the next: well within what a queue gives a delivery. */
const TASK_MS = 60_000;
/** Photos held in memory at once, of 20 MiB at most. */
const PARALLEL_ITEMS = 4;

/** Throws only if store or bucket cannot be reached; the queue delivers it again then. */
export async function workOnBatch(maker: Maker, id: string): Promise<void> {
  const { engine, stopping } = maker;
  const startedAt = engine.clock.now();
  let batch = await changeBatch(engine, id, found => lookedAt(found, engine.clock.now()));
  while (batch && !stopping.aborted) {
    const next: Batch | 'waits' | undefined = await step(maker, batch);
    if (next === 'waits' || next === undefined) return;
    batch = next;
    if (engine.clock.now() - startedAt < TASK_MS) continue;
    const due = await changeBatch(engine, id, found => rung(found, engine.clock.now()));
    if (due) await ringBatch(engine, due);
    return;
  }
}

/** The batch after the step; `waits` when nothing can be done for it now. */
async function step(maker: Maker, batch: Batch): Promise<Batch | 'waits' | undefined> {
  const { engine } = maker;
  if (batch.nextCheckAt === undefined) return 'waits';
  if (batch.kind === 'styles') return noteEnd(maker, batch);
  const isTaken = batch.state === 'open' || batch.state === 'rejected';
  if (batch.cancelRequestedAt !== undefined && !isTaken) return closeIntake(engine, batch);
  if (batch.state === 'rejected') return noteEnd(maker, batch);
  if (batch.state === 'validating') return lookAtLines(maker, batch);
  if (batch.state === 'expanding') return makePart(maker, batch);
  if (batch.cancelRequestedAt !== undefined && (await cancelOpenJobs(engine, batch)) > 0) return 'waits';
  if (batch.retry) return retryStep(engine, batch);
  await deleteParts(engine, batch);
  return noteEnd(maker, batch);
}

function lookedAt(batch: Batch, nowMs: number): Batch {
  return batch.nextCheckAt === undefined ? batch : { ...batch, nextCheckAt: nowMs + LOOK_AGAIN_MS };
}

/** What are no jobs yet will not become any. */
function closeIntake(engine: Engine, { id }: Batch): Promise<Batch | undefined> {
  return changeBatch(engine, id, found =>
    found.state === 'validating' || found.state === 'expanding'
      ? lookedAt({ ...found, state: 'open', sequence: found.sequence + 1 }, engine.clock.now())
      : found,
  );
}

async function lookAtLines(maker: Maker, batch: Batch): Promise<Batch | undefined> {
  const { engine, outbound } = maker;
  const checked = await checkItems({ ...engine, outbound }, batch, candidatesOf(engine, batch));
  await engine.point('batch-checked');
  const after = await takenIn(engine, batch, checked);
  const written = await changeBatch(engine, batch.id, (found, tx) => {
    if (found.state !== 'validating' || found.cancelRequestedAt !== undefined) return found;
    if (after.state === 'expanding') openBatchSpend(tx, after);
    const { nextCheckAt: _, ...rest } = found;
    const due = after.state === 'expanding' ? { nextCheckAt: engine.clock.now() + LOOK_AGAIN_MS } : {};
    const { state, sequence, lane, total, items, endedAt } = after;
    const noted = { ...rest, ...{ state, sequence, lane, total }, ...(items ? { items } : {}), ...due };
    if (endedAt === undefined) return noted;
    const told = endToTell(found, { status: 'failed' }, endedAt);
    return { ...noted, ...told, ...(told.telling ? { nextCheckAt: endedAt + LOOK_AGAIN_MS } : {}), endedAt };
  });
  if (written?.state !== 'rejected') return written;
  await deleteParts(engine, batch);
  return written.telling ? noteEnd(maker, written).then(() => undefined) : undefined;
}

async function* candidatesOf(engine: Engine, batch: Batch) {
  for await (const line of linesOf(rawBytes(engine, batch))) yield readLine(line);
}

async function makePart(maker: Maker, batch: Batch): Promise<Batch | undefined> {
  const { engine, stopping } = maker;
  const { parts = 0, expanded = 0 } = batch.items ?? {};
  if (expanded < parts) {
    const limit = pLimit(PARALLEL_ITEMS);
    const items = await readItems(engine, batch, expanded);
    await Promise.all(
      items.map(item =>
        limit(async () => {
          stopping.throwIfAborted();
          await makeChild(maker, batch, item);
        }),
      ),
    );
    await engine.point('part-made');
  }
  return changeBatch(engine, batch.id, found => {
    if (found.state !== 'expanding' || found.items?.expanded !== expanded) return found;
    const made = Math.min(parts, expanded + 1);
    return {
      ...found,
      items: { ...found.items, expanded: made },
      ...(made === parts ? { state: 'open' as const } : {}),
      nextCheckAt: engine.clock.now() + LOOK_AGAIN_MS,
    };
  });
}
