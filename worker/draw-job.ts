/**
 * One attempt at a job, in its steps: slot → claim → find or (load → draw → verify → store) → finish. The only layer
 * that retries: whatever goes wrong becomes an `AttemptEnd`, and `finish` decides by the outcome table what follows.
 */
import { type Ask, type Exhausted, SHARES, type Share } from '../common/budget.ts';
import type { Engine } from '../common/engine.ts';
import { drawingModel, type Run, retiredModels } from '../common/job.ts';
import { claim, type Wait } from '../common/jobs/claim.ts';
import { type AttemptEnd, finish } from '../common/jobs/finish.ts';
import { postpone } from '../common/jobs/postpone.ts';
import { givenUp } from '../common/jobs/renew.ts';
import { DEFAULT_SHOP } from '../common/keys.ts';
import { modelsFor } from '../common/models.ts';
import { OUTCOMES, type OutcomeCode } from '../common/outcomes.ts';
import { pauseQueue } from '../common/pause.ts';
import { isPlatformError } from '../common/platform/errors.ts';
import { type Drawing, ModelError } from '../common/platform/model.ts';
import type { Task } from '../common/platform/queue.ts';
import { askModel } from './ask-model.ts';
import { type StopReason, startHeartbeat } from './heartbeat.ts';
import { loadPhoto } from './load-photo.ts';
import type { Visit } from './model-health.ts';
import { findFinished, storePicture } from './store-picture.ts';
import type { Worker } from './worker.ts';

/** Spreads tasks that found no slot, so that they do not come back all at once. */
const NO_SLOT_WAIT_MS = 2_000;
/** Of a job that the day's budget has no room for; behind a paused queue it waits for as long as the pause. */
const NO_BUDGET_WAIT_MS = 60_000;

export async function drawJob(worker: Worker, task: Task, jobId: string): Promise<void> {
  const { engine } = worker;
  const lane = task.queue === 'bulk' ? 'bulk' : 'interactive';
  const answer = await worker.slots.use(lane, async () => {
    if (worker.draining.aborted) return 'no slot';
    const exhausted = await engine.budget.exhausted(askOf(task));
    return exhausted ?? attempt(worker, jobId);
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
async function attempt(worker: Worker, jobId: string): Promise<Wait | undefined> {
  const { engine } = worker;
  const visit = worker.health.visit();
  try {
    const claimed = await claim(engine, jobId, run => visit.choose(modelsOf(engine, run)));
    if (claimed.kind === 'claimed') {
      engine.budget.claimed(claimed.run.shop, claimed.run.attempts.at(-1)?.estimateMicroUsd ?? 0);
      await work(worker, claimed.run, visit);
    }
    return claimed.kind === 'postponed' ? claimed.wait : undefined;
  } finally {
    visit.end();
  }
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
    const end = await drawPicture(worker, run, { signal: heartbeat.signal, progress, visit }).catch((error: unknown) =>
      failureOf(error, heartbeat.signal, { ...progress, providerDown: visit.down() }),
    );
    const finished = await finish(engine, run.id, run.fence, end);
    logEnd(worker, run, end, finished.kind);
  } finally {
    heartbeat.stop();
  }
}

/** How far an attempt has come, for the case that it fails: what was asked for may have to be paid. */
interface Progress {
  called: boolean;
  drawing?: Drawing;
}

async function drawPicture(
  worker: Worker,
  run: Run,
  { signal, progress, visit }: { signal: AbortSignal; progress: Progress; visit: Visit },
): Promise<AttemptEnd> {
  const { engine } = worker;
  const finished = await findFinished(engine, run);
  if (finished) {
    const { output, path: outputPath, jobId } = finished;
    return { kind: 'delivered', output, outputPath, reused: jobId !== run.id };
  }
  const image = await loadPhoto(engine, run);
  await engine.point('loaded');
  signal.throwIfAborted();
  if (await givenUp(engine, run.id)) return { kind: 'canceled', called: false };

  progress.called = true;
  const drawing = await askModel(worker, run, { image, signal, visit });
  progress.drawing = drawing;
  await engine.point('drawn');
  const { output, path: outputPath } = await storePicture(engine, run, drawing, signal);
  return { kind: 'delivered', output, outputPath, drawn: drawing, reused: false };
}

type FailedEnd = Extract<AttemptEnd, { kind: 'failed' }>;

function failureOf(
  error: unknown,
  signal: AbortSignal,
  { called, drawing, providerDown }: Progress & { providerDown: boolean },
): AttemptEnd {
  const usage = drawing ? { usage: drawing.usage } : {};
  const failed = (code: OutcomeCode, detail: string): FailedEnd => ({
    kind: 'failed',
    code,
    called,
    detail,
    ...usage,
  });
  if (signal.aborted) {
    const reason = signal.reason as StopReason;
    if (reason === 'canceled') return { kind: 'canceled', called };
    return failed(reason === 'late' ? 'timeout' : 'interrupted', `stopped: ${reason}`);
  }
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof ModelError) {
    const { code, retryAfterMs, providerCode, usage: counted } = error;
    return {
      ...failed(code, detail),
      ...(counted ? { usage: counted } : {}),
      ...(retryAfterMs !== undefined ? { retryAfterMs } : {}),
      ...(providerCode !== undefined ? { providerCode } : {}),
      providerDown: providerDown && OUTCOMES[code].health === 'ill',
    };
  }
  return failed(isPlatformError(error) ? 'storage_unavailable' : 'unknown', detail);
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
