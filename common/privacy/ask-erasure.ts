/**
 * Takes the wish in that everything of a customer, or of a shop, be erased. When this resolves it is durable and will be
 * done, whatever process ends; the work itself is in `step-erasure.ts`.
 */
import { type By, openEntry, record } from '../audit.ts';
import { audit, jobs, privacyRequests } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { DOCUMENT_VERSION } from '../job.ts';
import { DAY_MS } from '../limits.ts';
import { ownerUid } from '../owners.ts';
import { customerErasureId, type PrivacyRequest, type PrivacySource, shopErasureId } from './privacy-request.ts';
import { ringPrivacy, rung } from './ring-privacy.ts';

/** As long as entries of the audit: the proof has to outlast the question. */
export const KEPT_MS = 400 * DAY_MS;
const MESSAGES_KEPT = 20;
/** Of one customer; Shopify names those of the last months. */
export const ORDERS_MAX = 2_000;

export interface ErasureWish {
  readonly shop: string;
  /** Without one everything of the shop is meant. */
  readonly customer?: string;
  readonly orderIds?: readonly string[];
  readonly asked: PrivacySource;
  /** The message that asks for it, where one does. */
  readonly message?: string;
  readonly by: By;
}

/**
 * Idempotent: an erasure under way is answered as it is, with the orders that are new to it; one that is done begins
 * anew, as there may be something again, unless the same message asks twice.
 */
export async function askErasure(engine: Engine, wish: ErasureWish): Promise<PrivacyRequest> {
  const { store, settings, clock } = engine;
  const { shop, customer, by } = wish;
  const owners = customer === undefined ? undefined : ownerUid(settings.idSecret, shop, { customer });
  const id = customer === undefined ? shopErasureId(settings, shop) : customerErasureId(settings, shop, customer);
  const total = await countJobs(engine, { shop, ...(owners === undefined ? {} : { ownerUid: owners }) });
  const entry = openEntry(engine);
  const asked = await store.transaction(async tx => {
    const before = await tx.get(privacyRequests, id);
    if (before && (await tx.get(audit, entry.id))) return before;
    if (before && isAskedAlready(before, wish)) return before;
    const orders = mergedOrders(before, wish);
    const now = clock.now();
    const after: PrivacyRequest = {
      ...{ id, v: DOCUMENT_VERSION, shop, asked: wish.asked, state: 'running' },
      kind: customer === undefined ? 'erase-shop' : 'erase-customer',
      ...(customer === undefined || owners === undefined ? {} : { customer, ownerUid: owners }),
      ...(orders.length > 0 ? { orderIds: orders } : {}),
      ...messagesOf(before, wish),
      total: before?.state === 'running' ? before.total : total,
      erased: before?.state === 'running' ? before.erased : 0,
      ...rung(before ?? { dispatch: 0 }, engine, now),
      ...{ createdAt: now, expireAt: now + KEPT_MS },
    };
    tx.set(privacyRequests, after);
    const action = customer === undefined ? 'shop.erase' : 'customer.erase';
    record(tx, entry, { ...by, action, target: `privacy-requests/${id}`, detail: `${total} jobs of shop ${shop}` });
    return after;
  });
  if (asked.state === 'running') await ringPrivacy(engine, asked);
  return asked;
}

export function countJobs(
  { store }: Pick<Engine, 'store'>,
  { shop, ownerUid: uid }: { shop: string; ownerUid?: string },
) {
  const where = [['shop', '==', shop] as const, ...(uid === undefined ? [] : [['ownerUid', '==', uid] as const])];
  return store.count({ from: jobs, where });
}

function isAskedAlready(before: PrivacyRequest, { orderIds = [], message }: ErasureWish): boolean {
  if (message !== undefined && before.messages?.includes(message)) return true;
  return before.state === 'running' && orderIds.every(order => before.orderIds?.includes(order));
}

function mergedOrders(before: PrivacyRequest | undefined, { orderIds = [] }: ErasureWish): string[] {
  const open = before?.state === 'running' ? (before.orderIds ?? []) : [];
  return [...new Set([...open, ...orderIds])].slice(0, ORDERS_MAX);
}

function messagesOf(before: PrivacyRequest | undefined, { message }: ErasureWish): Pick<PrivacyRequest, 'messages'> {
  const messages = [...(before?.messages ?? []), ...(message === undefined ? [] : [message])].slice(-MESSAGES_KEPT);
  return messages.length > 0 ? { messages } : {};
}
