/**
 * The one call that costs money. It is bounded in time, and the run's row in the ledger is committed before it begins.
 */

import { drawingModel, type Run } from '../common/job.ts';
import { OUTCOMES, type OutcomeCode } from '../common/outcomes.ts';
import { type Drawing, ModelError } from '../common/platform/model.ts';
import { traceparent } from '../common/trace.ts';
import type { Visit } from './model-health.ts';
import type { Worker } from './worker.ts';

export interface Call {
  readonly image: Uint8Array;
  readonly signal: AbortSignal;
  /** Learns how it went. */
  readonly visit: Visit;
}

/** Throws a `ModelError`; when `signal` aborted, whatever the model threw. */
export async function askModel(worker: Worker, run: Run, { image, signal, visit }: Call): Promise<Drawing> {
  const { engine, slots } = worker;
  const timeout = new AbortController();
  const cancel = engine.clock.after(engine.limits.modelTimeoutMs, () => timeout.abort());
  await engine.point('calling');
  const { style, prompt, options } = run;
  const model = drawingModel(run);
  const request = {
    ...{ model, prompt, image, ...options },
    ...(style !== undefined ? { style } : {}),
    ...(run.trace !== undefined ? { traceparent: traceparent(run.trace, engine.random) } : {}),
  };
  const startedAt = engine.clock.now();
  let outcome: 'drawn' | 'stopped' | OutcomeCode = 'drawn';
  let retryAfterMs: number | undefined;
  try {
    return await worker.model.generate(request, { signal: AbortSignal.any([signal, timeout.signal]) });
  } catch (error) {
    outcome = signal.aborted ? 'stopped' : error instanceof ModelError ? error.code : 'unknown';
    if (error instanceof ModelError) retryAfterMs = error.retryAfterMs;
    if (timeout.signal.aborted && !signal.aborted) {
      outcome = 'timeout';
      throw new ModelError(outcome, `no answer within ${engine.limits.modelTimeoutMs} ms`, { cause: error });
    }
    throw error;
  } finally {
    const ms = engine.clock.now() - startedAt;
    engine.metrics.modelCalled({ outcome, model, ms });
    const { id: jobId, trace } = run;
    engine.log.info('model called', { jobId, attempt: run.attempts.length, model, code: outcome, ms, trace });
    cancel();
    if (outcome !== 'stopped') visit.answered(outcome, retryAfterMs);
    const health = outcome === 'drawn' ? 'well' : outcome === 'stopped' ? 'nothing' : OUTCOMES[outcome].health;
    if (health === 'well') slots.succeeded();
    if (health === 'busy' || health === 'ill') slots.tooMany(startedAt);
  }
}
