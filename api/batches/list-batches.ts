/**
 * GET /v1/batches: a shop's batches, newest first; and the jobs of one, in the order of its items.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import type { Batch } from '../../common/batches/batch.ts';
import { batches, jobs } from '../../common/collections.ts';
import { JOB_STATUSES, type Job } from '../../common/job.ts';
import type { Query } from '../../common/platform/store.ts';
import type { Api } from '../api.ts';
import type { Caller, CallerOf } from '../auth/caller.ts';
import { viewJob } from '../job-view.ts';
import { nextCursor, pageFieldsOf, readPage } from '../page.ts';
import { parseQuery } from '../query.ts';
import { viewListed } from './batch-view.ts';
import { findBatch } from './batches.ts';

export const pageQuery = z.strictObject(pageFieldsOf({ usual: 20 }));

export const itemsQuery = pageQuery.extend({ status: z.enum(JOB_STATUSES).optional() });

export async function listBatches(api: Api, ctx: Context): Promise<void> {
  const asked = parseQuery(ctx, pageQuery);
  const { shop } = ctx.state.caller as CallerOf<'server'>;
  const query = { from: batches, where: [['shop', '==', shop]], orderBy: ['createdAt', 'desc'] } as const;
  const page = await readPage<Batch>(api.engine.store, query, asked);
  ctx.set('Cache-Control', 'private, no-store');
  ctx.body = { batches: page.items.map(viewListed), ...nextCursor(page) };
}

export async function listItems(api: Api, ctx: Context): Promise<void> {
  const { status, ...asked } = parseQuery(ctx, itemsQuery);
  const { id } = await findBatch(api, ctx);
  const query = itemsOf(id, status === undefined ? [] : [['status', '==', status]]);
  const page = await readPage(api.engine.store, query, asked);
  // A shopper sees what the shop has released; its server and an operator may have every picture whole.
  const isShopper = (ctx.state.caller as Caller).kind === 'session';
  ctx.set('Cache-Control', 'private, no-store');
  ctx.body = {
    jobs: await Promise.all(page.items.map(job => viewJob(api, job, isShopper ? {} : { released: true }))),
    ...nextCursor(page),
  };
}

/** Ordered by id, which is the order of the items. */
export function itemsOf(batchId: string, also: NonNullable<Query<Job>['where']>): Omit<Query<Job>, 'limit'> {
  return { from: jobs, where: [['batchId', '==', batchId], ...also] };
}
