/**
 * What operators do to one job: POST /v1/admin/jobs/{id}/retry, /cancel and /erase. If-Match binds an action to the job
 * as it was seen, so that the second press of a double click finds it changed; a retry, which costs money, demands it.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import type { By } from '../../common/audit.ts';
import { ProblemError } from '../../common/errors.ts';
import { JOB_ID } from '../../common/ids.ts';
import { cancelAsOperator, eraseAsOperator, type Moved, type Order } from '../../common/jobs/as-operator.ts';
import { retry } from '../../common/jobs/retry.ts';
import type { Api } from '../api.ts';
import { readJsonBody, readOptionalJsonBody } from '../read-json.ts';
import { by } from './acting.ts';
import { reason } from './fields.ts';
import { readIfMatch } from './if-match.ts';
import { answerWithWhole, pairOf } from './jobs.ts';
import { parameter } from './page.ts';
import { checkWish, wishFields } from './wish.ts';

export const retryFields = z.strictObject({ reason, ...wishFields });
export const actFields = z.strictObject({ reason: reason.optional() });
export const eraseFields = z.strictObject({ reason });

export async function retryJob(api: Api, ctx: Context): Promise<void> {
  const id = parameter(ctx, 'id', JOB_ID);
  const operator = await by(api, ctx);
  // What is not there answers as such, whatever else is wrong with the call.
  await pairOf(api, id);
  const { reason: why, ...wish } = await readJsonBody(ctx, retryFields);
  checkWish(api, wish);
  const ifSequence = readIfMatch(ctx);
  if (ifSequence === undefined) throw new ProblemError('precondition_required');
  ctx.status = 202;
  await answer(api, ctx, await retry(api.engine, id, { wish, ...orderOf({ ...operator, reason: why }, ifSequence) }));
}

export async function cancelAdminJob(api: Api, ctx: Context): Promise<void> {
  const id = parameter(ctx, 'id', JOB_ID);
  const { reason: why } = await readOptionalJsonBody(ctx, actFields);
  await answer(api, ctx, await cancelAsOperator(api.engine, id, orderOf(await by(api, ctx, why), readIfMatch(ctx))));
}

export async function eraseAdminJob(api: Api, ctx: Context): Promise<void> {
  const id = parameter(ctx, 'id', JOB_ID);
  const { reason: why } = await readJsonBody(ctx, eraseFields);
  await answer(api, ctx, await eraseAsOperator(api.engine, id, orderOf(await by(api, ctx, why), readIfMatch(ctx))));
}

async function answer(api: Api, ctx: Context, moved: Moved<string>): Promise<void> {
  if ('pair' in moved) return answerWithWhole(api, ctx, moved.pair);
  if (moved.refused === 'missing') throw new ProblemError('not_found');
  if (moved.refused === 'changed') throw new ProblemError('precondition_failed');
  throw new ProblemError('not_retryable', { members: { why: moved.refused } });
}

function orderOf(operator: By, ifSequence: number | 'any' | undefined): Order {
  return { by: operator, ...(typeof ifSequence === 'number' ? { ifSequence } : {}) };
}
