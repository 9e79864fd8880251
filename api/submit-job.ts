/**
 * POST /v1/jobs: a photo and a wish come in, a job goes out. Reads and checks everything first; `submit` in the domain
 * then decides, and nothing of a refused request is kept.
 */
import type { Context } from 'koa';
import { styles } from '../common/documents.ts';
import { ProblemError } from '../common/errors.ts';
import { derivedId, digestOf, newId, sha256 } from '../common/ids.ts';
import type { Submission } from '../common/jobs/submission.ts';
import { type Submitted, submit } from '../common/jobs/submit.ts';
import { cannotDraw } from '../common/models.ts';
import { ownerUid } from '../common/owners.ts';
import { generationKey } from '../common/picture.ts';
import { type Pool, type Scope, scopesOf } from '../common/quota.ts';
import { resolveStyleId, type Style } from '../common/styles.ts';
import type { Api } from './api.ts';
import { checkPhoto } from './check-photo.ts';
import { refuseField } from './field-errors.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { viewJob } from './job-view.ts';
import { ownerOf, type Shopper, shopperOf } from './owner-of.ts';
import { limitHeaders, secondsUntil } from './quota.ts';
import { readSubmit, type SubmitBody, submitBytes } from './read-submit.ts';
import type { SubmitFields } from './submit-fields.ts';
import { waitFor } from './wait.ts';

const ROUTE = 'POST /v1/jobs';
/** What a wish without a named style is drawn with. */
const CUSTOM = { aspectRatio: '4:5', size: '1K', minSidePx: 256, model: 'default' };

export async function submitJob(api: Api, ctx: Context): Promise<void> {
  const key = idempotencyKey(ctx);
  const { submitted, quota } = await api.bodyBudget.hold(submitBytes(ctx), async () => {
    const body = await readSubmit(api, ctx);
    const { submission, pool } = await prepare(api, ctx, body, key);
    const quota = { pool, scopes: submission.scopes };
    return { submitted: await submit(api.engine, submission), quota };
  });
  await answer(api, ctx, submitted, quota);
  await api.engine.point('answered');
}

async function prepare(api: Api, ctx: Context, { fields, photo }: SubmitBody, key: string | undefined) {
  const { settings, clock, random } = api.engine;
  const shopper = shopperOf(ctx);
  if (shopper.kind === 'session' && fields.customerId !== undefined) {
    refuseField('customerId', 'only a server key may name the customer');
  }
  const { wish, pool, minSidePx } = await wishOf(api, fields);
  const { contentType } = checkPhoto(photo, { minSidePx });

  const owner = ownerOf(ctx, shopper, settings, fields.customerId);
  const uid = ownerUid(settings.idSecret, shopper.shop, owner);
  const inputSha256 = sha256(photo);
  const { customId, metadata } = fields;
  const { styleVersion: _, prompt, ...asked } = wish;
  const requestHash = digestOf([asked, wish.style ?? prompt, customId ?? null, sorted(metadata), inputSha256]);
  const submission: Submission = {
    id:
      key === undefined
        ? newId('job', clock, random)
        : derivedId('job', settings.idSecret, [shopper.shop, uid, ROUTE, key]),
    repeatable: key !== undefined,
    requestHash,
    generationKey: generationKey({ ...wish, ownerUid: uid, inputSha256 }, wish.model),
    ...wish,
    shop: shopper.shop,
    owner,
    ownerUid: uid,
    lane: 'interactive',
    scopes: scopesFor(api, shopper, owner, pool),
    input: { bytes: photo, sha256: inputSha256, contentType },
    ...(customId !== undefined ? { customId } : {}),
    ...(metadata !== undefined ? { metadata } : {}),
  };
  return { submission, pool };
}

/** The wish completed with the defaults of its style, and checked against what the model can draw. */
async function wishOf(api: Api, fields: SubmitFields) {
  const style = fields.style === undefined ? undefined : await findStyle(api, fields.style);
  const base = style ?? CUSTOM;
  const options = {
    aspectRatio: fields.options?.aspectRatio ?? base.aspectRatio,
    size: fields.options?.size ?? base.size,
    variation: fields.options?.variation ?? 0,
  };
  const model = base.model === 'default' ? api.defaultModel : base.model;
  const entry = api.engine.catalogue.get(model);
  const obstacle = entry ? cannotDraw(entry, options) : `the model ${model} is not in the catalogue`;
  if (obstacle !== undefined) throw new ProblemError('option_unsupported', { detail: obstacle });
  const pool: Pool = style?.pool ?? 'custom';
  const named = style ? { style: style.id, styleVersion: style.version } : {};
  return {
    wish: { ...named, prompt: style?.prompt ?? fields.prompt ?? '', options, model },
    pool,
    minSidePx: base.minSidePx,
  };
}

async function findStyle(api: Api, name: string): Promise<Style> {
  const style = await api.engine.store.get(styles, resolveStyleId(name));
  if (!style)
    throw new ProblemError('style_unknown', { detail: `There is no style "${name}". GET /v1/styles lists them.` });
  if (!style.enabled) throw new ProblemError('style_disabled');
  return style;
}

function scopesFor({ engine }: Api, shopper: Shopper, owner: Submission['owner'], pool: Pool): Scope[] {
  return scopesOf(shopper.shop, owner, pool, engine.settings, engine.clock.now());
}

async function answer(
  api: Api,
  ctx: Context,
  submitted: Submitted,
  quota: { pool: Pool; scopes: readonly Scope[] },
): Promise<void> {
  const { clock } = api.engine;
  const limits = await limitHeaders(api, quota.pool, quota.scopes);
  if (submitted.kind === 'conflict') throw new ProblemError('idempotency_key_reused', { headers: limits });
  if (submitted.kind === 'budget exhausted' || submitted.kind === 'quota exceeded') {
    const code = submitted.kind === 'quota exceeded' ? 'quota_exceeded' : 'budget_exhausted';
    const resetAt = new Date(submitted.resetAt).toISOString();
    const headers = { ...limits, 'Retry-After': String(secondsUntil(submitted.resetAt, clock.now())) };
    throw new ProblemError(code, {
      headers,
      members: { resetAt, ...(code === 'quota_exceeded' ? { pool: quota.pool } : {}) },
    });
  }
  const { kind } = submitted;
  const job = await waitFor(api, ctx, submitted.job, ({ done }) => done);
  ctx.set({ ...limits, 'Cache-Control': 'private, no-store' });
  ctx.set('Location', `/v1/jobs/${job.id}`);
  if (kind === 'replayed') ctx.set('Idempotent-Replayed', 'true');
  if (!job.done) ctx.set('Retry-After', String(Math.ceil(job.pollAfterMs / 1_000)));
  ctx.status = job.done ? 200 : 202;
  ctx.body = await viewJob(api, job, { detailed: shopperOf(ctx).kind === 'server' });
}

function sorted(metadata: SubmitFields['metadata']): [string, string][] | null {
  return metadata === undefined ? null : Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
}
