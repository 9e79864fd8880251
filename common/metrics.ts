/**
 * What an operator watches, as Prometheus metrics: events are counted where they happen (`metrics-events.ts`), states
 * are read when somebody asks (`metrics-state.ts`). Every label comes from a fixed list, so no id of a shop, a shopper
 * or a job is ever one. Only `createMetrics` loads `prom-client`: what merely reports to metrics does without it.
 */
import type { Clock } from './clock.ts';
import { createEvents, type Events } from './metrics-events.ts';
import { readState, type StateSource } from './metrics-state.ts';
import { CATALOGUE, type Catalogue } from './models.ts';

export interface Metrics extends Events {
  /** How many jobs the worker of this process may work on at once, and how to ask on how many it does. Call once. */
  workerStarted(worker: { readonly slots: number; readonly running: () => number }): void;
  /** All of it in Prometheus' text format. What store or queue cannot tell just now is left out, not guessed. */
  scrape(source: StateSource): Promise<Scrape>;
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
    workerStarted({ slots, running }) {
      const slotsHelp = 'Jobs that the worker of this process may work on at once';
      new Gauge({ name: 'easel_worker_slots', help: slotsHelp, registers }).set(slots);
      new Gauge({
        ...{ name: 'easel_worker_slots_used', help: 'Jobs that it works on now', registers },
        collect() {
          this.set(running());
        },
      });
    },
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
