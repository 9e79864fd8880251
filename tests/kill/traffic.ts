/**
 * What clients and operators do while processes die, stand still and are replaced: jobs, some of them given up, erased or
 * sold, or told to the shop, styles of one photo, batches of items in both tiers, and failed jobs that a bulk action opens again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { bulkRetry } from './bulk.ts';
import {
  cancelUntilAnswered,
  eraseUntilAnswered,
  itemsUntilMade,
  keepUntilAnswered,
  type OrderKind,
  submitUntilAnswered,
  takeOrder,
} from './orders.ts';
import type { Rig } from './rig.ts';

export type Way = 'draw' | 'cancel' | 'erase' | 'sell' | 'told' | 'styles' | 'items' | 'lines' | 'economy' | 'bulk';

/** One after the other, so that every round has each of them. */
export const WAYS: readonly Way[] = [
  'draw',
  'items',
  'erase',
  'economy',
  'sell',
  'bulk',
  'styles',
  'told',
  'lines',
  'cancel',
];
const KINDS: { readonly [way in Way]?: OrderKind } = {
  styles: 'styles',
  items: 'items',
  lines: 'lines',
  economy: 'economy',
};
const SECOND_THOUGHT_MS = 2_000;

/** Sends so many off within the time; resolves when all of them are answered. Their orders are in the rig at once. */
export async function sendTraffic(rig: Rig, { count, withinMs }: { count: number; withinMs: number }): Promise<void> {
  const going = Array.from({ length: count }, async (_, index) => {
    const way = WAYS[index % WAYS.length] as Way;
    const delayMs = rig.random.fraction() * withinMs;
    const thoughtMs = rig.random.fraction() * SECOND_THOUGHT_MS;
    await sleep(delayMs);
    await go(rig, way, thoughtMs);
  });
  await Promise.all(going);
}

/** One of them, until it is answered. */
export async function go(rig: Rig, way: Way, thoughtMs: number): Promise<void> {
  if (way === 'bulk') return bulkRetry(rig);
  const order = takeOrder(rig.orders, KINDS[way]);
  if (way === 'told') order.webhook = rig.webhook;
  await submitUntilAnswered(rig, order);
  await itemsUntilMade(rig, order);
  await sleep(thoughtMs);
  if (way === 'cancel') await cancelUntilAnswered(rig, order);
  if (way === 'erase') await eraseUntilAnswered(rig, order);
  if (way === 'sell') await keepUntilAnswered(rig, order);
}
