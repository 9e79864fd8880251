/**
 * The one call that costs money. It is bounded in time, and the run's row in the ledger is committed before it begins.
 */
import type { Run } from '../common/job.ts';
import type { OutcomeCode } from '../common/outcomes.ts';
import { type Drawing, ModelError } from '../common/platform/model.ts';
import type { Worker } from './worker.ts';

/** Throws a `ModelError`; when `signal` aborted, whatever the model threw. */
export async function askModel(
  { engine, model }: Worker,
  run: Run,
  image: Uint8Array,
  signal: AbortSignal,
): Promise<Drawing> {
  const timeout = new AbortController();
  const cancel = engine.clock.after(engine.limits.modelTimeoutMs, () => timeout.abort());
  await engine.point('calling');
  const { style, prompt, options } = run;
  const request = { model: run.model, prompt, image, ...options, ...(style !== undefined ? { style } : {}) };
  const startedAt = engine.clock.now();
  let outcome: 'drawn' | 'stopped' | OutcomeCode = 'drawn';
  try {
    return await model.generate(request, { signal: AbortSignal.any([signal, timeout.signal]) });
  } catch (error) {
    outcome = signal.aborted ? 'stopped' : error instanceof ModelError ? error.code : 'unknown';
    if (timeout.signal.aborted && !signal.aborted) {
      outcome = 'timeout';
      throw new ModelError(outcome, `no answer within ${engine.limits.modelTimeoutMs} ms`, { cause: error });
    }
    throw error;
  } finally {
    engine.metrics.modelCalled({ outcome, model: run.model, ms: engine.clock.now() - startedAt });
    cancel();
  }
}
