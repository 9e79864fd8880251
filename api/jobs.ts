/**
 * GET /v1/jobs/{id} and its picture. A missing job, a malformed id and somebody else's job answer alike, byte for byte.
 */
import type { Context } from 'koa';
import { jobs, runs } from '../common/documents.ts';
import { ProblemError } from '../common/errors.ts';
import { JOB_ID } from '../common/ids.ts';
import type { Job } from '../common/job.ts';
import type { Api } from './app.ts';
import type { Caller } from './auth/caller.ts';
import { urlExpiry, viewJob } from './job-view.ts';
import { maySee } from './owner-of.ts';

export async function getJob(api: Api, ctx: Context): Promise<void> {
  const job = await findJob(api, ctx);
  ctx.set('Cache-Control', 'private, no-cache');
  if (!job.done) ctx.set('Retry-After', String(Math.ceil(job.pollAfterMs / 1_000)));
  ctx.body = await viewJob(api, job, { detailed: (ctx.state.caller as Caller).kind !== 'session' });
}

export async function getOutput(api: Api, ctx: Context): Promise<void> {
  const job = await findJob(api, ctx);
  const { store, bucket } = api.engine;
  const path = job.output ? (await store.get(runs, job.id))?.outputPath : undefined;
  if (path === undefined) throw new ProblemError('output_not_ready');
  if (!(await bucket.stat(path))) throw new ProblemError('output_expired');
  ctx.set('Cache-Control', 'private, no-cache');
  ctx.redirect(await bucket.signedReadUrl(path, { expiresAt: urlExpiry(api) }));
}

async function findJob({ engine }: Api, ctx: Context): Promise<Job> {
  const id = String((ctx as Context & { params: Record<string, string> }).params.id);
  const job = JOB_ID.test(id) ? await engine.store.get(jobs, id) : undefined;
  if (!job || !maySee(ctx.state.caller as Caller, job, engine.settings)) throw new ProblemError('not_found');
  return job;
}
