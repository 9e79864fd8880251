/**
 * Whether new jobs are taken in, and the switch that stops it. An API process notices within a second.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { closeIntake, openIntake } from '../../common/intake.ts';
import { activeSwitch, INTAKE } from '../../common/switches.ts';
import type { Api } from '../api.ts';
import { parseQuery } from '../query.ts';
import { readJsonBody } from '../read-json.ts';
import { by } from './acting.ts';
import { checkEnd, line, reason, reasonQuery, until } from './fields.ts';

const MESSAGE_MAX = 300;

export const closeFields = z.strictObject({ reason, message: line(MESSAGE_MAX).optional(), until: until.optional() });

export async function showIntake(api: Api, ctx: Context): Promise<void> {
  await answer(api, ctx);
}

export async function close(api: Api, ctx: Context): Promise<void> {
  const { reason: why, message, until: end } = await readJsonBody(ctx, closeFields);
  checkEnd(end, api.engine.clock.now());
  const closing = { ...(message !== undefined ? { message } : {}), ...(end !== undefined ? { until: end } : {}) };
  await closeIntake(api.engine, closing, { ...(await by(api, ctx)), reason: why });
  await answer(api, ctx);
}

export async function open(api: Api, ctx: Context): Promise<void> {
  const { reason: why } = parseQuery(ctx, reasonQuery);
  await openIntake(api.engine, await by(api, ctx, why));
  await answer(api, ctx);
}

async function answer(api: Api, ctx: Context): Promise<void> {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = await viewIntake(api);
}

export async function viewIntake({ engine }: Pick<Api, 'engine'>) {
  const closed = await activeSwitch(engine.store, INTAKE, engine.clock.now());
  if (!closed) return { open: true };
  const { reason: why, message, since, until: end } = closed;
  return {
    open: false,
    reason: why,
    message,
    since: new Date(since).toISOString(),
    until: end === undefined ? undefined : new Date(end).toISOString(),
  };
}
