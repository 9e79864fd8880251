/**
 * POST /api/v1/generate and /api/v1/generate-custom: a photo and a style, or a wish in words; the picture's address comes
 * back in the same answer.
 */
import type { Context } from 'koa';
import type { Api } from '../api.ts';
import { limitHeaders } from '../quota.ts';
import { submitBytes } from '../read-submit.ts';
import { askForOne, untilDrawn } from './draw.ts';
import { identify } from './identify.ts';
import { oldPicture, oldQuota, originalUrl } from './picture.ts';
import { photoAndPrompt, photoAndStyle, readPhotoRequest } from './read-request.ts';

export async function generate(api: Api, ctx: Context): Promise<void> {
  await answerWithPicture(api, ctx, 'named', async () => {
    const { fields, photo } = await readPhotoRequest(ctx, photoAndStyle);
    return { wish: { style: fields.style }, style: fields.style, photo };
  });
}

export async function generateCustom(api: Api, ctx: Context): Promise<void> {
  await answerWithPicture(api, ctx, 'custom', async () => {
    const { fields, photo } = await readPhotoRequest(ctx, photoAndPrompt);
    return { wish: { prompt: fields.prompt }, style: 'custom', photo };
  });
}

interface Request {
  readonly wish: { readonly style: string } | { readonly prompt: string };
  /** As the answer calls it: the name that the caller used. */
  readonly style: string;
  readonly photo: Buffer;
}

async function answerWithPicture(
  api: Api,
  ctx: Context,
  pool: 'named' | 'custom',
  read: () => Promise<Request>,
): Promise<void> {
  const startedAt = api.engine.clock.now();
  await identify(api, ctx);
  const { asked, style } = await api.bodyBudget.hold(submitBytes(ctx), async () => {
    const { wish, style, photo } = await read();
    return { asked: await askForOne(api, ctx, wish, photo), style };
  });
  const [job] = await untilDrawn(api, ctx, asked, startedAt);
  if (!job) throw new Error('a request was taken in without a job');
  const picture = await oldPicture(api, job, asked);
  ctx.set({ ...(await limitHeaders(api, pool, asked.scopes)), 'Cache-Control': 'private, no-store' });
  ctx.body = {
    success: true,
    original_url: await originalUrl(api, job),
    style,
    ...picture,
    ...(await oldQuota(api, asked.scopes)),
  };
}
