/**
 * What is under way when a process is killed. Each leaves its orders in the rig, answered, however often it has to ask.
 */

import { cancelUntilAnswered, newOrder, type Order, persist, submitUntilAnswered } from './orders.ts';
import type { JourneyName } from './points.ts';
import type { Rig } from './supervisor.ts';

export interface Journey {
  /** Before the point is armed. */
  prepare?(rig: Rig): Promise<Order[]>;
  /** Until all is answered. */
  go(rig: Rig, ready: readonly Order[]): Promise<void>;
  /** When the service runs again. */
  after?(rig: Rig): Promise<void>;
}

const TOGETHER = 3;
/** Longer than a heartbeat of the scaled clock. */
const SLOW_MS = 3_500;
const PAUSE = '/v1/admin/queues/interactive';

export const JOURNEYS: { readonly [name in JourneyName]: Journey } = {
  submit: { go: rig => submitAll(rig, orders(rig, TOGETHER)) },
  styles: { go: rig => submitAll(rig, orders(rig, 1, 'styles')) },
  slow: {
    prepare: slowly,
    go: rig => submitAll(rig, orders(rig, 2)),
    after: quickly,
  },
  cancel: {
    async prepare(rig) {
      await operate(rig, `${PAUSE}/pause`, { reason: 'a test' });
      const taken = orders(rig, 1);
      await submitAll(rig, taken);
      return taken;
    },
    go: async (rig, ready) => {
      await Promise.all(ready.map(order => cancelUntilAnswered(rig.service, order)));
    },
    after: rig => operate(rig, `${PAUSE}/resume`, {}),
  },
  retry: {
    async prepare(rig) {
      const taken = orders(rig, 1);
      // No retry follows a refused key by itself.
      rig.gemini.plan({ kind: 'status', status: 403 });
      await submitAll(rig, taken);
      for (const id of taken.flatMap(({ ids }) => ids)) await rig.service.done(id);
      return taken;
    },
    go: async (rig, ready) => {
      for (const id of ready.flatMap(({ ids }) => ids)) await retryUntilAnswered(rig, id);
    },
  },
  sweep: {
    prepare: async rig => {
      await operate(rig, `${PAUSE}/pause`, { reason: 'a test' });
      return [];
    },
    go: rig => submitAll(rig, orders(rig, 2)),
    after: rig => operate(rig, `${PAUSE}/resume`, {}),
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
    after: quickly,
  },
};

async function slowly(rig: Rig): Promise<Order[]> {
  rig.delayMs = SLOW_MS;
  return [];
}

async function quickly(rig: Rig): Promise<void> {
  rig.delayMs = 0;
}

function orders(rig: Rig, count: number, kind: Order['kind'] = 'job'): Order[] {
  const made = Array.from({ length: count }, (_, index) => newOrder(`${rig.orders.length + index}`, kind));
  rig.orders.push(...made);
  return made;
}

async function submitAll({ service, photo }: Rig, all: readonly Order[]): Promise<void> {
  await Promise.all(all.map(order => submitUntilAnswered(service, order, photo)));
}

async function asAdmin({ service }: Rig, method: string, path: string, body: unknown, headers = {}) {
  const key = (await service.keys()).admin;
  const json = { 'Content-Type': 'application/json', ...headers };
  return service.call<{ sequence: number; run: number; status: string }>(method, path, {
    key,
    headers: json,
    body: JSON.stringify(body),
  });
}

function operate(rig: Rig, path: string, body: unknown): Promise<void> {
  return persist(path, async () => (await asAdmin(rig, 'POST', path, body)).status === 200);
}

/** An operator that got no answer looks before they press again. */
function retryUntilAnswered(rig: Rig, id: string): Promise<void> {
  return persist(`the retry of ${id}`, async () => {
    const key = (await rig.service.keys()).admin;
    const { status, headers, body } = await rig.service.call('GET', `/v1/admin/jobs/${id}`, { key });
    if (status !== 200) return false;
    if (body.status !== 'failed') return true;
    const match = { 'If-Match': headers.get('etag') ?? '' };
    const answer = await asAdmin(rig, 'POST', `/v1/admin/jobs/${id}/retry`, { reason: 'the key was mended' }, match);
    return answer.status === 202;
  });
}
