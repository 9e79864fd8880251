/**
 * What of a take goes with an order: the job whose picture is printed, and whether that picture is there already. Decided
 * here, from what the page knows; `order-form.ts` writes it into the shop's form.
 */
import { stateOf, type Take } from './take.ts';

/** `ready`: there is a picture to print. `pending`: it is still to be drawn. */
export type OrderStatus = 'ready' | 'pending';

export interface Order {
  readonly status: OrderStatus;
  readonly jobId: string;
  readonly style: Take['style'];
}

/** Undefined for a take of which nothing can be sold: none, one that failed, one that the service does not know yet. */
export function orderOf(take: Take | undefined): Order | undefined {
  if (!take?.job) return undefined;
  const { style, job } = take;
  const state = stateOf(take);
  if (state === 'succeeded') return { status: 'ready', jobId: job.id, style };
  return state === 'queued' || state === 'running' ? { status: 'pending', jobId: job.id, style } : undefined;
}
