/**
 * What the workers tell the API of a model that does not answer: until when it is not asked. A note for those who wait,
 * not for the workers, each of which knows by its own circuit breaker; one that dies leaves a note that ends by itself.
 */
import type { Clock } from './clock.ts';
import { switches } from './collections.ts';
import type { Switch } from './documents.ts';
import type { Log } from './log.ts';
import type { Store } from './platform/store.ts';
import { activeSwitch } from './switches.ts';

/** Never throws: a note that could not be written costs a waiting shopper a better estimate and nothing else. */
export async function noteCircuit(
  { store, clock, log }: { store: Pick<Store, 'transaction'>; clock: Clock; log: Log },
  model: string,
  until?: number,
): Promise<void> {
  const note = {
    id: circuitId(model),
    on: until !== undefined,
    reason: until === undefined ? '' : 'the model does not answer',
    since: clock.now(),
    because: 'provider',
    ...(until === undefined ? {} : { until }),
  } as const;
  try {
    await store.transaction(async tx => tx.set(switches, note));
  } catch (error) {
    log.warn('the state of a circuit is not noted', { model, error });
  }
}

/** Until when no worker asks the model (ms since 1970), or undefined when it may be asked. */
export async function circuitOpenUntil(
  store: Pick<Store, 'get'>,
  model: string,
  nowMs: number,
): Promise<number | undefined> {
  return (await openCircuit(store, model, nowMs))?.until;
}

/** The note of a model that is not asked; undefined when it may be. */
export function openCircuit(store: Pick<Store, 'get'>, model: string, nowMs: number): Promise<Switch | undefined> {
  return activeSwitch(store, circuitId(model), nowMs);
}

/** Encoded, as ids of documents have no slash and names of models may. */
function circuitId(model: string): string {
  return `circuit-${encodeURIComponent(model)}`;
}
