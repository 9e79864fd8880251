/**
 * Reading a batch and giving it up: GET /v1/batches/{id}, its events, POST …/cancel, …/retry. A missing batch, a malformed id and
 * somebody else's batch answer alike, byte for byte.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { BATCH_ID, type Batch, type Standing } from '../../common/batches/batch.ts';
import { cancelBatch } from '../../common/batches/cancel-batch.ts';
import { retryBatch } from '../../common/batches/retry-batch.ts';
import { batches, styles } from '../../common/collections.ts';
import { ProblemError } from '../../common/errors.ts';
import type { Run } from '../../common/job.ts';
import { resetOf } from '../../common/jobs/admit.ts';
import { OUTCOMES, type OutcomeCode } from '../../common/outcomes.ts';
import { type Pool, scopesOf } from '../../common/quota.ts';
import type { Api } from '../api.ts';
import type { Caller } from '../auth/caller.ts';
import { bodyEtag, clientHas } from '../etag.ts';
import { jobQuery } from '../jobs.ts';
import { maySee, shopperOf } from '../owner-of.ts';
import { parseQuery } from '../query.ts';
import { readOptionalJsonBody } from '../read-json.ts';
import { answerWithStream, lastEventId } from '../state-stream.ts';
import { refusalOf } from '../submit-job.ts';
import { termsOf } from '../terms.ts';
import { holdFor } from '../wait.ts';
import { viewBatch } from './batch-view.ts';

const OUTCOME_CODES = Object.keys(OUTCOMES) as OutcomeCode[];

export async function getBatch(api: Api, ctx: Context): Promise<void> {
  const { after } = parseQuery(ctx, jobQuery);
  const batch = await findBatch(api, ctx);
  const found = await api.batchWatch.read(batch);
  const seen = after ?? found.sequence;
  const standing = await holdFor(api, ctx, found, {
    enough: ({ sequence, done }) => sequence > seen || done,
    subscribe: onStanding => api.batchWatch.subscribe(batch, onStanding),
  });
  await answerWithBatch(api, ctx, standing);
}

export async function getBatchEvents(api: Api, ctx: Context): Promise<void> {
  const batch = await findBatch(api, ctx);
  const seen = lastEventId(ctx);
  const standing = await api.batchWatch.read(batch);
  ctx.set('Cache-Control', 'private, no-store');
  if (standing.done && standing.sequence <= seen) {
    ctx.status = 204;
    return;
  }
  answerWithStream<Standing>(api, ctx, {
    id: batch.id,
    subscribe: onStanding => api.batchWatch.subscribe(batch, onStanding),
    event: createBatchEvents(api, { seen, detailed: isDetailed(ctx) }),
    isDone: ({ done }) => done,
  });
}

export async function postCancelBatch(api: Api, ctx: Context): Promise<void> {
  const { id } = await findBatch(api, ctx);
  const batch = await cancelBatch(api.engine, id);
  if (!batch) throw new ProblemError('not_found');
  await answerWithBatch(api, ctx, await api.batchWatch.read(batch));
}

/** The batch with its ETag; 304 when the client has this very answer. */
async function answerWithBatch(api: Api, ctx: Context, standing: Standing): Promise<void> {
  const view = await viewBatch(api, standing, { detailed: isDetailed(ctx) });
  const etag = bodyEtag(view);
  ctx.set({ 'Cache-Control': 'private, no-cache', ETag: etag });
  if (!standing.done) ctx.set('Retry-After', String(Math.ceil(view.pollAfterMs / 1_000)));
  ctx.status = 200;
  if (ctx.method === 'GET' && clientHas(ctx, etag)) {
    ctx.status = 304;
    return;
  }
  ctx.body = view;
}

/** Another sequence, or another place or time in the queue of one of the jobs. */
function createBatchEvents(api: Api, { seen, detailed }: { seen: number; detailed: boolean }) {
  let told = seen;
  let toldView: string | undefined;
  return async (standing: Standing): Promise<string | undefined> => {
    const text = JSON.stringify(await viewBatch(api, standing, { detailed }));
    const moved = toldView !== undefined && text !== toldView;
    const isNew = standing.sequence > told || (standing.sequence === told && moved);
    toldView = text;
    if (!isNew) return undefined;
    told = standing.sequence;
    return `event: batch\nid: ${standing.sequence}\ndata: ${text}\n\n`;
  };
}

function isDetailed(ctx: Context): boolean {
  return (ctx.state.caller as Caller).kind !== 'session';
}

/** Opens failed jobs again. Answers with the batch as it is then. */
export async function postRetryBatch(api: Api, ctx: Context): Promise<void> {
  const batch = await findBatch(api, ctx);
  const wish = await readOptionalJsonBody(ctx, retryFields);
  const shopper = shopperOf(ctx);
  const terms = await termsOf(api, shopper);
  const retried = await retryBatch(
    api.engine,
    batch,
    { only: wish.only, ...(wish.codes === undefined ? {} : { codes: wish.codes }) },
    async run => scopesOf(run.shop, run.owner, await poolOf(api, run), terms, api.engine.clock.now()),
  );
  if (retried.kind === 'missing') throw new ProblemError('not_found');
  if (retried.kind === 'quota exceeded') {
    const resetAt = resetOf(retried.scope);
    throw refusalOf(
      { kind: 'quota exceeded', scope: retried.scope, resetAt },
      { pool: 'named', limits: {}, nowMs: api.engine.clock.now() },
    );
  }
  await answerWithBatch(api, ctx, await api.batchWatch.read(retried.batch));
}

export const retryFields = z.strictObject({
  only: z
    .array(z.enum(['failed', 'expired']))
    .min(1)
    .default(['failed', 'expired']),
  codes: z.array(z.enum(OUTCOME_CODES)).min(1).optional(),
});

async function poolOf({ engine }: Api, { style }: Run): Promise<Pool> {
  return style === undefined ? 'custom' : ((await engine.store.get(styles, style))?.pool ?? 'named');
}

export async function findBatch({ engine }: Api, ctx: Context): Promise<Batch> {
  const id = String((ctx as Context & { params: Record<string, string> }).params.id);
  const batch = BATCH_ID.test(id) ? await engine.store.get(batches, id) : undefined;
  if (!batch || !maySee(ctx.state.caller as Caller, batch)) throw new ProblemError('not_found');
  return batch;
}
