/**
 * What clients ask a service for while its processes are killed, and what they were told: careful clients, that repeat
 * under the same Idempotency-Key until they have an answer.
 */
import type { JobAnswer, Service } from '../service.ts';
import { waitFor } from '../wait-for.ts';

/** `lines` are items that a task reads later, one a line. */
export type OrderKind = 'job' | 'styles' | 'items' | 'lines' | 'economy';

export interface Order {
  readonly customerId: string;
  readonly key: string;
  readonly prompt: string;
  /** Of a submit, one; of a batch, one for each style or item, in their order. */
  readonly ids: string[];
  readonly kind: OrderKind;
  /** Of a batch of items, which makes its jobs by and by. */
  batchId?: string;
  /** The photo that its lines name. */
  uploadId?: string;
  canceled?: boolean;
  erased?: boolean;
  /** What asked for everything of its customer to be erased, which is done. */
  forgottenBy?: string;
  /** Where its photo and picture were handed out before it was erased. */
  urls?: readonly string[];
  /** Kept for an order of the shop's. */
  ordered?: boolean;
  /** How often it was opened again: by an operator's bulk action, or as a batch by its owner. */
  retried?: number;
  /** Where its end is to be told. */
  webhook?: string;
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
  const { customerId, prompt, kind, webhook } = order;
  const headers = { 'Idempotency-Key': order.key };
  return persist(`the ${kind} of ${customerId}`, async () => {
    if (kind === 'job') {
      const told = webhook === undefined ? {} : { webhook: JSON.stringify({ url: webhook }) };
      const { status, body } = await service.submit({ prompt, customerId, ...told }, { headers, photo });
      if (status !== 200 && status !== 202) return false;
      remember(order, [body.id]);
      return true;
    }
    const { path = '/v1/batches', type = 'application/json', body } = await bodyOf({ service, photo }, order);
    const answer = await service.call<Taken>('POST', path, { headers: { ...headers, 'Content-Type': type }, body });
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

async function bodyOf({ service, photo }: Asking, order: Order) {
  if (order.kind === 'styles') return { body: JSON.stringify(stylesOf(order, photo)) };
  const data = { data: photo.toString('base64') };
  if (order.kind !== 'lines') return { body: JSON.stringify(itemsOf(order, data)) };
  // Under one key the lines have to be the same, and so has their photo.
  order.uploadId ??= await upload(service, photo);
  const { items, lane } = itemsOf(order, { uploadId: order.uploadId });
  const body = items.map(item => `${JSON.stringify(item)}\n`).join('');
  return { path: `/v1/batches?lane=${lane}`, type: 'application/x-ndjson', body };
}

async function upload(service: Service, photo: Buffer): Promise<string> {
  interface Opened {
    readonly uploadId: string;
    readonly url: string;
    readonly headers: { readonly [name: string]: string };
  }
  const opened = await service.call<Opened>('POST', '/v1/uploads', {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ contentType: 'image/png', bytes: photo.length }),
  });
  const { url, headers, uploadId } = opened.body;
  const put = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(photo) });
  if (!put.ok) throw new Error(`the photo of an upload was answered ${put.status}`);
  return uploadId;
}

function stylesOf({ customerId }: Order, photo: Buffer) {
  return { styles: STYLES, customerId, image: { data: photo.toString('base64') } };
}

function itemsOf(order: Order, image: object) {
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

export function cancelBatchUntilAnswered({ service }: Asking, order: Order): Promise<void> {
  return persist(`the cancel of ${order.batchId}`, async () => {
    const { status } = await service.call('POST', `/v1/batches/${order.batchId}/cancel`);
    order.canceled = status === 200;
    return order.canceled;
  });
}

/** Of all its failed jobs. Whoever asks again opens nothing twice: none is failed any more. */
export function retryBatchUntilAnswered({ service }: Asking, order: Order): Promise<void> {
  return persist(`the retry of ${order.batchId}`, async () => {
    const { status } = await service.call('POST', `/v1/batches/${order.batchId}/retry`);
    if (status === 200) order.retried = 1;
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
  if (order.kind === 'job' || order.kind === 'styles') return Promise.resolve();
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
