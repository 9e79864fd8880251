/**
 * The models as operators see them: whether they answer, which are held back so that their fallbacks draw, and how many
 * jobs a worker works on at once.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { openCircuit } from '../../common/circuits.ts';
import {
  CEILING_MAX,
  CONTROL_AHEAD_MAX_MS,
  clearCeiling,
  holdModel,
  readControls,
  releaseModel,
  setCeiling,
} from '../../common/controls.ts';
import type { Held } from '../../common/documents.ts';
import { ProblemError } from '../../common/errors.ts';
import { rfc3339 } from '../../common/job-face.ts';
import type { Api } from '../api.ts';
import { parseQuery } from '../query.ts';
import { readJsonBody } from '../read-json.ts';
import { by } from './acting.ts';
import { checkEnd, reason, reasonQuery, until } from './fields.ts';
import { parameter } from './page.ts';

export const holdFields = z.strictObject({ reason, until });
export const ceilingFields = z.strictObject({ slots: z.int().min(1).max(CEILING_MAX), reason, until });

export async function listModels(api: Api, ctx: Context): Promise<void> {
  answer(ctx, { models: await viewModels(api) });
}

export async function hold(api: Api, ctx: Context): Promise<void> {
  const model = modelOf(api, ctx);
  const { reason: why, until: end } = await readJsonBody(ctx, holdFields);
  checkEnd(end, api.engine.clock.now(), CONTROL_AHEAD_MAX_MS);
  await holdModel(api.engine, model, end, { ...(await by(api, ctx)), reason: why });
  await answerModel(api, ctx, model);
}

export async function release(api: Api, ctx: Context): Promise<void> {
  const model = modelOf(api, ctx);
  const { reason: why } = parseQuery(ctx, reasonQuery);
  await releaseModel(api.engine, model, await by(api, ctx, why));
  await answerModel(api, ctx, model);
}

export async function showCeiling(api: Api, ctx: Context): Promise<void> {
  answer(ctx, await viewCeiling(api));
}

export async function changeCeiling(api: Api, ctx: Context): Promise<void> {
  const { slots, reason: why, until: end } = await readJsonBody(ctx, ceilingFields);
  checkEnd(end, api.engine.clock.now(), CONTROL_AHEAD_MAX_MS);
  await setCeiling(api.engine, { slots, until: end }, { ...(await by(api, ctx)), reason: why });
  answer(ctx, await viewCeiling(api));
}

export async function dropCeiling(api: Api, ctx: Context): Promise<void> {
  const { reason: why } = parseQuery(ctx, reasonQuery);
  await clearCeiling(api.engine, await by(api, ctx, why));
  answer(ctx, await viewCeiling(api));
}

export async function viewModels({ engine }: Pick<Api, 'engine'>) {
  const { store, clock, catalogue } = engine;
  const now = clock.now();
  const { models: held } = await readControls(store, now);
  return Promise.all(
    [...catalogue.values()].map(async ({ id, fallback, retiresOn }) => {
      const circuit = await openCircuit(store, id, now);
      return {
        id,
        fallback,
        retiresOn,
        circuit: circuit ? 'open' : 'closed',
        openSince: circuit && rfc3339(circuit.since),
        openUntil: circuit?.until === undefined ? undefined : rfc3339(circuit.until),
        held: viewHeld(held.get(id)),
      };
    }),
  );
}

export async function viewCeiling({ engine }: Pick<Api, 'engine'>) {
  const { ceiling } = await readControls(engine.store, engine.clock.now());
  return ceiling ? { slots: ceiling.slots, ...viewHeld(ceiling) } : { slots: null };
}

function viewHeld(held: Held | undefined) {
  if (!held) return undefined;
  return { reason: held.reason, since: rfc3339(held.since), until: rfc3339(held.until) };
}

async function answerModel(api: Api, ctx: Context, model: string): Promise<void> {
  answer(
    ctx,
    (await viewModels(api)).find(({ id }) => id === model),
  );
}

function modelOf({ engine }: Api, ctx: Context): string {
  const id = parameter(ctx, 'id', /^[\w.:@/-]{1,200}$/);
  if (!engine.catalogue.has(id)) throw new ProblemError('not_found');
  return id;
}

function answer(ctx: Context, body: unknown): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = body;
}
