/**
 * What is under way when a process is killed. Each leaves its orders in the rig, answered, however often it has to ask.
 */
import { ended, failures, retryByBulk } from './bulk.ts';
import { asAdmin, operate } from './operate.ts';
import {
  cancelBatchUntilAnswered,
  cancelUntilAnswered,
  eraseUntilAnswered,
  forgetUntilDone,
  itemsUntilMade,
  keepUntilAnswered,
  type Order,
  type OrderKind,
  persist,
  retryBatchUntilAnswered,
  submitUntilAnswered,
  takeOrder,
} from './orders.ts';
import type { JourneyName } from './points.ts';
import type { Rig } from './rig.ts';

export interface Journey {
  /** Before the point is armed. */
  prepare?(rig: Rig): Promise<Order[]>;
  /** Until all is answered. */
  go(rig: Rig, ready: readonly Order[]): Promise<void>;
  /** When the service runs again. */
  after?(rig: Rig): Promise<void>;
}

const TOGETHER = 3;
const TOLD = 2;
/** Longer than a heartbeat of the scaled clock. */
const SLOW_MS = 3_500;

/** One that is drawn, and then asked for something else. */
const drawnThen = (ask: (rig: Rig, order: Order) => Promise<void>, kind: OrderKind = 'job'): Journey => ({
  async prepare(rig) {
    const taken = orders(rig, 1, kind);
    await submitAll(rig, taken);
    for (const id of idsOf(taken)) await ended(rig, id);
    return taken;
  },
  go: (rig, ready) => each(ready, order => ask(rig, order)),
});

const submitted = (count: number, kind: OrderKind): Journey => ({
  async go(rig) {
    const taken = orders(rig, count, kind);
    await submitAll(rig, taken);
    for (const order of taken) await itemsUntilMade(rig, order);
  },
});

const pausing = (queue: 'interactive' | 'bulk') => ({
  pause: (rig: Rig) => operate(rig.service, `/v1/admin/queues/${queue}/pause`, { reason: 'a test' }),
  after: (rig: Rig) => operate(rig.service, `/v1/admin/queues/${queue}/resume`, {}),
});
const paused = pausing('interactive');
const bulkPaused = pausing('bulk');

export const JOURNEYS: { readonly [name in JourneyName]: Journey } = {
  submit: submitted(TOGETHER, 'job'),
  styles: submitted(1, 'styles'),
  items: submitted(1, 'items'),
  lines: submitted(1, 'lines'),
  economy: submitted(1, 'economy'),
  erase: drawnThen(eraseUntilAnswered),
  // A batch and its jobs are steps of their own, and so is the look that finds nothing more.
  forget: drawnThen(forgetUntilDone, 'styles'),
  sell: drawnThen(keepUntilAnswered),
  bulk: {
    prepare: failures,
    go: async (rig, ready) => {
      for (const order of ready) await retryByBulk(rig, order);
    },
  },
  slow: {
    prepare: slowly,
    go: rig => submitAll(rig, orders(rig, 2)),
  },
  cancel: {
    async prepare(rig) {
      await paused.pause(rig);
      const taken = orders(rig, 1);
      await submitAll(rig, taken);
      return taken;
    },
    go: (rig, ready) => each(ready, order => cancelUntilAnswered(rig, order)),
    after: paused.after,
  },
  retry: {
    prepare: failures,
    go: async (rig, ready) => {
      for (const id of idsOf(ready)) await retryUntilAnswered(rig, id);
    },
  },
  'cancel-batch': {
    async prepare(rig) {
      await bulkPaused.pause(rig);
      const taken = orders(rig, 1, 'items');
      await submitAll(rig, taken);
      for (const order of taken) await itemsUntilMade(rig, order);
      return taken;
    },
    async go(rig, ready) {
      await each(ready, order => cancelBatchUntilAnswered(rig, order));
      // A task gives them up, one by one: nothing is drawn meanwhile.
      for (const id of idsOf(ready)) await ended(rig, id);
    },
    after: bulkPaused.after,
  },
  'retry-batch': {
    prepare: rig => failures(rig, 'items'),
    go: (rig, ready) => each(ready, order => retryBatchUntilAnswered(rig, order)),
  },
  told: {
    async go(rig) {
      const taken = orders(rig, TOLD);
      for (const order of taken) order.webhook = rig.webhook;
      await submitAll(rig, taken);
    },
  },
  sweep: {
    async prepare(rig) {
      await paused.pause(rig);
      return [];
    },
    go: rig => submitAll(rig, orders(rig, 2)),
    after: paused.after,
  },
  restart: {
    async prepare(rig) {
      await slowly(rig);
      await submitAll(rig, orders(rig, 2));
      return [];
    },
    async go(rig) {
      await rig.service.kill();
      // It dies while it starts, and its successor finds what it left.
      await rig.service.start().catch(() => {});
    },
  },
};

async function each(all: readonly Order[], ask: (order: Order) => Promise<void>): Promise<void> {
  await Promise.all(all.map(ask));
}

async function slowly(rig: Rig): Promise<Order[]> {
  rig.delayMs = SLOW_MS;
  return [];
}

function orders(rig: Rig, count: number, kind: OrderKind = 'job'): Order[] {
  return Array.from({ length: count }, () => takeOrder(rig.orders, kind));
}

function idsOf(taken: readonly Order[]): string[] {
  return taken.flatMap(({ ids }) => ids);
}

async function submitAll(rig: Rig, all: readonly Order[]): Promise<void> {
  await Promise.all(all.map(order => submitUntilAnswered(rig, order)));
}

/** An operator that got no answer looks before they press again. */
function retryUntilAnswered(rig: Rig, id: string): Promise<void> {
  return persist(`the retry of ${id}`, async () => {
    const path = `/v1/admin/jobs/${id}`;
    const { status, headers, body } = await asAdmin<{ readonly status: string }>(rig.service, 'GET', path);
    if (status !== 200) return false;
    if (body.status !== 'failed') return true;
    const match = { 'If-Match': headers.get('etag') ?? '' };
    const answer = await asAdmin(rig.service, 'POST', `${path}/retry`, { reason: 'the key was mended' }, match);
    return answer.status === 202;
  });
}
