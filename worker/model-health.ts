/**
 * What this process knows of each model's health, and so which one a job may ask now: the model it names, the fallback
 * while that one's circuit is open, or none yet. Each delivery of a task makes one visit.
 */
import type { Clock } from '../common/clock.ts';
import type { ChooseModel, Wait } from '../common/jobs/claim.ts';
import type { Log } from '../common/log.ts';
import type { ModelEntry } from '../common/models.ts';
import type { OutcomeCode } from '../common/outcomes.ts';
import { afterAnswer, type Circuit, CLOSED } from './circuit.ts';

export interface ModelHealth {
  visit(): Visit;
  /** Of every model asked so far. */
  readonly circuits: () => ReadonlyMap<string, CircuitState>;
}

export type CircuitState = 'closed' | 'half open' | 'open';

export interface Visit {
  /** The first of these that may be asked now. Asked twice, it answers alike; a probe it was given stays its own. */
  choose(models: readonly Pick<ModelEntry, 'id'>[]): ReturnType<ChooseModel>;
  /** The model answered the call, or failed to. */
  answered(outcome: 'drawn' | OutcomeCode, retryAfterMs?: number): void;
  /** Whether the circuit of the chosen model is open: what failed would have failed for any job. */
  readonly down: () => boolean;
  /** The delivery is over; a probe that was not used is free again. */
  end(): void;
}

/** How long those wait who find another's probe under way. */
const PROBE_MS = 2_000;

/** Tells the other processes that the model is not asked before `until`, or, without it, that it is asked again. */
export type TellCircuit = (model: string, until?: number) => void;

export function createModelHealth(
  { clock, log }: { clock: Clock; log: Log },
  tellCircuit: TellCircuit = () => {},
): ModelHealth {
  const circuits = new Map<string, Circuit>();
  const probes = new Map<string, Visit>();
  const of = (id: string) => circuits.get(id) ?? CLOSED;

  function waitFor(id: string, visit: Visit): Wait | undefined {
    const now = clock.now();
    const { opens, openUntil, heldUntil, because } = of(id);
    const why = because === 'quota_exhausted' ? 'quota exhausted' : 'circuit open';
    if (opens > 0 && openUntil > now) return { until: openUntil, why };
    if (heldUntil > now) return { until: heldUntil, why: 'busy' };
    const probe = probes.get(id);
    return opens > 0 && probe && probe !== visit ? { until: now + PROBE_MS, why } : undefined;
  }

  function learn(id: string, next: Circuit): void {
    const before = of(id);
    circuits.set(id, next);
    if (next.opens > before.opens) {
      const reason = `${next.because ?? 'unknown'}, until ${new Date(next.openUntil).toISOString()}`;
      log.warn('circuit open: the model is not asked', { model: id, reason });
      tellCircuit(id, next.openUntil);
    } else if (before.opens > 0 && next.opens === 0) {
      log.info('circuit closed: the model answers again', { model: id });
      tellCircuit(id);
    }
  }

  return {
    circuits: () => new Map([...circuits].map(([id, circuit]) => [id, stateOf(circuit, clock.now())])),
    visit() {
      let chosen: { id: string; at: number } | undefined;
      const dropProbe = () => {
        if (chosen && probes.get(chosen.id) === visit) probes.delete(chosen.id);
      };
      const visit: Visit = {
        choose(models) {
          const waits: Wait[] = [];
          for (const { id } of models) {
            const wait = waitFor(id, visit);
            if (!wait) {
              dropProbe();
              if (of(id).opens > 0) probes.set(id, visit);
              chosen = { id, at: clock.now() };
              return { model: id };
            }
            waits.push(wait);
            // It is there and will soon have room: the fallback is for a model that does not answer.
            if (wait.why === 'busy') break;
          }
          return waits.reduce((first, wait) => (wait.until < first.until ? wait : first));
        },
        answered(outcome, retryAfterMs) {
          if (!chosen) return;
          const { id, at: calledAt } = chosen;
          const answer = { outcome, calledAt, probe: probes.get(id) === visit };
          const asked = retryAfterMs === undefined ? answer : { ...answer, retryAfterMs };
          learn(id, afterAnswer(of(id), asked, clock.now()));
        },
        down: () => chosen !== undefined && of(chosen.id).opens > 0,
        end: dropProbe,
      };
      return visit;
    },
  };
}

function stateOf({ opens, openUntil }: Circuit, now: number): CircuitState {
  if (opens === 0) return 'closed';
  return openUntil > now ? 'open' : 'half open';
}
