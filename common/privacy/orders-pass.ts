/**
 * The jobs of orders: whoever orders as a guest has a session and no customer's name, and is found by the orders alone,
 * among all that the shop has sold and Easel still keeps.
 */
import pLimit from 'p-limit';
import { jobs, uploads } from '../collections.ts';
import type { Upload } from '../documents.ts';
import type { Engine } from '../engine.ts';
import type { Job } from '../job.ts';
import { erasePhoto } from '../kept-photos/erase.ts';
import type { Page } from '../platform/store.ts';
import { forgetJob } from './forget-job.ts';
import { AT_ONCE } from './forget-owner.ts';
import type { PrivacyRequest } from './privacy-request.ts';
import type { Step } from './step-erasure.ts';

const PAGE = 200;

/** One page of it; a pass that had to wait for somebody is followed by another one. */
export async function ordersPass(engine: Engine, request: PrivacyRequest, orderIds: readonly string[]): Promise<Step> {
  const { pass = { acted: 0 } } = request;
  if (pass.after === undefined) await forgetPhotos(engine, request.shop, orderIds);
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

/** Photos that were sent with an order and wait for a picture, or have one: they are no jobs. */
async function forgetPhotos(engine: Engine, shop: string, orderIds: readonly string[]): Promise<void> {
  let after: string | undefined;
  do {
    const page = await orderedPhotos(engine, shop, after);
    after = page.next;
    for (const upload of page.items) {
      if (upload.orderIds?.some(order => orderIds.includes(order))) await erasePhoto(engine, upload);
    }
  } while (after !== undefined);
}

/** The shop's photos that were ordered, the latest order first. */
export function orderedPhotos({ store }: Pick<Engine, 'store'>, shop: string, after?: string): Promise<Page<Upload>> {
  return store.list({
    from: uploads,
    where: [['shop', '==', shop]],
    orderBy: ['orderedAt', 'desc'],
    limit: PAGE,
    ...(after === undefined ? {} : { after }),
  });
}
