/**
 * GET /v1/batches: a shop's batches, newest first; and the jobs of one, in the order of its items.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import type { Batch } from '../../common/batches/batch.ts';
import { batches, jobs } from '../../common/documents.ts';
import { refuseField } from '../../common/field-errors.ts';
import { JOB_STATUSES, type Job } from '../../common/job.ts';
import { isPlatformError } from '../../common/platform/errors.ts';
import type { Document, Query } from '../../common/platform/store.ts';
import type { Api } from '../api.ts';
import type { Caller, CallerOf } from '../auth/caller.ts';
import { viewJob } from '../job-view.ts';
import { parseQuery } from '../query.ts';
import { viewListed } from './batch-view.ts';
import { findBatch } from './batches.ts';

const PAGE_MAX = 100;
const PAGE_DEFAULT = 20;

export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT),
  cursor: z.string().max(1_024).optional(),
});

export const itemsQuery = pageQuery.extend({ status: z.enum(JOB_STATUSES).optional() });

export async function listBatches(api: Api, ctx: Context): Promise<void> {
  const { limit, cursor } = parseQuery(ctx, pageQuery);
  const { shop } = ctx.state.caller as CallerOf<'server'>;
  const query: Query<Batch> = {
    from: batches,
    where: [['shop', '==', shop]],
    orderBy: ['createdAt', 'desc'],
    limit,
    ...(cursor !== undefined ? { after: cursor } : {}),
  };
  const { items, next } = await readPage(api, query);
  ctx.set('Cache-Control', 'private, no-store');
  ctx.body = { batches: items.map(viewListed), ...(next !== undefined ? { nextCursor: next } : {}) };
}

export async function listItems(api: Api, ctx: Context): Promise<void> {
  const { status, limit, cursor } = parseQuery(ctx, itemsQuery);
  const { id } = await findBatch(api, ctx);
  const { items, next } = await readPage(api, {
    ...itemsOf(id, status === undefined ? [] : [['status', '==', status]]),
    limit,
    ...(cursor !== undefined ? { after: cursor } : {}),
  });
  // A shopper sees what the shop has released; its server and an operator may have every picture whole.
  const isShopper = (ctx.state.caller as Caller).kind === 'session';
  ctx.set('Cache-Control', 'private, no-store');
  ctx.body = {
    jobs: await Promise.all(items.map(job => viewJob(api, job, isShopper ? {} : { released: true }))),
    ...(next !== undefined ? { nextCursor: next } : {}),
  };
}

/** Ordered by id, which is the order of the items. */
export function itemsOf(batchId: string, also: NonNullable<Query<Job>['where']>): Omit<Query<Job>, 'limit'> {
  return { from: jobs, where: [['batchId', '==', batchId], ...also] };
}

export async function readPage<D extends Document>({ engine }: Api, query: Query<D>) {
  try {
    return await engine.store.list(query);
  } catch (error) {
    if (query.after !== undefined && isPlatformError(error, 'invalid')) {
      return refuseField('cursor', 'expected nextCursor of an earlier page with the same filters');
    }
    throw error;
  }
}
