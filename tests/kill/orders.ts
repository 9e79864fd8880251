/**
 * What clients ask a service for while its processes are killed, and what they were told: careful clients, that repeat
 * under the same Idempotency-Key until they have an answer.
 */
import type { JobAnswer, Service } from '../service.ts';
import { waitFor } from '../wait-for.ts';

export type OrderKind = 'job' | 'styles' | 'items' | 'economy';

export interface Order {
  readonly customerId: string;
  readonly key: string;
  readonly prompt: string;
  /** Of a submit, one; of a batch, one for each style or item, in their order. */
  readonly ids: string[];
  readonly kind: OrderKind;
  /** Of a batch of items, which makes its jobs by and by. */
  batchId?: string;
  canceled?: boolean;
  erased?: boolean;
  /** What asked for everything of its customer to be erased, which is done. */
  forgottenBy?: string;
  /** Where its photo and picture were handed out before it was erased. */
  urls?: readonly string[];
  /** Kept for an order of the shop's. */
  ordered?: boolean;
  /** How often an operator's bulk action has opened it again. */
  retried?: number;
}

/** A place to ask and somebody who asks: a rig, or less. */
export interface Asking {
  readonly service: Service;
  readonly photo: Buffer;
}

const ANSWER_LIMIT_MS = 90_000;
const STYLES = ['charcoal', 'ink-wash'];
/** Of a batch of items. */
export const ITEMS = 3;

/** A new one at the end of all; a note in its name is a part of its prompt. */
export function takeOrder(all: Order[], kind: OrderKind = 'job', note = ''): Order {
  const name = `${all.length}${note}`;
  const order: Order = { customerId: `customer-${name}`, key: `order-${name}`, prompt: `Draw ${name}.`, ids: [], kind };
  all.push(order);
  return order;
}

/** What each of an order's jobs is to draw; undefined for a style. */
export function promptsOf({ kind, prompt }: Order): readonly string[] {
  if (kind === 'job') return [prompt];
  return kind === 'styles' ? [] : Array.from({ length: ITEMS }, (_, index) => `${prompt} Item ${index}.`);
}

/** Resolves when it was taken in. */
export function submitUntilAnswered({ service, photo }: Asking, order: Order): Promise<void> {
  const { customerId, prompt, kind } = order;
  const headers = { 'Idempotency-Key': order.key };
  return persist(`the ${kind} of ${customerId}`, async () => {
    if (kind === 'job') {
      const { status, body } = await service.submit({ prompt, customerId }, { headers, photo });
      if (status !== 200 && status !== 202) return false;
      remember(order, [body.id]);
      return true;
    }
    const body = JSON.stringify(kind === 'styles' ? stylesOf(order, photo) : itemsOf(order, photo));
    const json = { ...headers, 'Content-Type': 'application/json' };
    const answer = await service.call<Taken>('POST', '/v1/batches', { headers: json, body });
    if (answer.status !== 200 && answer.status !== 202) return false;
    const { id, jobs } = answer.body;
    if (order.batchId !== undefined && order.batchId !== id)
      throw new Error(`doubled: ${order.key} made ${order.batchId}, then ${id}`);
    order.batchId = id;
    if (jobs)
      remember(
        order,
        jobs.map(job => job.id),
      );
    return true;
  });
}

interface Taken {
  readonly id: string;
  readonly jobs?: readonly JobAnswer[];
}

function stylesOf({ customerId }: Order, photo: Buffer) {
  return { styles: STYLES, customerId, image: { data: photo.toString('base64') } };
}

function itemsOf(order: Order, photo: Buffer) {
  const image = { data: photo.toString('base64') };
  const items = promptsOf(order).map((prompt, index) => ({ customId: `${order.key}-${index}`, prompt, image }));
  return { items, lane: order.kind === 'economy' ? 'economy' : 'bulk' };
}

export function cancelUntilAnswered({ service }: Asking, order: Order): Promise<void> {
  return persist(`the cancel of ${order.customerId}`, async () => {
    const { status, body } = await service.call('POST', `/v1/jobs/${order.ids[0]}/cancel`);
    if (status === 200) order.canceled = body.done ? body.status === 'canceled' : true;
    return status === 200;
  });
}

export async function eraseUntilAnswered({ service }: Asking, order: Order): Promise<void> {
  await noteAddresses(service, order);
  return persist(`the erasure of ${order.customerId}`, async () => {
    const { status } = await service.call('DELETE', `/v1/jobs/${order.ids[0]}`);
    order.erased = status === 200;
    return order.erased;
  });
}

/** Everything of its customer: asked for until that is taken in, and watched to its end. */
export async function forgetUntilDone({ service }: Asking, order: Order): Promise<void> {
  await noteAddresses(service, order);
  let request = '';
  await persist(`the wish to forget ${order.customerId}`, async () => {
    const { status, body } = await service.call('DELETE', `/v1/customers/${order.customerId}`);
    request = body.id;
    return status === 202;
  });
  await persist(`the end of ${request}`, async () => {
    const { body } = await service.call<{ readonly state: string }>('GET', `/v1/privacy-requests/${request}`);
    return body.state === 'done';
  });
  order.erased = true;
  order.forgottenBy = request;
}

/** Whoever has an address from before must find nothing there afterwards. */
async function noteAddresses(service: Service, order: Order): Promise<void> {
  type Shown = { readonly input?: { readonly url: string }; readonly output?: { readonly url: string } };
  const found: string[][] = [];
  for (const id of order.ids) {
    await persist(`the addresses of ${id}`, async () => {
      const key = (await service.keys()).admin;
      const { status, body } = await service.call<Shown>('GET', `/v1/admin/jobs/${id}`, { key });
      if (status !== 200) return false;
      found.push([body.input, body.output].flatMap(object => (object ? [object.url] : [])));
      return true;
    });
  }
  order.urls = found.flat();
}

/** The shop has sold the picture. */
export function keepUntilAnswered({ service }: Asking, order: Order): Promise<void> {
  return persist(`the order of ${order.customerId}`, async () => {
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ orderId: order.key });
    const { status } = await service.call('POST', `/v1/jobs/${order.ids[0]}/order`, { headers, body });
    order.ordered = status === 200;
    return order.ordered;
  });
}

/** Of a batch of items: until all of its jobs are made, which are then known. */
export function itemsUntilMade({ service }: Asking, order: Order): Promise<void> {
  if (order.kind !== 'items' && order.kind !== 'economy') return Promise.resolve();
  return persist(`the jobs of ${order.batchId}`, async () => {
    const path = `/v1/batches/${order.batchId}/items`;
    const { status, body } = await service.call<{ jobs: readonly (JobAnswer & { customId: string })[] }>('GET', path);
    if (status !== 200 || body.jobs.length < ITEMS) return false;
    const wanted = promptsOf(order).map((_, index) => `${order.key}-${index}`);
    const named = body.jobs.map(({ customId }) => customId).sort();
    if (named.join() !== wanted.join())
      throw new Error(`doubled: ${order.batchId} has ${named}, and was to have ${wanted}`);
    const ids = new Map(body.jobs.map(({ customId, id }) => [customId, id]));
    remember(
      order,
      wanted.map(customId => ids.get(customId) ?? ''),
    );
    return true;
  });
}

/** Asks again and again, through the death of whoever was asked. */
export function persist(what: string, ask: () => Promise<boolean>): Promise<void> {
  const unlessUnreachable = (error: unknown) => {
    // As fetch has it when there was nobody, or when whoever was there died before the answer was whole.
    if (error instanceof TypeError && error.cause !== undefined) return false;
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
