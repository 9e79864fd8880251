/**
 * What an operator watches, as Prometheus metrics: events are counted where they happen (`metrics-events.ts`), states
 * are read when somebody asks (`metrics-state.ts`). Every label comes from a fixed list, so no id of a shop, a shopper
 * or a job is ever one. Only `createMetrics` loads `prom-client`: what merely reports to metrics does without it.
 */
import type { Registry } from 'prom-client';
import type { Clock } from './clock.ts';
import { createEvents, type Events } from './metrics-events.ts';
import { readState, type StateSource } from './metrics-state.ts';
import { CATALOGUE, type Catalogue } from './models.ts';

export interface Metrics extends Events {
  /** How many jobs the worker of this process may work on at once, and how to ask how things stand. Call once. */
  workerStarted(worker: WorkerState): void;
  /** All of it in Prometheus' text format. What store or queue cannot tell just now is left out, not guessed. */
  scrape(source: StateSource): Promise<Scrape>;
}

export interface WorkerState {
  readonly slots: number;
  readonly running: () => number;
  /** The slots that the provider's load leaves for now. */
  readonly open: () => number;
  readonly circuits: () => ReadonlyMap<string, 'closed' | 'half open' | 'open'>;
}

export interface Scrape {
  readonly contentType: string;
  readonly text: string;
}

export const noMetrics: Metrics = {
  requestEnded: () => {},
  submitted: () => {},
  jobEnded: () => {},
  attemptEnded: () => {},
  modelCalled: () => {},
  webhookTried: () => {},
  workerStarted: () => {},
  scrape: async () => ({ contentType: 'text/plain; charset=utf-8', text: '' }),
};

export interface MetricsOptions {
  readonly clock: Clock;
  readonly catalogue?: Catalogue;
}

/** One per process: it also watches the process itself (memory, event loop, garbage collection). */
export async function createMetrics({ clock, catalogue = CATALOGUE }: MetricsOptions): Promise<Metrics> {
  const { Registry, Gauge, collectDefaultMetrics, ...client } = await import('prom-client');
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  return {
    ...createEvents(client, { registry, catalogue }),
    workerStarted: worker => watchWorker(Gauge, registers, worker),
    async scrape(source) {
      // States get a registry for each reading: what could not be read is not in it, and two readings do not mix.
      const states = new Registry();
      for (const { name, help, values } of await readState(source, clock.now())) {
        const labelNames = Object.keys(values[0]?.labels ?? {});
        const gauge = new Gauge({ name, help, labelNames, registers: [states] });
        for (const { labels, value } of values) gauge.set({ ...labels }, value);
      }
      return { contentType: registry.contentType, text: `${await registry.metrics()}\n${await states.metrics()}` };
    },
  };
}

const CIRCUIT_VALUES = { closed: 0, 'half open': 1, open: 2 } as const;

function watchWorker(
  Gauge: typeof import('prom-client').Gauge,
  registers: Registry[],
  { slots, running, open, circuits }: WorkerState,
): void {
  const slotsHelp = 'Jobs that the worker of this process may work on at once';
  new Gauge({ name: 'easel_worker_slots', help: slotsHelp, registers }).set(slots);
  new Gauge({
    ...{ name: 'easel_worker_slots_open', help: 'How many of them the load of the provider leaves for now', registers },
    collect() {
      this.set(open());
    },
  });
  new Gauge({
    ...{ name: 'easel_worker_slots_used', help: 'Jobs that it works on now', registers },
    collect() {
      this.set(running());
    },
  });
  const circuitHelp =
    'Whether this process asks the model: 0 = closed, it does; 1 = half open, one probe; 2 = open, not';
  new Gauge({
    ...{ name: 'easel_model_circuit', help: circuitHelp, labelNames: ['model'], registers },
    collect() {
      for (const [model, state] of circuits()) this.set({ model }, CIRCUIT_VALUES[state]);
    },
  });
}
