/**
 * Rings for a batch that has something to do. As with a job a bell that does not ring is no fault: the batch carries
 * `nextCheckAt`, and the sweeper rings again.
 */
import { batches } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { DOCUMENT_VERSION, type Run } from '../job.ts';
import { isPlatformError } from '../platform/errors.ts';
import type { Task } from '../platform/queue.ts';
import type { Transaction } from '../platform/store.ts';
import type { Batch } from './batch.ts';

/** More than one step takes; whoever works on a batch moves the look on with each. */
export const LOOK_AGAIN_MS = 120_000;

/** `notBefore` = when it is due, ms since 1970; absent = at once. */
export async function ringBatch(engine: Engine, batch: Batch, notBefore?: number): Promise<void> {
  const task = { ...taskOf(batch), ...(notBefore === undefined ? {} : { notBefore }) };
  try {
    await engine.queue.enqueue(task);
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    engine.log.warn('batch not rung for; the sweeper will', { jobId: batch.id, taskName: task.name, error });
  }
}

/** For a request about a batch that is repeated: the process that took it in first may have died before it rang. */
export async function ringBatchAgain(engine: Engine, batch: Batch): Promise<void> {
  if (batch.nextCheckAt !== undefined) await ringBatch(engine, batch);
}

/** Of the ends within a few seconds the first rings, a moment later, for all. */
const END_WINDOW_MS = 5_000;

/** A job of a batch has ended, of which somebody wants to be told: perhaps it was the last one. */
export async function ringBatchEnd(
  engine: Engine,
  { batchId, batchTold }: Pick<Run, 'batchId' | 'batchTold'>,
): Promise<void> {
  if (batchId === undefined || !batchTold) return;
  const window = Math.floor(engine.clock.now() / END_WINDOW_MS) + 1;
  const task: Task = {
    ...taskOf({ id: batchId }),
    name: `${batchId}-end-${window}`,
    notBefore: window * END_WINDOW_MS,
  };
  try {
    await engine.queue.enqueue(task);
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    engine.log.warn('the end of a batch not rung for; the sweeper will', {
      jobId: batchId,
      taskName: task.name,
      error,
    });
  }
}

function taskOf({ id, dispatch = 0 }: Pick<Batch, 'id' | 'dispatch'>): Task {
  const payload = { batchId: id, what: 'batch', v: DOCUMENT_VERSION };
  return { queue: 'upkeep', name: `${id}-${dispatch}`, kind: 'upkeep', payload };
}

/** The batch due at once, under a task's name that is new. */
export function rung(batch: Batch, nowMs: number): Batch {
  return { ...batch, dispatch: (batch.dispatch ?? 0) + 1, nextCheckAt: nowMs + LOOK_AGAIN_MS };
}

/** Changes the batch in a transaction; what `change` returns unchanged is not written. Undefined when it is gone. */
export function changeBatch(
  { store }: Pick<Engine, 'store'>,
  id: string,
  change: (batch: Batch, tx: Transaction) => Batch | Promise<Batch>,
): Promise<Batch | undefined> {
  return store.transaction(async tx => {
    const before = await tx.get(batches, id);
    if (!before) return undefined;
    const after = await change(before, tx);
    if (after !== before) tx.set(batches, after);
    return after;
  });
}

/** Every batch whose time has come is rung for again, under a new name. */
export async function sweepBatches(engine: Engine, until: number): Promise<number> {
  let count = 0;
  let after: string | undefined;
  do {
    const page = await engine.store.list({
      from: batches,
      where: [['nextCheckAt', '<=', until]],
      orderBy: ['nextCheckAt', 'asc'],
      limit: engine.limits.sweepPage,
      ...(after !== undefined ? { after } : {}),
    });
    after = page.next;
    for (const { id } of page.items) {
      const now = engine.clock.now();
      const due = await changeBatch(engine, id, batch =>
        batch.nextCheckAt !== undefined && batch.nextCheckAt <= until ? rung(batch, now) : batch,
      );
      if (due?.nextCheckAt === now + LOOK_AGAIN_MS) await ringBatch(engine, due);
      count++;
    }
  } while (after !== undefined);
  return count;
}
