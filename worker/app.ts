/**
 * The worker: takes one task at a time from whatever delivers it (the embedded queue, or Cloud Tasks over HTTP) and
 * hands it to the file that knows its kind. Resolving means done; it throws only if the store cannot be reached.
 */

import { stepBulk } from '../common/bulk/step-bulk.ts';
import { noteCircuit } from '../common/circuits.ts';
import { createControls } from '../common/controls.ts';
import { eraseObjects } from '../common/jobs/erase.ts';
import { createOutbound, type Outbound } from '../common/outbound/outbound.ts';
import type { Task, TaskHandler } from '../common/platform/queue.ts';
import { deliverWebhook, type Sender } from './deliver-webhook.ts';
import { drawJob } from './draw-job.ts';
import { createModelHealth } from './model-health.ts';
import { createSlots } from './slots.ts';
import type { Worker } from './worker.ts';

/** Without `outbound` webhooks reach public addresses alone. */
type WorkerParts = Omit<Worker, 'slots' | 'health' | 'controls'> & { slots: number; outbound?: Outbound };

export function createWorker(parts: WorkerParts): {
  handle: TaskHandler;
  running: () => number;
} {
  const { engine } = parts;
  const slots = createSlots({ clock: engine.clock, slots: parts.slots, waitMs: engine.limits.slotWaitMs });
  const health = createModelHealth(engine, (model, until) => void noteCircuit(engine, model, until));
  engine.metrics.workerStarted({ slots: parts.slots, running: slots.running, open: slots.open, ...health });
  const outbound = parts.outbound ?? createOutbound({ ...engine, allow: [] });
  const worker = { ...parts, slots, health, outbound, controls: createControls(engine) };
  return { handle: task => handle(worker, task), running: slots.running };
}

async function handle(worker: Worker & Sender, task: Task): Promise<void> {
  await worker.engine.point('delivered');
  const { jobId, what, run, actionId } = task.payload;
  if (what === 'bulk' && typeof actionId === 'string') return stepBulk(worker.engine, actionId);
  if (typeof jobId !== 'string') return worker.engine.log.error('task without a job', { taskName: task.name });
  if (task.kind === 'job') return drawJob(worker, task, jobId);
  if (what === 'erase') return eraseObjects(worker.engine, jobId);
  if (what === 'webhook' && typeof run === 'number') return deliverWebhook(worker, { jobId, run });
  worker.engine.log.error('task of an unknown kind', { taskName: task.name, reason: String(what) });
}
