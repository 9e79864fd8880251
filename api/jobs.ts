/**
 * Reading a job: GET /v1/jobs/{id}, its picture and its photo. A missing job, a malformed id and somebody else's job
 * answer alike, byte for byte.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { jobs, runs } from '../common/collections.ts';
import { ProblemError } from '../common/errors.ts';
import { refuseField } from '../common/field-errors.ts';
import { JOB_ID } from '../common/ids.ts';
import type { Job } from '../common/job.ts';
import { DAY_MS } from '../common/limits.ts';
import { photoOfRun, pictureOfRun, previewPath } from '../common/picture.ts';
import type { Api } from './api.ts';
import type { Caller } from './auth/caller.ts';
import { clientHas, jobEtag } from './etag.ts';
import { isReleased, urlExpiry, viewJob } from './job-view.ts';
import { maySee } from './owner-of.ts';
import { duration, parseQuery } from './query.ts';
import { setHeaders } from './set-headers.ts';
import { waitFor } from './wait.ts';
import type { WaitingView } from './waiting/waiting.ts';

const TTL_MAX_MS = 7 * DAY_MS;
/** What koa would find out for each body anew. */
const JSON_TYPE = 'application/json; charset=utf-8';

export const jobQuery = z.strictObject({
  /** With `Prefer: wait`: the sequence that the caller has seen; the wait ends when the job is past it. */
  after: z.coerce.number().int().min(0).optional(),
});

export const outputQuery = z.strictObject({
  variant: z.enum(['full', 'preview']).optional(),
  /** For a shop's server: how long the URL works, such as `24h`; at most seven days. */
  ttl: duration({ maxMs: TTL_MAX_MS }).optional(),
});

export const inputQuery = outputQuery.omit({ variant: true });

export async function getJob(api: Api, ctx: Context): Promise<void> {
  const { after } = parseQuery(ctx, jobQuery);
  const found = await findJob(api, ctx);
  const seen = after ?? found.sequence;
  const job = await waitFor(api, ctx, found, ({ sequence, done }) => sequence > seen || done);
  await answerWithJob(api, ctx, job);
}

/** The job with its ETag; 304 when the client has this very answer. */
export async function answerWithJob(api: Api, ctx: Context, job: Job): Promise<void> {
  const detailed = (ctx.state.caller as Caller).kind !== 'session';
  const waiting = await api.waiting(job);
  if (!job.done) setRetryAfter(ctx, waiting);
  const released = detailed || !job.output || (await isReleased(api, job));
  const etag = jobEtag(job.sequence, waiting, { urlsUntil: job.output ? urlExpiry(api) : 0, detailed, released });
  setHeaders(ctx, { 'Cache-Control': 'private, no-cache', ETag: etag, 'Content-Type': JSON_TYPE });
  ctx.status = 200;
  if (ctx.method === 'GET' && clientHas(ctx, etag)) {
    ctx.status = 304;
    return;
  }
  const view = () => viewJob(api, job, { detailed, released, waiting });
  ctx.body = detailed ? await view() : await api.pollAnswers(job.id, etag, view);
}

/** The same as `pollAfterMs`, which is in whole seconds. */
export function setRetryAfter(ctx: Context, { pollAfterMs }: WaitingView): void {
  setHeaders(ctx, { 'Retry-After': String(Math.ceil(pollAfterMs / 1_000)) });
}

export async function getOutput(api: Api, ctx: Context): Promise<void> {
  const { variant, ttl } = parseQuery(ctx, outputQuery);
  const job = await findJob(api, ctx);
  const run = job.output ? await api.engine.store.get(runs, job.id) : undefined;
  const path = run && pictureOfRun(run);
  if (path === undefined) throw new ProblemError(job.erasedAt === undefined ? 'output_not_ready' : 'erased');
  const isShopper = (ctx.state.caller as Caller).kind === 'session';
  if (isShopper && variant !== 'preview' && !(await isReleased(api, job))) throw new ProblemError('not_released');
  await redirectTo(api, ctx, variant === 'preview' ? previewPath(path) : path, { ttl, gone: 'output_expired' });
}

export async function getInput(api: Api, ctx: Context): Promise<void> {
  const { ttl } = parseQuery(ctx, inputQuery);
  const job = await findJob(api, ctx);
  if (job.erasedAt !== undefined) throw new ProblemError('erased');
  const run = await api.engine.store.get(runs, job.id);
  const path = run && photoOfRun(run);
  // A job that was born with a finished picture has kept no photo of its own.
  if (!path) throw new ProblemError('input_not_kept');
  await redirectTo(api, ctx, path, { ttl, gone: 'input_not_kept' });
}

async function redirectTo(
  api: Api,
  ctx: Context,
  path: string,
  { ttl, gone }: { ttl: number | undefined; gone: 'output_expired' | 'input_not_kept' },
): Promise<void> {
  const { bucket, clock } = api.engine;
  if (ttl !== undefined && (ctx.state.caller as Caller).kind === 'session')
    refuseField('ttl', 'only with a server key');
  if (!(await bucket.stat(path))) throw new ProblemError(gone);
  const expiresAt = ttl === undefined ? urlExpiry(api) : clock.now() + ttl;
  ctx.set('Cache-Control', 'private, no-cache');
  ctx.redirect(await bucket.signedReadUrl(path, { expiresAt }));
}

export async function findJob({ engine }: Api, ctx: Context): Promise<Job> {
  const id = String((ctx as Context & { params: Record<string, string> }).params.id);
  const job = JOB_ID.test(id) ? await engine.store.get(jobs, id) : undefined;
  if (!job || !maySee(ctx.state.caller as Caller, job)) throw new ProblemError('not_found');
  return job;
}
