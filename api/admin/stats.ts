/**
 * GET /v1/admin/stats: how the service stands, in one answer: jobs by lane and state, money, queues, intake. Counts of
 * indexed queries alone, so that asking often does not slow what is asked about.
 */
import type { Context } from 'koa';
import { isDone, JOB_STATUSES, LANES, type Lane } from '../../common/job.ts';
import { DAY_MS } from '../../common/limits.ts';
import { countRuns } from '../../common/metrics-state.ts';
import type { Api } from '../api.ts';
import { viewBudget } from './budget.ts';
import { viewIntake } from './intake.ts';
import { viewQueues } from './queues.ts';

export async function showStats(api: Api, ctx: Context): Promise<void> {
  const now = api.engine.clock.now();
  const since = now - DAY_MS;
  const [lanes, budget, queues, intake] = await Promise.all([
    Promise.all(LANES.map(async lane => [lane, await jobsIn(api, lane, since)] as const)),
    viewBudget(api),
    viewQueues(api),
    viewIntake(api),
  ]);
  ctx.set('Cache-Control', 'no-store');
  ctx.body = {
    at: new Date(now).toISOString(),
    submittedSince: new Date(since).toISOString(),
    jobs: Object.fromEntries(lanes),
    budget,
    queues,
    intake,
  };
}

/** What waits or is worked on counts whenever it was submitted; what has ended only of the last day. */
async function jobsIn({ engine }: Api, lane: Lane, since: number) {
  const count = async (status: (typeof JOB_STATUSES)[number]) =>
    [status, await countRuns(engine.store, { status, lane }, isDone(status) ? since : 0)] as const;
  return Object.fromEntries(await Promise.all(JOB_STATUSES.map(count)));
}
