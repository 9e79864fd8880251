/**
 * The circuit breaker of one model in one process, pure: what is known of the model, moved on by each answer. Closed,
 * every job may ask it. Open, none may. When its time is over it is half open: one job probes, and its answer decides.
 * Written here because the choice of a model is made inside a claim, not around a call, and on the engine's clock.
 */
import { OUTCOMES, type OutcomeCode } from '../common/outcomes.ts';

export interface Circuit {
  /** Failures in a row while closed. */
  readonly failures: number;
  /** How often in a row it has opened without an answer in between; 0 = closed. */
  readonly opens: number;
  /** When it opened last, and from when on a probe may ask; ms since 1970. */
  readonly openedAt: number;
  readonly openUntil: number;
  /** The outcome that opened it. */
  readonly because?: OutcomeCode;
  /** No call before this, by the provider's wish; the circuit stays as it is. */
  readonly heldUntil: number;
}

export interface Answer {
  readonly outcome: 'drawn' | OutcomeCode;
  /** When the call was decided on: one that is older than the circuit's opening proves nothing any more. */
  readonly calledAt: number;
  readonly probe: boolean;
  readonly retryAfterMs?: number;
}

export const CLOSED: Circuit = { failures: 0, opens: 0, openedAt: 0, openUntil: 0, heldUntil: 0 };

const FAILURES_MAX = 5;
/** An overload may pass in a moment: the first probe comes soon, the following ones after twice the time each. */
const OVERLOAD_MIN_MS = 2_000;
const OVERLOAD_MAX_MS = 60_000;
/** A spent quota or a missing model is mended by a person or by midnight: asking every minute would be noise. */
const OUT_MIN_MS = 10 * 60_000;
const OUT_MAX_MS = 60 * 60_000;
/** The wait of a provider that says "too many" but not until when. */
const BUSY_MS = 2_000;

export function afterAnswer(circuit: Circuit, answer: Answer, nowMs: number): Circuit {
  const health = answer.outcome === 'drawn' ? 'well' : OUTCOMES[answer.outcome].health;
  if (health === 'nothing') return circuit;
  if (health === 'busy') {
    const heldUntil = Math.max(circuit.heldUntil, nowMs + (answer.retryAfterMs ?? BUSY_MS));
    // A probe that is told to come later was answered: the model is there.
    return { ...(answer.probe ? CLOSED : circuit), heldUntil };
  }
  const outdated = circuit.opens > 0 && !answer.probe && answer.calledAt <= circuit.openedAt;
  if (outdated) return circuit;
  if (health === 'well') return { ...CLOSED, heldUntil: circuit.heldUntil };
  const failures = circuit.failures + 1;
  if (health === 'ill' && circuit.opens === 0 && failures < FAILURES_MAX) return { ...circuit, failures };
  return opened(circuit, answer, { nowMs, health });
}

function opened(
  circuit: Circuit,
  answer: Answer,
  { nowMs, health }: { nowMs: number; health: 'ill' | 'out' },
): Circuit {
  const [min, max] = health === 'ill' ? [OVERLOAD_MIN_MS, OVERLOAD_MAX_MS] : [OUT_MIN_MS, OUT_MAX_MS];
  const forMs = Math.max(answer.retryAfterMs ?? 0, Math.min(max, min * 2 ** circuit.opens));
  return {
    ...circuit,
    failures: 0,
    opens: circuit.opens + 1,
    openedAt: nowMs,
    openUntil: nowMs + forMs,
    ...(answer.outcome === 'drawn' ? {} : { because: answer.outcome }),
  };
}
