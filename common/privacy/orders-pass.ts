/**
 * The jobs of orders: whoever orders as a guest has a session and no customer's name, and is found by the orders alone,
 * among all that the shop has sold and Easel still keeps.
 */
import pLimit from 'p-limit';
import { jobs } from '../documents.ts';
import type { Engine } from '../engine.ts';
import type { Job } from '../job.ts';
import type { Page } from '../platform/store.ts';
import { forgetJob } from './forget-job.ts';
import { AT_ONCE } from './forget-owner.ts';
import type { PrivacyRequest } from './privacy-request.ts';
import type { Step } from './step-erasure.ts';

const PAGE = 200;

/** One page of it; a pass that had to wait for somebody is followed by another one. */
export async function ordersPass(engine: Engine, request: PrivacyRequest, orderIds: readonly string[]): Promise<Step> {
  const { pass = { acted: 0 } } = request;
  const page = await orderedJobs(engine, request.shop, pass.after);
  const wanted = new Set(orderIds);
  const theirs = page.items.filter(job => job.orderIds?.some(order => wanted.has(order)));
  const limit = pLimit(AT_ONCE);
  const gone = await Promise.all(theirs.map(({ id }) => limit(forgetJob, engine, id)));
  const acted = pass.acted + gone.length;
  const erased = request.erased + gone.filter(one => one === 'forgotten').length;
  if (page.next !== undefined) return { kind: 'more', fields: { pass: { after: page.next, acted }, erased } };
  return acted === 0 ? { kind: 'done' } : { kind: 'waits', fields: { pass: { acted: 0 }, erased } };
}

/** The shop's jobs that were ordered, the latest order first. */
export function orderedJobs({ store }: Pick<Engine, 'store'>, shop: string, after?: string): Promise<Page<Job>> {
  return store.list({
    from: jobs,
    where: [['shop', '==', shop]],
    orderBy: ['orderedAt', 'desc'],
    limit: PAGE,
    ...(after === undefined ? {} : { after }),
  });
}
