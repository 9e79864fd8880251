/**
 * One step of an erasure, as an upkeep task. What is erased is found by whose it is, and afterwards it is nobody's: a step
 * that is cut off, or comes twice, goes on with what is left. It is done when nothing is.
 */
import { openEntry, record } from '../audit.ts';
import { audit, privacyRequests } from '../collections.ts';
import type { Engine } from '../engine.ts';
import type { Transaction } from '../platform/store.ts';
import { closeShop, emptyShop, SETTLE_MS, shopPass } from './erase-shop.ts';
import { forgetOwner } from './forget-owner.ts';
import { ordersPass } from './orders-pass.ts';
import type { PrivacyRequest } from './privacy-request.ts';
import { ringPrivacy, rung } from './ring-privacy.ts';

/** A worker that is told to stop hears of it within a heartbeat of fifteen seconds. */
export const WAIT_MS = 5_000;

/** What a step has come to; the fields of a pass stand in the document for the next one. */
export type Step =
  | { readonly kind: 'more' | 'waits'; readonly at?: number; readonly fields?: Partial<PrivacyRequest> }
  | { readonly kind: 'done' };

export async function stepErasure(engine: Engine, id: string): Promise<void> {
  const request = await engine.store.get(privacyRequests, id);
  if (request?.state !== 'running') return;
  const step =
    request.kind === 'erase-shop' ? await stepOfShop(engine, request) : await stepOfCustomer(engine, request);
  await engine.point('erasure-stepped');
  if (step.kind === 'done') return end(engine, request);
  const dueAt = step.kind === 'more' ? 0 : (step.at ?? engine.clock.now() + WAIT_MS);
  const after = await moveOn(engine, request, (before, now) => ({
    ...before,
    ...step.fields,
    ...rung(before, engine, Math.max(now, dueAt)),
  }));
  if (after) await ringPrivacy(engine, after, dueAt);
}

async function stepOfCustomer(engine: Engine, request: PrivacyRequest): Promise<Step> {
  const { ownerUid, customer, orderIds = [] } = request;
  if (ownerUid === undefined || customer === undefined) return { kind: 'done' };
  const left = await forgetOwner(engine, { shop: request.shop, ownerUid, customer });
  if (left !== 'nothing') return { kind: left };
  return orderIds.length > 0 ? ordersPass(engine, request, orderIds) : { kind: 'done' };
}

/** The keys first, so that nothing comes any more; then pass after pass, until one after a while has found nothing. */
async function stepOfShop(engine: Engine, request: PrivacyRequest): Promise<Step> {
  if (request.pass === undefined) await closeShop(engine, request.shop);
  const step = await shopPass(engine, request);
  if (step.kind !== 'done') return step;
  const settledAt = request.createdAt + SETTLE_MS;
  if (engine.clock.now() < settledAt) return { kind: 'waits', at: settledAt, fields: { pass: { acted: 0 } } };
  await emptyShop(engine, request.shop);
  return { kind: 'done' };
}

/** Undefined when the request was moved on by somebody else meanwhile: another delivery, the sweeper, or a further wish. */
function moveOn(
  engine: Engine,
  { id, dispatch }: PrivacyRequest,
  change: (before: PrivacyRequest, now: number, tx: Transaction) => PrivacyRequest,
): Promise<PrivacyRequest | undefined> {
  return engine.store.transaction(async tx => {
    const before = await tx.get(privacyRequests, id);
    if (before?.state !== 'running' || before.dispatch !== dispatch) return undefined;
    const after = change(before, engine.clock.now(), tx);
    tx.set(privacyRequests, after);
    return after;
  });
}

/** From here on it names nobody; the audit says that it was done. */
async function end(engine: Engine, request: PrivacyRequest): Promise<void> {
  const entry = openEntry(engine);
  await engine.store.transaction(async tx => {
    const before = await tx.get(privacyRequests, request.id);
    if (before?.state !== 'running' || before.dispatch !== request.dispatch) return;
    if (await tx.get(audit, entry.id)) return;
    const { customer: _, orderIds: __, pass: ___, nextCheckAt: ____, ...rest } = before;
    tx.set(privacyRequests, { ...rest, state: 'done', doneAt: engine.clock.now() });
    const target = `privacy-requests/${request.id}`;
    record(tx, entry, {
      actor: 'easel',
      action: 'privacy.done',
      target,
      detail: `${request.kind}, shop ${request.shop}`,
    });
  });
}
