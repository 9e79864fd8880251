/**
 * The operators' routes about styles: what is sold and what is prepared, drafts, publication, the switch and the order.
 * `try-style.ts` draws one. Each change is bound to the style as it was seen, by If-Match.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import type { By } from '../../common/audit.ts';
import { styles } from '../../common/collections.ts';
import { ProblemError } from '../../common/errors.ts';
import { refuseField } from '../../common/field-errors.ts';
import {
  createStyle,
  discardDraft,
  editStyle,
  removeStyle,
  revisionOf,
  type StyleOrder,
  switchStyle,
} from '../../common/styles/edit-style.ts';
import { inOrder, orderStyles } from '../../common/styles/order-styles.ts';
import { publishStyle, versionsOf } from '../../common/styles/publish-style.ts';
import { isStyleId, NEW_STYLE, STYLES_MAX } from '../../common/styles/style-content.ts';
import type { Style } from '../../common/styles.ts';
import type { Api } from '../api.ts';
import { readJsonBody, readOptionalJsonBody } from '../read-json.ts';
import { by } from './acting.ts';
import { reason } from './fields.ts';
import { neededIfMatch } from './if-match.ts';
import { parameter } from './page.ts';
import { contentFields, newStyleContent } from './style-fields.ts';
import { orRefuse, refusalOf } from './style-refusals.ts';
import { viewFormats, viewStyle, viewVersion } from './style-view.ts';

/** A malformed id and a missing one answer alike. */
export const STYLE_PARAMETER = /^[a-z0-9-]{1,64}$/;
const VERSIONS_SHOWN = 100;

export const newStyleFields = z.strictObject({
  id: z.string().refine(isStyleId, { message: 'expected lower-case letters, digits and hyphens, and no alias' }),
  ...newStyleContent,
  reason: reason.optional(),
});
export const draftFields = z.strictObject({ ...contentFields, reason: reason.optional() });
export const switchFields = z.strictObject({ enabled: z.boolean(), reason: reason.optional() });
export const publishFields = z.strictObject({ version: z.int().min(1).optional(), reason: reason.optional() });
export const orderFields = z.strictObject({
  ids: z.array(z.string().max(64)).min(1).max(STYLES_MAX),
  reason: reason.optional(),
});
export const styleReasonFields = z.strictObject({ reason: reason.optional() });

export async function listAdminStyles(api: Api, ctx: Context): Promise<void> {
  const { items } = await api.engine.store.list({ from: styles, limit: STYLES_MAX });
  answer(ctx, { styles: inOrder(items).map(style => viewStyle(api, style)) });
}

export async function listFormats({ engine, defaultModel }: Api, ctx: Context): Promise<void> {
  const models = [...engine.catalogue.values()].map(entry => {
    const { id, retiresOn } = entry;
    return { id, default: id === defaultModel, retiresOn, formats: viewFormats(entry) };
  });
  answer(ctx, { models });
}

export async function showStyle(api: Api, ctx: Context): Promise<void> {
  answerStyle(api, ctx, await found(api, ctx));
}

export async function listVersions(api: Api, ctx: Context): Promise<void> {
  const kept = await versionsOf(api.engine, await found(api, ctx), VERSIONS_SHOWN);
  answer(ctx, { versions: kept.map(version => viewVersion(api, version)) });
}

export async function makeStyle(api: Api, ctx: Context): Promise<void> {
  const { id, reason: why, ...given } = await readJsonBody(ctx, newStyleFields);
  const content = { ...NEW_STYLE, ...present(given), label: given.label, prompt: given.prompt };
  const made = await createStyle(
    acting(api),
    { id, content: { description: '', ...content } },
    await by(api, ctx, why),
  );
  const style = orRefuse(made);
  ctx.status = 201;
  ctx.set('Location', `/v1/admin/styles/${id}`);
  answerStyle(api, ctx, style);
}

export async function changeDraft(api: Api, ctx: Context): Promise<void> {
  const { id, operator } = await operating(api, ctx);
  const { reason: why, ...wish } = await readJsonBody(ctx, draftFields);
  const order = orderOf(ctx, operator, why);
  answerStyle(api, ctx, orRefuse(await editStyle(acting(api), id, { wish: present(wish), ...order })));
}

export async function dropDraft(api: Api, ctx: Context): Promise<void> {
  const { id, operator } = await operating(api, ctx);
  const { reason: why } = await readOptionalJsonBody(ctx, styleReasonFields);
  answerStyle(api, ctx, orRefuse(await discardDraft(api.engine, id, orderOf(ctx, operator, why))));
}

export async function changeSwitch(api: Api, ctx: Context): Promise<void> {
  const { id, operator } = await operating(api, ctx);
  const { enabled, reason: why } = await readJsonBody(ctx, switchFields);
  const order = orderOf(ctx, operator, why);
  answerStyle(api, ctx, orRefuse(await switchStyle(api.engine, id, { enabled, ...order })));
}

export async function publish(api: Api, ctx: Context): Promise<void> {
  const { id, operator } = await operating(api, ctx);
  const { version, reason: why } = await readOptionalJsonBody(ctx, publishFields);
  const order = { ...orderOf(ctx, operator, why), ...(version === undefined ? {} : { version }) };
  answerStyle(api, ctx, orRefuse(await publishStyle(acting(api), id, order)));
}

export async function dropStyle(api: Api, ctx: Context): Promise<void> {
  const { id, operator } = await operating(api, ctx);
  const { reason: why } = await readOptionalJsonBody(ctx, styleReasonFields);
  const removed = await removeStyle(api.engine, id, orderOf(ctx, operator, why));
  if (removed !== 'removed') throw refusalOf(removed);
  ctx.set('Cache-Control', 'no-store');
  ctx.status = 204;
}

export async function changeOrder(api: Api, ctx: Context): Promise<void> {
  const { ids, reason: why } = await readJsonBody(ctx, orderFields);
  const ordered = await orderStyles(api.engine, ids, await by(api, ctx, why));
  if ('refused' in ordered) return refuseField('ids', 'expected every style once; GET /v1/admin/styles lists them');
  answer(ctx, { styles: ordered.styles.map(style => viewStyle(api, style)) });
}

/** With what decides about drawing. */
export function acting({ engine, defaultModel }: Pick<Api, 'engine' | 'defaultModel'>) {
  return { ...engine, defaultModel };
}

/** What is not there answers as such, whatever else is wrong with the call. */
export async function found({ engine }: Api, ctx: Context): Promise<Style> {
  const style = await engine.store.get(styles, parameter(ctx, 'id', STYLE_PARAMETER));
  if (!style) throw new ProblemError('not_found');
  return style;
}

/** The style, and who changes it: asked before the body is read, as a key that was revoked learns nothing of it. */
async function operating(api: Api, ctx: Context): Promise<{ readonly id: string; readonly operator: By }> {
  const { id } = await found(api, ctx);
  return { id, operator: await by(api, ctx) };
}

function orderOf(ctx: Context, operator: By, why: string | undefined): StyleOrder {
  const ifRevision = neededIfMatch(ctx);
  const named = why === undefined ? operator : { ...operator, reason: why };
  return { by: named, ...(ifRevision === undefined ? {} : { ifRevision }) };
}

function answerStyle(api: Api, ctx: Context, style: Style): void {
  ctx.set('ETag', `"${revisionOf(style)}"`);
  answer(ctx, viewStyle(api, style));
}

function answer(ctx: Context, body: object): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = body;
}

/** Without what was left out. */
function present<T extends object>(fields: T): { [name in keyof T]?: Exclude<T[name], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [name in keyof T]?: Exclude<T[name], undefined> };
}
