/**
 * GET /v1/admin/stats: how the service stands, in one answer: jobs by lane and state, money, queues, intake, the provider,
 * and how the last jobs and hours went. Counts of indexed queries and a sample of fixed size, so that asking often does
 * not slow what is asked about.
 */
import type { Context } from 'koa';
import { runs } from '../../common/collections.ts';
import type { HourStats } from '../../common/documents.ts';
import type { Percentiles } from '../../common/finished-sample.ts';
import { isDone, JOB_STATUSES, LANES, type Lane } from '../../common/job.ts';
import { rfc3339 } from '../../common/job-face.ts';
import { lastSweepAt } from '../../common/jobs/sweep.ts';
import { DAY_MS } from '../../common/limits.ts';
import { countRuns } from '../../common/metrics-state.ts';
import type { Api } from '../api.ts';
import { viewBudget } from './budget.ts';
import { viewIntake } from './intake.ts';
import { viewCeiling, viewModels } from './provider.ts';
import { viewQueues } from './queues.ts';

/** Long enough to smooth a minute without a job, short enough to show an outage. */
const THROUGHPUT_MINUTES = 10;

export async function showStats(api: Api, ctx: Context): Promise<void> {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = await viewStats(api);
}

export type Stats = Awaited<ReturnType<typeof viewStats>>;

export async function viewStats(api: Pick<Api, 'engine' | 'overview'>) {
  const { engine } = api;
  const now = engine.clock.now();
  const since = now - DAY_MS;
  const finishedSince = now - THROUGHPUT_MINUTES * 60_000;
  const [lanes, budget, queues, intake, models, ceiling, overview, finished, sweptAt] = await Promise.all([
    Promise.all(LANES.map(async lane => [lane, await jobsIn(api, lane, since)] as const)),
    viewBudget(api),
    viewQueues(api),
    viewIntake(api),
    viewModels(api),
    viewCeiling(api),
    api.overview(),
    engine.store.count({ from: runs, where: [['finishedAt', '>', finishedSince]] }),
    lastSweepAt(engine),
  ]);
  return {
    at: rfc3339(now),
    submittedSince: rfc3339(since),
    jobs: Object.fromEntries(lanes),
    throughput: { minutes: THROUGHPUT_MINUTES, finished, perMinute: finished / THROUGHPUT_MINUTES },
    last: viewSample(overview.sample),
    hours: overview.hours.map(viewHour),
    budget,
    queues,
    intake,
    models,
    ceiling,
    sweptAt: sweptAt === 0 ? undefined : rfc3339(sweptAt),
  };
}

/** What waits or is worked on counts whenever it was submitted; what has ended only of the last day. */
async function jobsIn({ engine }: Pick<Api, 'engine'>, lane: Lane, since: number) {
  const count = async (status: (typeof JOB_STATUSES)[number]) =>
    [status, await countRuns(engine.store, { status, lane }, isDone(status) ? since : 0)] as const;
  return Object.fromEntries(await Promise.all(JOB_STATUSES.map(count)));
}

function viewSample(sample: Awaited<ReturnType<Api['overview']>>['sample']) {
  const { count, since, reused, jobs, attempts, codes } = sample;
  return {
    finished: count,
    since: since === undefined ? undefined : rfc3339(since),
    reused,
    jobs: viewPercentiles(jobs),
    attempts: viewPercentiles(attempts),
    codes: Object.entries(codes).map(([code, number]) => ({ code, count: number })),
  };
}

function viewPercentiles({ count, p50Ms, p95Ms }: Percentiles) {
  return { count, p50Ms, p95Ms };
}

function viewHour({ at, submitted, reused, ended, codes }: HourStats) {
  const ends = JOB_STATUSES.filter(isDone).map(status => [status, ended[status] ?? 0] as const);
  return {
    at: rfc3339(at),
    submitted,
    reused,
    ended: Object.fromEntries(ends),
    codes: Object.entries(codes).map(([code, count]) => ({ code, count })),
  };
}
