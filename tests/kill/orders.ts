/**
 * What clients ask a service for while its processes are killed, and what they were told: careful clients, that repeat
 * under the same Idempotency-Key until they have an answer.
 */
import type { JobAnswer, Service } from '../service.ts';
import { waitFor } from '../wait-for.ts';

export interface Order {
  readonly customerId: string;
  readonly key: string;
  readonly prompt: string;
  /** Of a submit, one; of a batch, one for each style. */
  readonly ids: string[];
  readonly kind: 'job' | 'styles';
  canceled?: boolean;
}

const ANSWER_LIMIT_MS = 60_000;
const STYLES = ['charcoal', 'ink-wash'];

export function newOrder(name: string, kind: Order['kind'] = 'job'): Order {
  return { customerId: `customer-${name}`, key: `order-${name}`, prompt: `Draw ${name}.`, ids: [], kind };
}

/** Resolves when it was taken in. */
export function submitUntilAnswered(service: Service, order: Order, photo: Buffer): Promise<void> {
  return persist(`the job of ${order.customerId}`, async () => {
    const headers = { 'Idempotency-Key': order.key };
    const { customerId, prompt } = order;
    if (order.kind === 'job') {
      const answer = await service.submit({ prompt, customerId }, { headers, photo });
      if (answer.status !== 200 && answer.status !== 202) return false;
      remember(order, [answer.body.id]);
      return true;
    }
    const body = JSON.stringify({ styles: STYLES, customerId, image: { data: photo.toString('base64') } });
    const json = { ...headers, 'Content-Type': 'application/json' };
    const answer = await service.call<{ jobs: JobAnswer[] }>('POST', '/v1/batches', { headers: json, body });
    if (answer.status !== 200 && answer.status !== 202) return false;
    remember(
      order,
      answer.body.jobs.map(({ id }) => id),
    );
    return true;
  });
}

export function cancelUntilAnswered(service: Service, order: Order): Promise<void> {
  return persist(`the cancel of ${order.customerId}`, async () => {
    const { status, body } = await service.call('POST', `/v1/jobs/${order.ids[0]}/cancel`);
    order.canceled = body.done ? body.status === 'canceled' : true;
    return status === 200;
  });
}

/** Asks again and again, through the death of whoever was asked. */
export function persist(what: string, ask: () => Promise<boolean>): Promise<void> {
  const unlessUnreachable = (error: unknown) => {
    if (error instanceof TypeError) return false;
    throw error;
  };
  const once = async () => (await ask().catch(unlessUnreachable)) || undefined;
  return waitFor(what, once, { limitMs: ANSWER_LIMIT_MS, everyMs: 50 }).then(() => {});
}

function remember(order: Order, ids: readonly string[]): void {
  if (order.ids.length > 0 && order.ids.join() !== ids.join()) {
    throw new Error(`doubled: ${order.key} was answered with ${order.ids}, then with ${ids}`);
  }
  if (order.ids.length === 0) order.ids.push(...ids);
}
