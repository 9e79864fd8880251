/**
 * GET /v1/admin/jobs: the jobs of all shops by what operators look for, newest first; GET /v1/admin/jobs/counts: how many
 * they are, by status, code and hour; GET /v1/admin/jobs/{id}: all that is known of one.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { audit, jobs, runs } from '../../common/collections.ts';
import { ProblemError } from '../../common/errors.ts';
import { refuseField } from '../../common/field-errors.ts';
import { JOB_ID } from '../../common/ids.ts';
import { JOB_STATUSES } from '../../common/job.ts';
import type { Pair } from '../../common/job-moves.ts';
import { DEFAULT_SHOP } from '../../common/keys.ts';
import { OUTCOMES, type OutcomeCode } from '../../common/outcomes.ts';
import { ownerUid } from '../../common/owners.ts';
import { type JobFilter, searchedBy, searchJobs } from '../../common/search-jobs.ts';
import { TRIALS } from '../../common/styles/try-style.ts';
import type { Api } from '../api.ts';
import { nextCursor, refuseStrange } from '../page.ts';
import { moment, parseQuery } from '../query.ts';
import { shopId } from './fields.ts';
import { findByText } from './find-by-text.ts';
import { countJobs } from './job-counts.ts';
import { viewLine, viewWhole } from './job-view.ts';
import { pageFields, parameter } from './page.ts';

const CODES = Object.keys(OUTCOMES) as OutcomeCode[];
const ACTS_SHOWN = 50;
const NAME_MAX = 128;

/** What jobs are looked for by; part of the plans of bulk actions too. */
export const filterFields = {
  status: z.enum(JOB_STATUSES).optional(),
  code: z.enum(CODES).optional(),
  style: z.string().min(1).max(64).optional(),
  model: z.string().min(1).max(NAME_MAX).optional(),
  shop: shopId.or(z.literal(TRIALS)).optional(),
  customerId: z.string().min(1).max(NAME_MAX).optional(),
  batchId: z.string().min(1).max(NAME_MAX).optional(),
  createdAfter: moment.optional(),
  createdBefore: moment.optional(),
};

export const jobsQuery = z.strictObject({
  ...filterFields,
  q: z.string().trim().min(1).max(NAME_MAX).optional(),
  ...pageFields,
});
export const countsQuery = z.strictObject(filterFields);

type Fields = Omit<z.output<typeof jobsQuery>, 'q' | 'limit' | 'cursor'>;

export async function listAdminJobs(api: Api, ctx: Context): Promise<void> {
  const { q, limit, cursor, ...fields } = parseQuery(ctx, jobsQuery);
  if (q !== undefined) return answerText(api, ctx, q, fields);
  const filter = filterOf(api, fields);
  const found = searchJobs(api.engine.store, filter, { limit, after: cursor });
  const { pairs, next, looked } = await refuseStrange(cursor, found);
  answer(ctx, {
    jobs: pairs.map(viewLine),
    ...nextCursor({ next }),
    search: { by: searchedBy(filter), lookedThrough: looked },
  });
}

export async function showCounts(api: Api, ctx: Context): Promise<void> {
  answer(ctx, await countJobs(api.engine.store, filterOf(api, parseQuery(ctx, countsQuery))));
}

export async function showAdminJob(api: Api, ctx: Context): Promise<void> {
  await answerWithWhole(api, ctx, await pairOf(api, parameter(ctx, 'id', JOB_ID)));
}

/** With its sequence as ETag, which an action may be bound to. */
export async function answerWithWhole(api: Api, ctx: Context, pair: Pair): Promise<void> {
  const target = `jobs/${pair.run.id}`;
  const where = [['target', '==', target]] as const;
  const acts = await api.engine.store.list({ from: audit, where, orderBy: ['at', 'desc'], limit: ACTS_SHOWN });
  ctx.set('ETag', `"${pair.job.sequence}"`);
  answer(ctx, await viewWhole(api, pair, acts.items));
}

export async function pairOf({ engine: { store } }: Pick<Api, 'engine'>, id: string): Promise<Pair> {
  const [run, job] = await Promise.all([store.get(runs, id), store.get(jobs, id)]);
  if (!run || !job) throw new ProblemError('not_found');
  return { run, job };
}

/** A customer is somebody of one shop; where none is named, of the first one. */
export function filterOf({ engine }: Pick<Api, 'engine'>, fields: Fields): JobFilter {
  const { customerId, ...rest } = fields;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as JobFilter;
  if (customerId === undefined) return given;
  const shop = given.shop ?? DEFAULT_SHOP;
  return { ...given, shop, ownerUid: ownerUid(engine.settings.idSecret, shop, { customer: customerId }) };
}

/** The text decides alone: it names something, and other filters would only hide it. */
async function answerText(api: Api, ctx: Context, text: string, fields: Fields): Promise<void> {
  const other = Object.entries(fields).find(([name, value]) => value !== undefined && name !== 'shop');
  if (other) refuseField('q', `goes with shop alone, not with ${other[0]}`);
  const { pairs, looked } = await findByText(api.engine, text, fields.shop);
  answer(ctx, { jobs: pairs.map(viewLine), search: { by: 'q', lookedThrough: looked } });
}

function answer(ctx: Context, body: unknown): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = body;
}
