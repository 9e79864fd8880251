/**
 * POST /api/v1/batch-generate: the two styles that the earlier service sold, of one photo, in one answer.
 */
import type { Context } from 'koa';
import type { Api } from '../api.ts';
import { limitHeaders } from '../quota.ts';
import { submitBytes } from '../read-submit.ts';
import { askForStyles, untilDrawn } from './draw.ts';
import { identify } from './identify.ts';
import { oldPicture, oldQuota, originalUrl } from './picture.ts';
import { photoOnly, readPhotoRequest } from './read-request.ts';

/** In the order in which they are drawn. */
export const OLD_STYLES = ['ink_wash', 'pen_and_marker'] as const;

export async function batchGenerate(api: Api, ctx: Context): Promise<void> {
  const startedAt = api.engine.clock.now();
  await identify(api, ctx);
  const asked = await api.bodyBudget.hold(submitBytes(ctx), async () => {
    const { photo } = await readPhotoRequest(ctx, photoOnly);
    return askForStyles(api, ctx, [...OLD_STYLES], photo);
  });
  const jobs = await untilDrawn(api, ctx, asked, startedAt);
  const pictures = await Promise.all(jobs.map(job => oldPicture(api, job, asked)));
  const results = OLD_STYLES.map((style, index) => [style, { style, ...pictures[index] }]);
  const [first] = jobs;
  ctx.set({ ...(await limitHeaders(api, 'named', asked.scopes)), 'Cache-Control': 'private, no-store' });
  ctx.body = {
    success: true,
    original_url: first ? await originalUrl(api, first) : '',
    results: Object.fromEntries(results),
    ...(await oldQuota(api, asked.scopes)),
    total_processing_time_ms: Math.max(...pictures.map(({ processing_time_ms: ms }) => ms)),
  };
}
