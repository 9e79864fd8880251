/**
 * POST /v1/jobs: a photo and a wish come in, a job goes out. Reads and checks everything first; `submit` in the domain
 * then decides, and nothing of a refused request is kept.
 */
import type { Context } from 'koa';
import { PHOTO_BYTES_MAX } from '../common/check-photo.ts';
import { uploads } from '../common/collections.ts';
import { ProblemError } from '../common/errors.ts';
import type { Job } from '../common/job.ts';
import { decideWithoutPhoto, type NotTaken, type Submitted, submit } from '../common/jobs/submit.ts';
import { tieJob } from '../common/kept-photos/draw.ts';
import type { Pool, Scope } from '../common/quota.ts';
import type { Api } from './api.ts';
import type { SetAside } from './body-budget.ts';
import { fetchPhoto } from './fetch-photo.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { viewJob } from './job-view.ts';
import { setRetryAfter } from './jobs.ts';
import { shopperOf } from './owner-of.ts';
import { type Prepared, prepareSubmit } from './prepare-submit.ts';
import { limitHeaders, secondsUntil } from './quota.ts';
import { readSubmit, type SubmitBody, submitBytes } from './read-submit.ts';
import { waitFor } from './wait.ts';

/** When nobody said until when intake is closed. */
const INTAKE_RETRY_S = 300;

export async function submitJob(api: Api, ctx: Context): Promise<void> {
  const key = idempotencyKey(ctx);
  const { submitted, quota } = await api.bodyBudget.hold(submitBytes(ctx), async more => {
    const { fields, photo, uploadId } = await readSubmit(api, ctx, more);
    const prepared = await prepareSubmit(api, ctx, fields, key);
    const quota = { pool: prepared.pool, scopes: prepared.base.scopes };
    const requestId = String(ctx.state.requestId);
    const submitted = await submitPhoto(api, prepared, { photo, more, requestId });
    if (uploadId !== undefined && 'job' in submitted) await drawnFrom(api, ctx, uploadId, submitted.job);
    return { submitted, quota };
  });
  await answer(api, ctx, submitted, quota);
  await api.engine.point('answered');
}

/** A shop's server that submits a photo which was kept for an order has drawn what the order waits for. */
async function drawnFrom({ engine }: Api, ctx: Context, uploadId: string, job: Job): Promise<void> {
  if (shopperOf(ctx).kind !== 'server') return;
  const upload = await engine.store.get(uploads, uploadId);
  if (upload?.keptAt !== undefined) await tieJob(engine, uploadId, { jobId: job.id });
}

async function submitPhoto(
  api: Api,
  { base, requestHash, withPhoto }: Prepared,
  { photo, more, requestId }: Pick<SubmitBody, 'photo'> & { readonly more: SetAside; readonly requestId: string },
): Promise<Submitted> {
  if (Buffer.isBuffer(photo)) return submit(api.engine, withPhoto(photo));
  // A repeat finds its job without the address, which may show another photo by now, or none.
  const hash = requestHash(photo);
  const decided = await decideWithoutPhoto(api.engine, { ...base, requestHash: hash });
  if (decided) return decided;
  more(PHOTO_BYTES_MAX);
  return submit(api.engine, withPhoto(await fetchPhoto(api, photo.url, { requestId }), hash));
}

async function answer(
  api: Api,
  ctx: Context,
  submitted: Submitted,
  quota: { pool: Pool; scopes: readonly Scope[] },
): Promise<void> {
  const limits = await limitHeaders(api, quota.pool, quota.scopes);
  if (!('job' in submitted)) throw refusalOf(submitted, { pool: quota.pool, limits, nowMs: api.engine.clock.now() });
  const { kind } = submitted;
  const job = await waitFor(api, ctx, submitted.job, ({ done }) => done);
  ctx.set({ ...limits, 'Cache-Control': 'private, no-store' });
  ctx.set('Location', `/v1/jobs/${job.id}`);
  if (kind === 'replayed') ctx.set('Idempotent-Replayed', 'true');
  const waiting = await api.waiting(job);
  if (!job.done) setRetryAfter(ctx, waiting);
  ctx.status = job.done ? 200 : 202;
  ctx.body = await viewJob(api, job, { detailed: shopperOf(ctx).kind === 'server', waiting });
}

/** `limits` are the headers that tell what is left of the pool. */
export function refusalOf(
  refused: NotTaken,
  { pool, limits, nowMs }: { pool: Pool; limits: { [name: string]: string }; nowMs: number },
): ProblemError {
  if (refused.kind === 'intake closed') return intakeClosed(refused, nowMs);
  if (refused.kind === 'being erased') return new ProblemError('being_erased', { headers: limits });
  if (refused.kind === 'conflict') return new ProblemError('idempotency_key_reused', { headers: limits });
  const code = refused.kind === 'quota exceeded' ? 'quota_exceeded' : 'budget_exhausted';
  const resetAt = new Date(refused.resetAt).toISOString();
  const headers = { ...limits, 'Retry-After': String(secondsUntil(refused.resetAt, nowMs)) };
  return new ProblemError(code, { headers, members: { resetAt, ...(code === 'quota_exceeded' ? { pool } : {}) } });
}

function intakeClosed({ message, resetAt }: { message?: string; resetAt?: number }, nowMs: number): ProblemError {
  return new ProblemError('intake_closed', {
    ...(message === undefined ? {} : { detail: message }),
    headers: { 'Retry-After': String(resetAt === undefined ? INTAKE_RETRY_S : secondsUntil(resetAt, nowMs)) },
  });
}
