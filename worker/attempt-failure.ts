/**
 * What went wrong in an attempt, as the end that `finish` decides by.
 */
import type { AttemptEnd } from '../common/jobs/finish.ts';
import { OUTCOMES, type OutcomeCode } from '../common/outcomes.ts';
import { isPlatformError } from '../common/platform/errors.ts';
import { type Drawing, ModelError } from '../common/platform/model.ts';
import type { StopReason } from './heartbeat.ts';

/** How far an attempt has come, for the case that it fails: what was asked for may have to be paid. */
export interface Progress {
  called: boolean;
  drawing?: Drawing;
}

type FailedEnd = Extract<AttemptEnd, { kind: 'failed' }>;

export function failureOf(
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
