/**
 * Giving a job up, and taking everything of it away. Both are idempotent: they answer with the job as it is then.
 */
import type { Context } from 'koa';
import type { Job } from '../common/job.ts';
import { cancel } from '../common/jobs/cancel.ts';
import { erase } from '../common/jobs/erase.ts';
import type { Api } from './api.ts';
import { answerWithJob, findJob } from './jobs.ts';

export async function cancelJob(api: Api, ctx: Context): Promise<void> {
  const { id } = await findJob(api, ctx);
  await answer(api, ctx, await cancel(api.engine, id));
}

export async function eraseJob(api: Api, ctx: Context): Promise<void> {
  const { id } = await findJob(api, ctx);
  await answer(api, ctx, await erase(api.engine, id));
}

async function answer(api: Api, ctx: Context, job: Job | undefined): Promise<void> {
  if (job) await answerWithJob(api, ctx, job);
}
