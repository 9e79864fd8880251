/**
 * POST /v1/uploads/{id}/keep: no picture can be drawn now, and the photo goes with the order. DELETE /v1/uploads/{id}
 * takes it away again.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { checkPhoto } from '../../common/check-photo.ts';
import { ProblemError } from '../../common/errors.ts';
import { erasePhoto } from '../../common/kept-photos/erase.ts';
import { keepPhoto } from '../../common/kept-photos/keep.ts';
import { submitShape } from '../../common/submit-fields.ts';
import { findStyle, resolveWish } from '../../common/wish.ts';
import type { Api } from '../api.ts';
import { ownerOf, shopperOf } from '../owner-of.ts';
import { secondsUntil } from '../quota.ts';
import { readJsonBody } from '../read-json.ts';
import { findOwnUpload, readUploaded } from './find.ts';
import { viewPhoto } from './view.ts';

export const keepFields = z.strictObject({ style: z.string().min(1).max(64), options: submitShape.options });

export async function keepUpload(api: Api, ctx: Context): Promise<void> {
  const upload = await findOwnUpload(api, ctx);
  const { engine, defaultModel } = api;
  const fields = await readJsonBody(ctx, keepFields);
  const resolved = await resolveWish(engine, fields, { defaultModel, styleOf: name => findStyle(engine, name) });
  const { style = '' } = resolved.wish;
  const wish = { style, ...(fields.options ? { options: defined(fields.options) } : {}) };
  const shopper = shopperOf(ctx);
  const kept = await api.bodyBudget.hold(upload.bytes, async () => {
    const bytes = await readUploaded(api, upload);
    const { contentType } = checkPhoto(bytes, resolved);
    const owner = ownerOf(ctx, shopper, engine.settings);
    return keepPhoto(engine, upload, { wish, owner, bytes, contentType });
  });
  if (kept.kind === 'missing') throw new ProblemError('not_found');
  if (kept.kind === 'full') {
    const headers = { 'Retry-After': String(secondsUntil(kept.resetAt, engine.clock.now())) };
    throw new ProblemError('photos_exceeded', { headers, members: { resetAt: new Date(kept.resetAt).toISOString() } });
  }
  ctx.set('Cache-Control', 'no-store');
  ctx.body = viewPhoto(kept.upload);
}

export async function eraseUpload(api: Api, ctx: Context): Promise<void> {
  await erasePhoto(api.engine, await findOwnUpload(api, ctx));
  ctx.set('Cache-Control', 'no-store');
  ctx.status = 204;
}

/** Without what was left out. */
function defined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
