/**
 * Takes the delivering over from a queue and misbehaves as a queue may by its promises: each task comes several times,
 * in no order, some at once, some long after its job has ended, some before the call that enqueued it has returned.
 * The tasks themselves are the real queue's: it decides by their names which are new.
 *
 * All that chance decides about a delivery follows from the seed and the task's name, so that a seed makes the same
 * plan again; how the machine interleaves the deliveries that are under way together is not in it.
 */
import { createHash } from 'node:crypto';
import type { Queue, Task, TaskHandler } from '../common/platform/queue.ts';
import { seededRandom } from './test-clock.ts';

/**
 * When a delivery begins. `inside`: and ends, before `enqueue` has returned. `at once`: before it has returned, beside
 * it. `later`: among all that wait, by its place. `last`: when nothing else is left.
 */
export type Moment = 'inside' | 'at once' | 'later' | 'last';

export interface ShuffledQueue {
  readonly queue: Queue;
  /** Where deliveries go, each to one of them. */
  deliverTo(handlers: readonly TaskHandler[]): void;
  /** Deliveries made so far, by task. */
  readonly deliveries: ReadonlyMap<string, number>;
  readonly moments: ReadonlyMap<Moment, number>;
  /** How many of them began while another one of the same task was under way. */
  overlaps(): number;
  /** What handlers threw: a queue would deliver again, a test wants to know. */
  readonly faults: readonly unknown[];
  /** Makes all deliveries that are still due; call it when nothing is enqueued any more. */
  drain(): Promise<void>;
}

export interface ShuffleOptions {
  readonly seed: number;
  /** Deliveries of each task. */
  readonly times: number;
  /** Deliveries under way together, besides those that `enqueue` begins. */
  readonly together: number;
}

interface Delivery {
  readonly task: Task;
  readonly moment: Moment;
  /** In [0, 1): the lowest of those that wait comes first. */
  readonly place: number;
  /** In [0, 1): which of the handlers. */
  readonly to: number;
}

/** While tasks still come, so many deliveries are left waiting, so that the next is chosen among those of many jobs. */
const POOL = 150;

export function shuffleQueue(real: Queue, { seed, times, together }: ShuffleOptions): ShuffledQueue {
  const deliveries = new Map<string, number>();
  const moments = new Map<Moment, number>();
  const faults: unknown[] = [];
  const underWay = new Map<Promise<void>, string>();
  const pool: Delivery[] = [];
  const last: Delivery[] = [];
  let handlers: readonly TaskHandler[] = [];
  let overlaps = 0;
  let leave = POOL;
  let lanes = 0;

  const make = ({ task, moment, to }: Delivery): Promise<void> => {
    deliveries.set(task.name, (deliveries.get(task.name) ?? 0) + 1);
    moments.set(moment, (moments.get(moment) ?? 0) + 1);
    const handler = handlers[Math.floor(to * handlers.length)];
    if (!handler) throw new Error('the queue has nowhere to deliver to');
    if (underWay.values().some(name => name === task.name)) overlaps++;
    const delivery = handler(task).catch((error: unknown) => void faults.push(error));
    underWay.set(delivery, task.name);
    return delivery.finally(() => underWay.delete(delivery));
  };
  const runLane = async () => {
    if (lanes >= together) return;
    lanes++;
    while (pool.length > leave) await make(takeLowest(pool));
    lanes--;
  };
  const empty = async () => {
    while (pool.length + underWay.size > 0) {
      await Promise.all(Array.from({ length: together }, runLane));
      await Promise.all(underWay.keys());
    }
  };

  return {
    deliveries,
    moments,
    overlaps: () => overlaps,
    faults,
    deliverTo(to) {
      handlers = to;
    },
    queue: {
      ...real,
      async enqueue(task) {
        const answer = await real.enqueue(task);
        if (answer === 'exists') return answer;
        const plan = planOf(task, seed, times);
        for (const delivery of plan) {
          if (delivery.moment === 'at once') void make(delivery);
          else if (delivery.moment === 'later') pool.push(delivery);
          else if (delivery.moment === 'last') last.push(delivery);
        }
        void runLane();
        for (const delivery of plan) if (delivery.moment === 'inside') await make(delivery);
        return answer;
      },
    },
    async drain() {
      leave = 0;
      await empty();
      pool.push(...last.splice(0));
      await empty();
    },
  };
}

function planOf(task: Task, seed: number, times: number): Delivery[] {
  const { fraction } = seededRandom(seed ^ createHash('sha256').update(task.name).digest().readUInt32BE(0));
  return Array.from({ length: times }, (_, index) => {
    const moment = momentOf(fraction(), index);
    return { task, moment, place: fraction(), to: fraction() };
  });
}

/** Most are `later`, where the shuffling is; at most the first is one that `enqueue` waits for. */
function momentOf(dice: number, index: number): Moment {
  if (dice < 0.25) return index === 0 ? 'inside' : 'at once';
  return dice < 0.8 ? 'later' : 'last';
}

function takeLowest(pool: Delivery[]): Delivery {
  const lowest = pool.reduce((best, delivery) => (delivery.place < best.place ? delivery : best));
  pool.splice(pool.indexOf(lowest), 1);
  return lowest;
}
