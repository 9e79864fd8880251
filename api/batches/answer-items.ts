/**
 * What a submit of many items is answered with.
 */
import type { Context } from 'koa';
import type { Batch } from '../../common/batches/batch.ts';
import type { SubmittedItems } from '../../common/batches/submit-items.ts';
import { ProblemError } from '../../common/errors.ts';
import type { Api } from '../api.ts';
import { refusalOf } from '../submit-job.ts';
import { holdFor } from '../wait.ts';
import { viewBatch } from './batch-view.ts';

export async function answerItems(api: Api, ctx: Context, submitted: SubmittedItems): Promise<void> {
  if (!('batch' in submitted)) throw refusalOf(submitted, { pool: 'named', limits: {}, nowMs: api.engine.clock.now() });
  const { batch, kind } = submitted;
  if (kind === 'rejected') throw rejection(batch);
  const standing = await holdFor(api, ctx, await api.batchWatch.read(batch), {
    enough: ({ done }) => done,
    subscribe: onStanding => api.batchWatch.subscribe(batch, onStanding),
  });
  const view = await viewBatch(api, standing, { detailed: true });
  ctx.set({ 'Cache-Control': 'private, no-store', Location: `/v1/batches/${batch.id}` });
  if (kind === 'replayed') ctx.set('Idempotent-Replayed', 'true');
  if (!standing.done) ctx.set('Retry-After', String(Math.ceil(view.pollAfterMs / 1_000)));
  ctx.status = standing.done ? 200 : 202;
  ctx.body = view;
}

/** Of a JSON body, whose items were looked at before anything was kept. */
function rejection({ items }: Batch): ProblemError {
  const { rejected, invalid } = items ?? {};
  if (rejected?.code === 'cost_exceeded') return new ProblemError('batch_cost_exceeded', { detail: rejected.message });
  const errors = (invalid?.lines ?? []).map(({ line, pointer, detail }) => ({
    pointer: `/items/${line - 1}${pointer}`,
    detail,
  }));
  return new ProblemError('batch_invalid', { errors, ...(rejected ? { detail: rejected.message } : {}) });
}
