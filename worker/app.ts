/**
 * The worker: takes one task at a time from whatever delivers it (the embedded queue, or Cloud Tasks over HTTP) and
 * hands it to the file that knows its kind. Resolving means done; it throws only if the store cannot be reached.
 */
import { eraseObjects } from '../common/jobs/erase.ts';
import type { Task, TaskHandler } from '../common/platform/queue.ts';
import { drawJob } from './draw-job.ts';
import { createModelHealth } from './model-health.ts';
import { createSlots } from './slots.ts';
import type { Worker } from './worker.ts';

export function createWorker(parts: Omit<Worker, 'slots' | 'health'> & { slots: number }): {
  handle: TaskHandler;
  running: () => number;
} {
  const { engine } = parts;
  const slots = createSlots({ clock: engine.clock, slots: parts.slots, waitMs: engine.limits.slotWaitMs });
  const health = createModelHealth(engine);
  engine.metrics.workerStarted({ slots: parts.slots, running: slots.running, open: slots.open, ...health });
  const worker: Worker = { ...parts, slots, health };
  return { handle: task => handle(worker, task), running: slots.running };
}

async function handle(worker: Worker, task: Task): Promise<void> {
  await worker.engine.point('delivered');
  const { jobId, what } = task.payload;
  if (typeof jobId !== 'string') return worker.engine.log.error('task without a job', { taskName: task.name });
  if (task.kind === 'job') return drawJob(worker, task, jobId);
  if (what === 'erase') return eraseObjects(worker.engine, jobId);
  worker.engine.log.error('task of an unknown kind', { taskName: task.name, reason: String(what) });
}
