/**
 * Erases one job, and then whose it was: what stays is a tombstone with state, times and the ledger of what was spent,
 * which belongs to nobody. Each step does no harm when it is done twice.
 */
import { deliveries, runs } from '../collections.ts';
import type { Delivery } from '../documents.ts';
import type { Engine } from '../engine.ts';
import { type Attempt, isDone, type Job, type Run } from '../job.ts';
import type { Pair } from '../job-moves.ts';
import { erase, eraseObjects } from '../jobs/erase.ts';
import { keepOrdered } from '../jobs/order.ts';
import { readPair, savePair } from '../jobs/save.ts';
import { withPending } from '../jobs/upkeep.ts';
import { withoutPath } from '../webhooks/forget.ts';
import { NOBODY } from './privacy-request.ts';

/** Events of one job, or of one batch. */
const EVENTS_MAX = 1_000;

/** `waits`: a worker has the job still, and has been told to stop; to be asked again. */
export async function forgetJob(engine: Engine, jobId: string): Promise<'forgotten' | 'waits'> {
  if (!(await erase(engine, jobId))) return 'forgotten';
  const run = await engine.store.get(runs, jobId);
  if (!run) return 'forgotten';
  if (!isDone(run.status)) return 'waits';
  await eraseObjects(engine, jobId);
  // Copies for an order that were being made meanwhile go, too, and nobody begins to make others.
  if (run.pending.some(({ kind }) => kind === 'keep')) await keepOrdered(engine, jobId);
  await settleDeliveries(engine, jobId);
  return anonymise(engine, jobId);
}

/** What has not been delivered is given up: it could only tell of a job that is gone, at an address that may name somebody. */
export async function settleDeliveries({ store }: Pick<Engine, 'store'>, jobId: string): Promise<void> {
  const { items } = await store.list({ from: deliveries, where: [['jobId', '==', jobId]], limit: EVENTS_MAX });
  for (const { id } of items) {
    await store.transaction(async tx => {
      const delivery = await tx.get(deliveries, id);
      if (delivery) tx.set(deliveries, withoutPath(givenUp(delivery)));
    });
  }
}

function givenUp(delivery: Delivery): Delivery {
  if (delivery.state !== 'pending') return delivery;
  const { nextTryAt: _, ...rest } = delivery;
  return { ...rest, state: 'disabled' };
}

function anonymise(engine: Engine, jobId: string): Promise<'forgotten' | 'waits'> {
  return engine.store.transaction(async tx => {
    const before = await readPair(tx, jobId);
    if (!before || before.job.ownerUid === NOBODY) return 'forgotten';
    const { run } = before;
    // Something has begun anew since the objects were deleted: its own task deletes them again first.
    if (!isDone(run.status) || run.pending.some(({ kind }) => kind !== 'webhook')) return 'waits';
    await savePair(tx, engine, before, nobodysMove(before, engine));
    return 'forgotten';
  });
}

/** Without whose it was, what it was drawn from, and whoever was to be told. The digest that names its picture stays. */
export function nobodysMove({ run, job }: Pair, engine: Pick<Engine, 'clock' | 'limits'>): Pair {
  const { webhook: _, trace: __, kept: ___, ...rest } = run;
  const attempts = run.attempts.map(({ detail: ____, ...attempt }): Attempt => attempt);
  const bare: Run = {
    ...rest,
    ...{ ownerUid: NOBODY, owner: {}, prompt: '', inputSha256: '', requestHash: '', scopes: [], attempts },
  };
  const nobodys: Job = { ...job, ownerUid: NOBODY, sequence: job.sequence + 1 };
  return { run: withPending(bare, [], engine), job: nobodys };
}
