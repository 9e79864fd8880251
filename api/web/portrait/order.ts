/**
 * What of a take goes with an order: the job whose picture is printed, and whether that picture is there already. Decided
 * here, from what the page knows; `order-form.ts` writes it into the shop's form.
 */
import { problemText } from './problem-texts.ts';
import { problemOf, stateOf, type Take } from './take.ts';

/** `ready`: there is a picture to print. `pending`: it is still to be drawn. */
export type OrderStatus = 'ready' | 'pending';

export interface Order {
  readonly status: OrderStatus;
  readonly jobId?: string;
  /** Of the photo that goes with the order in place of a picture. */
  readonly uploadId?: string;
  readonly style: Take['style'];
}

/** Undefined for a take of which nothing can be sold: none, one that failed, one that the service does not know yet. */
export function orderOf(take: Take | undefined): Order | undefined {
  if (take?.kept) return { status: 'pending', uploadId: take.kept.uploadId, style: take.style };
  if (!take?.job) return undefined;
  const { style, job } = take;
  const state = stateOf(take);
  if (state === 'succeeded') return { status: 'ready', jobId: job.id, style };
  return state === 'queued' || state === 'running' ? { status: 'pending', jobId: job.id, style } : undefined;
}

/** What quota, budget, operator or provider have refused, and the photo is not to blame for. */
const NOT_NOW: readonly string[] = [
  'problem.quota',
  'problem.closed',
  'problem.pause',
  'problem.busy',
  'problem.later',
  'problem.ours',
];

/** Whether the photo may go with the order in place of a picture. */
export function mayGoWithOrder(take: Take): boolean {
  const problem = problemOf(take);
  if (!take.photo || !problem) return false;
  return NOT_NOW.includes(problemText(problem.code, { ofJob: problem.ofJob === true }));
}
