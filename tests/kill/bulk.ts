/**
 * A night's failures, and an operator who opens them again by a bulk action, through whatever happens to the service.
 */
import { type Answer, DONE_LIMIT_MS } from '../service.ts';
import { waitFor } from '../wait-for.ts';
import { itemsUntilMade, type Order, type OrderKind, persist, submitUntilAnswered, takeOrder } from './orders.ts';
import type { Rig } from './rig.ts';

/** What the model's double refuses the first time it is asked for it: no retry follows by itself. */
export const REFUSED_ONCE = 'refused';
const FAILURES = 2;

interface Action {
  readonly id: string;
  readonly token: string;
  readonly state: string;
  readonly plan: { readonly eligible: number };
  readonly progress: { readonly done: number; readonly skipped: readonly object[] };
}

/** Jobs that fail, until they have. */
export async function failures(rig: Rig, kind: OrderKind = 'job'): Promise<Order[]> {
  const count = kind === 'job' ? FAILURES : 1;
  const orders = Array.from({ length: count }, () => takeOrder(rig.orders, kind, `-${REFUSED_ONCE}`));
  await Promise.all(orders.map(order => submitUntilAnswered(rig, order)));
  for (const order of orders) await itemsUntilMade(rig, order);
  for (const { ids } of orders) for (const id of ids) await ended(rig, id);
  return orders;
}

export async function bulkRetry(rig: Rig): Promise<void> {
  for (const order of await failures(rig)) await retryByBulk(rig, order);
}

/** Of a customer's failed jobs; each plan is pressed until it is applied, and watched to its end. */
export async function retryByBulk(rig: Rig, order: Order): Promise<void> {
  const filter = { customerId: order.customerId, status: 'failed' };
  const planned = await ask(rig, 'POST', '', { action: 'retry', filter, reason: 'the prompt was let in' }, 201);
  const { id, token, plan } = planned.body;
  await ask(rig, 'POST', `/${id}/apply`, { token, ratePerSecond: 5 }, 202);
  const done = async () => (await ask(rig, 'GET', `/${id}`, undefined, 200)).body.state === 'done';
  await waitFor(`the end of ${id}`, done, { limitMs: DONE_LIMIT_MS, everyMs: 100 });
  const { progress } = (await ask(rig, 'GET', `/${id}`, undefined, 200)).body;
  // A worker that died after the refusal may have drawn it in its first run.
  if (progress.done !== plan.eligible || progress.skipped.length > 0)
    throw new Error(`${id} was to open ${plan.eligible} jobs again, and has ${JSON.stringify(progress)}`);
  order.retried = plan.eligible;
}

async function ask(rig: Rig, method: string, path: string, body: object | undefined, wanted: number) {
  let answer: Answer<Action> | undefined;
  await persist(`${method} of a bulk action`, async () => {
    const key = (await rig.service.keys()).admin;
    const json = body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    answer = await rig.service.call<Action>(method, `/v1/admin/bulk-actions${path}`, { key, ...json });
    return answer.status === wanted;
  });
  return answer as Answer<Action>;
}

/** As `service.done`, through the death of whoever is asked. */
export function ended(rig: Pick<Rig, 'service'>, id: string): Promise<void> {
  return persist(`the end of ${id}`, async () => (await rig.service.call('GET', `/v1/jobs/${id}`)).body.done);
}
