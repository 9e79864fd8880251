/**
 * One attempt at a job, in its steps: slot → claim → find or (load → draw → verify → store) → finish. The only layer
 * that retries: whatever goes wrong becomes an `AttemptEnd`, and `finish` decides by the outcome table what follows.
 */
import { type Ask, type Exhausted, SHARES, type Share } from '../common/budget.ts';
import type { Controls } from '../common/controls.ts';
import type { Engine } from '../common/engine.ts';
import { drawingModel, type Run, retiredModels } from '../common/job.ts';
import { claim, type Wait } from '../common/jobs/claim.ts';
import { type AttemptEnd, finish } from '../common/jobs/finish.ts';
import { postpone } from '../common/jobs/postpone.ts';
import { givenUp } from '../common/jobs/renew.ts';
import { DEFAULT_SHOP } from '../common/keys.ts';
import { modelsFor } from '../common/models.ts';
import { pauseQueue } from '../common/pause.ts';
import type { Task } from '../common/platform/queue.ts';
import { askModel } from './ask-model.ts';
import { failureOf, type Progress } from './attempt-failure.ts';
import { type Heartbeat, startHeartbeat } from './heartbeat.ts';
import { loadPhoto } from './load-photo.ts';
import type { Visit } from './model-health.ts';
import { findFinished, storePicture } from './store-picture.ts';
import type { Worker } from './worker.ts';

/** Spreads tasks that found no slot, so that they do not come back all at once. */
const NO_SLOT_WAIT_MS = 2_000;
/** Of a job that the day's budget has no room for; behind a paused queue it waits for as long as the pause. */
const NO_BUDGET_WAIT_MS = 60_000;
/** How soon a job looks again whether its model was released. */
const HELD_LOOK_MS = 60_000;

export async function drawJob(worker: Worker, task: Task, jobId: string): Promise<void> {
  const { engine } = worker;
  const lane = task.queue === 'bulk' ? 'bulk' : 'interactive';
  const controls = await worker.controls();
  worker.slots.setCeiling(controls.ceiling?.slots);
  const answer = await worker.slots.use(lane, async () => {
    if (worker.draining.aborted) return 'no slot';
    const exhausted = await engine.budget.exhausted(askOf(task));
    return exhausted ?? attempt(worker, jobId, controls);
  });
  if (answer === 'no slot') {
    const waitMs = Math.round(NO_SLOT_WAIT_MS * (0.5 + engine.random.fraction()));
    await postpone(engine, jobId, { deliveredTask: task.name, waitMs });
  } else if (answer && 'whose' in answer) {
    await waitForBudget(worker, task, { jobId, exhausted: answer });
  } else if (answer?.why === 'quota exhausted') {
    // For hours perhaps: the lane is paused, which also stops the deadlines. A wait of seconds is left to the jobs.
    await pauseQueue(engine, lane, {
      reason: "the provider's quota is used up",
      until: answer.until,
      because: 'provider',
    });
  }
}

/** A task of an older version does not say for whom it is; the service's own budget binds it nevertheless. */
function askOf({ payload: { shop, share }, queue }: Task): Ask {
  const known = Object.keys(SHARES).find((name): name is Share => name === share);
  return {
    shop: typeof shop === 'string' ? shop : DEFAULT_SHOP,
    share: known ?? (queue === 'bulk' ? 'bulk' : 'customer'),
  };
}

/**
 * A spent day pauses the lane, unless others may still use it: then only this job is put back, until its deadline. The
 * rest of the day is for those that a shop knows.
 */
async function waitForBudget(
  { engine }: Worker,
  task: Task,
  { jobId, exhausted: { whose, until } }: { jobId: string; exhausted: Exhausted },
): Promise<void> {
  const lane = task.queue === 'bulk' ? 'bulk' : 'interactive';
  const alone = whose === 'shop' || askOf(task).share === 'anonymous';
  const waitMs = Math.round(NO_BUDGET_WAIT_MS * (0.5 + engine.random.fraction()));
  if (!alone) await pauseQueue(engine, lane, { reason: "the day's budget is used up", until, because: 'budget' });
  await postpone(engine, jobId, { deliveredTask: task.name, waitMs });
}

/** Answers with the wait when no model could be asked. */
async function attempt(worker: Worker, jobId: string, { models }: Controls): Promise<Wait | undefined> {
  const { engine } = worker;
  const visit = worker.health.visit();
  try {
    const claimed = await claim(engine, jobId, run => {
      const wanted = modelsOf(engine, run);
      const free = wanted.filter(({ id }) => !models.has(id));
      return free.length > 0 ? visit.choose(free) : heldUntil(wanted, models, engine.clock.now());
    });
    if (claimed.kind === 'claimed') {
      engine.budget.claimed(claimed.run.shop, claimed.run.attempts.at(-1)?.estimateMicroUsd ?? 0);
      await work(worker, claimed.run, visit);
    }
    return claimed.kind === 'postponed' ? claimed.wait : undefined;
  } finally {
    visit.end();
  }
}

/** Operators hold back all that could draw it: it waits for the first of them, and looks whether it was released. */
function heldUntil(wanted: readonly { readonly id: string }[], models: Controls['models'], now: number): Wait {
  const ends = wanted.flatMap(({ id }) => models.get(id)?.until ?? []);
  return { until: Math.min(now + HELD_LOOK_MS, ...ends), why: 'held' };
}

/** What can draw the run; a model that left the catalogue is asked nevertheless, and says itself that it is gone. */
function modelsOf({ catalogue }: Engine, run: Run): readonly { readonly id: string }[] {
  const models = modelsFor(catalogue, run, retiredModels(run));
  return models.length > 0 ? models : [{ id: run.model }];
}

async function work(worker: Worker, run: Run, visit: Visit): Promise<void> {
  const { engine } = worker;
  const heartbeat = startHeartbeat(engine, run, worker.stopping);
  const progress: Progress = { called: false };
  try {
    const end = await drawPicture(worker, run, { heartbeat, progress, visit }).catch((error: unknown) =>
      failureOf(error, heartbeat.signal, { ...progress, providerDown: visit.down() }),
    );
    const finished = await finish(engine, run.id, run.fence, end);
    logEnd(worker, run, end, finished.kind);
  } finally {
    heartbeat.stop();
  }
}

async function drawPicture(
  worker: Worker,
  run: Run,
  { heartbeat, progress, visit }: { heartbeat: Heartbeat; progress: Progress; visit: Visit },
): Promise<AttemptEnd> {
  const { engine } = worker;
  const { signal } = heartbeat;
  const finished = await findFinished(engine, run);
  if (finished) {
    const { output, path: outputPath, jobId } = finished;
    return { kind: 'delivered', output, outputPath, reused: jobId !== run.id };
  }
  const image = await loadPhoto(engine, run);
  await engine.point('loaded');
  signal.throwIfAborted();
  if (await givenUp(engine, run.id)) return { kind: 'canceled', called: false };
  heartbeat.insist();

  progress.called = true;
  const drawing = await askModel(worker, run, { image, signal, visit });
  progress.drawing = drawing;
  await engine.point('drawn');
  const { output, path: outputPath } = await storePicture(engine, run, drawing, signal);
  return { kind: 'delivered', output, outputPath, drawn: drawing, reused: false };
}

function logEnd({ engine }: Worker, run: Run, end: AttemptEnd, status: string): void {
  const started = run.attempts.at(-1)?.startedAt ?? engine.clock.now();
  const model = drawingModel(run);
  const fields = {
    jobId: run.id,
    attempt: run.attempts.length,
    model,
    status,
    trace: run.trace,
    ms: engine.clock.now() - started,
  };
  engine.metrics.attemptEnded({ outcome: outcomeOf(end), model, ms: fields.ms });
  if (end.kind === 'failed') engine.log.warn('attempt failed', { ...fields, code: end.code, reason: end.detail ?? '' });
  else engine.log.info(`attempt ${end.kind}`, fields);
}

function outcomeOf(end: AttemptEnd) {
  if (end.kind === 'failed') return end.code;
  if (end.kind === 'canceled') return 'canceled';
  return end.drawn ? 'succeeded' : 'reused';
}
