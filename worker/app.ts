/**
 * The worker: takes one task at a time from whatever delivers it (the embedded queue, or Cloud Tasks over HTTP) and
 * hands it to the file that knows its kind. Resolving means done; it throws only if the store cannot be reached.
 */
import { workOnBatch } from '../common/batches/batch-task.ts';
import { stepBulk } from '../common/bulk/step-bulk.ts';
import { noteCircuit } from '../common/circuits.ts';
import { createControls } from '../common/controls.ts';
import { eraseObjects } from '../common/jobs/erase.ts';
import { keepOrdered } from '../common/jobs/order.ts';
import { createOutbound, type Outbound } from '../common/outbound/outbound.ts';
import type { Task, TaskHandler } from '../common/platform/queue.ts';
import { stepErasure } from '../common/privacy/step-erasure.ts';
import type { Sender } from '../common/webhooks/send.ts';
import { deliverWebhook } from './deliver-webhook.ts';
import { drawJob } from './draw-job.ts';
import { gather } from './economy/gather.ts';
import { tendUpstream } from './economy/tend-upstream.ts';
import { createModelHealth } from './model-health.ts';
import { createSlots } from './slots.ts';
import type { EconomyWorker } from './worker.ts';

/** Without `outbound` webhooks reach public addresses alone; without `batches` bulk draws what economy was meant for. */
type WorkerParts = Omit<EconomyWorker, 'slots' | 'health' | 'controls' | 'batches' | 'batchSlots'> & {
  slots: number;
  outbound?: Outbound;
  batches?: EconomyWorker['batches'];
};

/** The requests of a batch take some 50 MB, and so may what is read of its results at a time. */
const BATCH_SLOTS = 2;
const NO_BATCHES = { unavailable: 'this worker knows no way to an API for batches' };

export function createWorker(parts: WorkerParts): {
  handle: TaskHandler;
  running: () => number;
} {
  const { engine } = parts;
  const slots = createSlots({ clock: engine.clock, slots: parts.slots, waitMs: engine.limits.slotWaitMs });
  const health = createModelHealth(engine, (model, until) => void noteCircuit(engine, model, until));
  engine.metrics.workerStarted({ slots: parts.slots, running: slots.running, open: slots.open, ...health });
  const outbound = parts.outbound ?? createOutbound({ ...engine, allow: [] });
  const batchSlots = createSlots({ clock: engine.clock, slots: BATCH_SLOTS, waitMs: engine.limits.slotWaitMs });
  const worker = {
    batches: NO_BATCHES,
    ...parts,
    slots,
    health,
    outbound,
    batchSlots,
    controls: createControls(engine),
  };
  return { handle: task => handle(worker, task), running: slots.running };
}

async function handle(worker: EconomyWorker & Sender, task: Task): Promise<void> {
  await worker.engine.point('delivered');
  const { jobId, batchId, what, run, upstreamBatch, actionId, requestId } = task.payload;
  if (what === 'batch' && typeof batchId === 'string') return workOnBatch(worker, batchId);
  if (what === 'bulk' && typeof actionId === 'string') return stepBulk(worker.engine, actionId);
  if (what === 'privacy' && typeof requestId === 'string') return stepErasure(worker.engine, requestId);
  if (what === 'gather') return gather(worker);
  if (what === 'upstream' && typeof upstreamBatch === 'string') return tendUpstream(worker, upstreamBatch, task.name);
  if (typeof jobId !== 'string') return worker.engine.log.error('task without a job', { taskName: task.name });
  if (task.kind === 'job') return drawJob(worker, task, jobId);
  if (what === 'erase') return eraseObjects(worker.engine, jobId);
  if (what === 'keep') return keepOrdered(worker.engine, jobId);
  if (what === 'webhook' && typeof run === 'number') return deliverWebhook(worker, { jobId, run });
  worker.engine.log.error('task of an unknown kind', { taskName: task.name, reason: String(what) });
}
