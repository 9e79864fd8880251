/**
 * GET /v1/jobs: a shop's jobs, newest first, a page at a time. The filters are those that an index answers; no page
 * ever reads more documents than it shows.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { jobs } from '../common/collections.ts';
import { JOB_STATUSES, type Job } from '../common/job.ts';
import { ownerUid } from '../common/owners.ts';
import type { Operator, Query, Scalar } from '../common/platform/store.ts';
import type { Api } from './api.ts';
import type { CallerOf } from './auth/caller.ts';
import { viewJob } from './job-view.ts';
import { nextCursor, pageFieldsOf, readPage } from './page.ts';
import { moment, parseQuery } from './query.ts';

export const listQuery = z
  .strictObject({
    status: z.enum(JOB_STATUSES).optional(),
    style: z.string().min(1).max(64).optional(),
    customerId: z.string().min(1).max(128).optional(),
    customId: z.string().min(1).max(128).optional(),
    createdAfter: moment.optional(),
    createdBefore: moment.optional(),
    ...pageFieldsOf({ usual: 20 }),
  })
  .refine(({ customId, status, style, customerId }) => customId === undefined || !(status ?? style ?? customerId), {
    path: ['customId'],
    message: 'goes with createdAfter and createdBefore alone',
  })
  .refine(({ customerId, style }) => customerId === undefined || style === undefined, {
    path: ['style'],
    message: 'does not go with customerId',
  });

export async function listJobs(api: Api, ctx: Context): Promise<void> {
  const filters = parseQuery(ctx, listQuery);
  const { shop } = ctx.state.caller as CallerOf<'server'>;
  const page = await readPage(api.engine.store, queryOf(api, shop, filters), filters);
  ctx.set('Cache-Control', 'private, no-store');
  ctx.body = {
    jobs: await Promise.all(page.items.map(job => viewJob(api, job, { released: true }))),
    ...nextCursor(page),
  };
}

function queryOf({ engine }: Api, shop: string, filters: z.output<typeof listQuery>) {
  const { status, style, customerId, customId, createdAfter, createdBefore } = filters;
  const uid = customerId && ownerUid(engine.settings.idSecret, shop, { customer: customerId });
  const conditions: [keyof Job & string, Operator, Scalar | undefined][] = [
    ['shop', '==', shop],
    ['status', '==', status],
    ['style', '==', style],
    ['ownerUid', '==', uid],
    ['customId', '==', customId],
    ['createdAt', '>=', createdAfter],
    ['createdAt', '<', createdBefore],
  ];
  const where = conditions.flatMap(([field, operator, value]) =>
    value === undefined ? [] : [[field, operator, value] as const],
  );
  return { from: jobs, where, orderBy: ['createdAt', 'desc'] } satisfies Omit<Query<Job>, 'limit'>;
}
